//===-- TuneProgress.h - how far a measured search has come -------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_TUNEPROGRESS_H
#define INGOT_TOOLS_INGOT_TUNEPROGRESS_H

#include "llvm/ADT/StringRef.h"
#include <chrono>
#include <string>

namespace ingot::tool {

/// On the standard error: a bar on a terminal, a line now and then elsewhere.
class TuneProgress {
public:
  TuneProgress();
  ~TuneProgress() { clear(); }

  /// A new part of the search.
  void begin(llvm::StringRef title);
  /// One trial more is done; the part ends after \p left more at the latest, \p open kernels being in search.
  void advance(int64_t left, int64_t open);
  /// A line that stays.
  void say(const std::string &line);

private:
  using Clock = std::chrono::steady_clock;

  void clear();

  bool isTerminal;
  std::string title;
  int64_t done = 0;
  Clock::time_point start, lastLine;
};

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_TUNEPROGRESS_H
