//===-- CacheFolder.h - where files are kept that can be made again -----------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_CACHEFOLDER_H
#define INGOT_TOOLS_INGOT_CACHEFOLDER_H

#include "llvm/Support/Error.h"
#include <string>

namespace ingot::tool {

/// The folder \p name in $XDG_CACHE_HOME/ingot or ~/.cache/ingot, which is itself the one without a name.
llvm::Expected<std::string> cacheFolder(llvm::StringRef name);

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_CACHEFOLDER_H
