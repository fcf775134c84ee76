//===-- TuneProgress.cpp - how far a measured search has come -----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/TuneProgress.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace ingot::tool {

static constexpr std::chrono::seconds betweenLines{20};
static constexpr int64_t barWidth = 24;

TuneProgress::TuneProgress() : isTerminal(sys::Process::StandardErrIsDisplayed()) {}

void TuneProgress::clear() {
  if (isTerminal)
    errs() << "\r\033[K";
}

void TuneProgress::begin(StringRef text) {
  title = text.str();
  done = 0;
  start = Clock::now();
  lastLine = start;
}

void TuneProgress::advance(int64_t left, int64_t open) {
  ++done;
  Clock::time_point now = Clock::now();
  if (!isTerminal && now - lastLine < betweenLines)
    return;
  lastLine = now;
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - start).count() * left / done;
  std::string text = formatv("{0}: trial {1} of at most {2}, kernels left: {3}, time left: at most {4} min {5} s",
                             title, done, done + left, open, seconds / 60, seconds % 60);
  if (!isTerminal) {
    errs() << "ingot: " << text << '\n';
    return;
  }
  int64_t filled = barWidth * done / (done + left);
  clear();
  errs() << '[' << std::string(filled, '#') << std::string(barWidth - filled, '.') << "] " << text;
}

void TuneProgress::say(const std::string &line) {
  clear();
  errs() << "ingot: " << line << '\n';
}

} // namespace ingot::tool
