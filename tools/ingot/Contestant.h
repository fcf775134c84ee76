//===-- Contestant.h - a compiled executable that is measured -----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_CONTESTANT_H
#define INGOT_TOOLS_INGOT_CONTESTANT_H

#include "ingot_io.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <memory>
#include <string>
#include <vector>

namespace ingot::tool {

/// Keeps this process, and those it starts from now on, on as many processors: the last of those that it may use, as
/// the first often serves interrupts.
void pin(int64_t threads);

/// One input as an executable describes it.
struct InputInfo {
  std::string name, type;
  struct Dim {
    int64_t extent = -1; ///< -1: dynamic
    std::string name;
  };
  std::vector<Dim> dims;

  std::string text() const; ///< "x f32 [N, 3]"
};

struct Latency {
  double median = 0, p90 = 0; ///< microseconds
};

/// What one profiled executable took, in microseconds.
struct Profile {
  double whole = 0;                  ///< the median run
  llvm::StringMap<double> kernels;   ///< a run's calls of each, by the function's name; on a quiet machine
  double calls = 0;                  ///< of kernels, in a run
};

using TensorList = std::unique_ptr<ingot_tensor_list, void (*)(ingot_tensor_list *)>;

/// An executable, each run a process of its own, so that nothing is shared with the other one.
class Contestant {
public:
  /// \p folder is where its files go.
  static llvm::Expected<Contestant> open(llvm::StringRef path, llvm::StringRef label, llvm::StringRef folder);

  llvm::ArrayRef<InputInfo> inputs() const { return infos; }
  /// Every run's options: inputs, threads.
  void setArguments(std::vector<std::string> arguments) { common = std::move(arguments); }
  llvm::Expected<TensorList> run();
  /// One round of about that many seconds, at least five runs.
  llvm::Expected<Latency> measure(double seconds);
  /// So many runs of an executable with marks around its kernels.
  llvm::Expected<Profile> profile(int64_t runs);

private:
  std::vector<std::string> benchArguments(int64_t runs) const;
  llvm::Expected<std::string> call(llvm::ArrayRef<std::string> arguments) const;
  llvm::Expected<llvm::json::Object> callForJson(llvm::ArrayRef<std::string> arguments) const;

  std::string path, label, folder;
  std::vector<InputInfo> infos;
  std::vector<std::string> common;
  double lastMedian = 0;
};

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_CONTESTANT_H
