//===-- OutputFiles.h - files that appear only when all of them are complete ----------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_OUTPUTFILES_H
#define INGOT_CODEGEN_OUTPUTFILES_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace ingot {

/// The files one compilation writes. Each is written under another name beside its final one; `commit` renames them.
/// What was not committed goes away with the object, and when a signal ends the process.
class OutputFiles {
public:
  OutputFiles() = default;
  OutputFiles(const OutputFiles &) = delete;
  ~OutputFiles();

  /// The name to write the file `path` under, which is created empty. Fails where nothing can be written.
  llvm::Expected<std::string> add(llvm::StringRef path);
  /// Adds the file and lets `writer` fill it.
  llvm::Error write(llvm::StringRef path, llvm::function_ref<llvm::Error(llvm::raw_pwrite_stream &)> writer);
  /// A file for the time of the compilation only.
  llvm::Expected<std::string> addTemporary(llvm::StringRef name);
  /// In the reverse order of `add`: what the other files belong to comes first there, and appears last.
  llvm::Error commit();

private:
  struct File {
    std::string path, temporary; // an empty path: for the time being only
  };
  std::vector<File> files;
};

} // namespace ingot

#endif // INGOT_CODEGEN_OUTPUTFILES_H
