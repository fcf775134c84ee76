//===-- Cache.h - what was measured, kept in a file of one processor ----------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_TUNE_CACHE_H
#define INGOT_CODEGEN_TUNE_CACHE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <map>
#include <optional>
#include <string>
#include <tuple>

namespace ingot::tune {

/// A file that remembers how long candidates take, each against the cost model's choice in the same sitting. Several
/// compilers may write it at once.
class Cache {
public:
  /// What the times are good for: short sittings that lead a search, and the long one that decides at its end.
  enum class Purpose { Trial, Contest };
  struct Name {
    std::string kernel, first, candidate; ///< `first` is what the cost model chooses
    bool operator<(const Name &other) const {
      return std::tie(kernel, first, candidate) < std::tie(other.kernel, other.first, other.candidate);
    }
  };
  /// Microseconds; 0 for a kernel that the inputs do not reach.
  struct Times {
    double candidate = 0, first = 0;
  };
  using Entries = std::map<Name, Times>;

  /// Reads the file at \p path, which need not exist, of the processor that \p processor spells. A damaged one is set
  /// aside; `takeWarning` says so.
  static llvm::Expected<Cache> open(llvm::StringRef path, llvm::StringRef processor);

  std::optional<Times> find(Purpose purpose, const Name &name) const;
  /// Adds to the file, and to what is known whatever others have written meanwhile.
  llvm::Error record(Purpose purpose, const Entries &entries);

  const std::string &getPath() const { return path; }
  /// What is to be said about the file; empty where there is nothing.
  std::string takeWarning() { return std::exchange(warning, {}); }

private:
  Cache(llvm::StringRef path, llvm::StringRef processor) : path(path), processor(processor) {}

  llvm::Error merge();
  bool parse(const llvm::json::Value &value);
  bool parse(const llvm::json::Object *kernels, Entries &into);
  llvm::Error write() const;

  std::string path, processor, warning;
  std::map<Purpose, Entries> known;
};

} // namespace ingot::tune

#endif // INGOT_CODEGEN_TUNE_CACHE_H
