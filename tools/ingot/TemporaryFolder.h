//===-- TemporaryFolder.h - a folder that is gone at the end ------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_TEMPORARYFOLDER_H
#define INGOT_TOOLS_INGOT_TEMPORARYFOLDER_H

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <string>

namespace ingot::tool {

class TemporaryFolder {
public:
  static llvm::Expected<TemporaryFolder> create(llvm::StringRef prefix) {
    llvm::SmallString<128> path;
    if (std::error_code code = llvm::sys::fs::createUniqueDirectory(prefix, path))
      return llvm::createStringError("cannot make a temporary folder: " + code.message());
    return TemporaryFolder(path.str());
  }
  TemporaryFolder(TemporaryFolder &&other) : path(std::move(other.path)) { other.path.clear(); }
  ~TemporaryFolder() {
    if (!path.empty())
      llvm::sys::fs::remove_directories(path);
  }

  /// The path of a file in it.
  std::string file(llvm::StringRef name) const {
    llvm::SmallString<128> result(path);
    llvm::sys::path::append(result, name);
    return std::string(result);
  }

private:
  explicit TemporaryFolder(llvm::StringRef path) : path(path) {}

  std::string path;
};

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_TEMPORARYFOLDER_H
