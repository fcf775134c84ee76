//===-- OutputFiles.cpp - files that appear only when all of them are complete -------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/OutputFiles.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"

using namespace llvm;

namespace ingot {

static Error createError(StringRef path, std::error_code code) {
  return createStringError(code, "cannot write '" + path + "': " + code.message());
}

OutputFiles::~OutputFiles() {
  for (const File &file : files) {
    sys::fs::remove(file.temporary);
    sys::DontRemoveFileOnSignal(file.temporary);
  }
}

Expected<std::string> OutputFiles::add(StringRef path) {
  if (sys::fs::is_directory(path))
    return createError(path, std::make_error_code(std::errc::is_a_directory));
  // Beside the final file, so that renaming stays within one file system.
  SmallString<128> temporary;
  int descriptor;
  if (std::error_code code = sys::fs::createUniqueFile(path + ".%%%%%%%%.tmp", descriptor, temporary))
    return createError(path, code);
  raw_fd_ostream(descriptor, /*shouldClose=*/true).close();
  sys::RemoveFileOnSignal(temporary);
  files.push_back({path.str(), temporary.str().str()});
  return temporary.str().str();
}

Expected<std::string> OutputFiles::addTemporary(StringRef name) {
  StringRef stem = sys::path::stem(name), extension = sys::path::extension(name);
  SmallString<128> temporary;
  if (std::error_code code = sys::fs::createTemporaryFile(stem, extension.drop_front(), temporary))
    return createError(name, code);
  sys::RemoveFileOnSignal(temporary);
  files.push_back({"", temporary.str().str()});
  return temporary.str().str();
}

Error OutputFiles::write(StringRef path, function_ref<Error(raw_pwrite_stream &)> writer) {
  Expected<std::string> temporary = add(path);
  if (!temporary)
    return temporary.takeError();
  std::error_code code;
  raw_fd_ostream out(*temporary, code);
  if (code)
    return createError(path, code);
  Error error = writer(out);
  out.close();
  code = out.error();
  out.clear_error();
  if (error)
    return error;
  return code ? createError(path, code) : Error::success();
}

Error OutputFiles::commit() {
  while (!files.empty()) {
    const File &file = files.back();
    std::error_code code =
        file.path.empty() ? sys::fs::remove(file.temporary) : sys::fs::rename(file.temporary, file.path);
    if (code)
      return createError(file.path, code);
    sys::DontRemoveFileOnSignal(file.temporary);
    files.pop_back();
  }
  return Error::success();
}

} // namespace ingot
