//===-- CacheFolder.cpp - where files are kept that can be made again ---------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/CacheFolder.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <cstdlib>

using namespace llvm;

namespace ingot::tool {

Expected<std::string> cacheFolder(StringRef name) {
  SmallString<256> path;
  if (const char *home = getenv("XDG_CACHE_HOME"); home && *home)
    path = home;
  else if (!sys::path::cache_directory(path))
    return createStringError("no folder for the cache: neither XDG_CACHE_HOME nor HOME is set");
  sys::path::append(path, "ingot", name);
  if (std::error_code code = sys::fs::create_directories(path))
    return createStringError(path + ": " + code.message());
  return std::string(path);
}

} // namespace ingot::tool
