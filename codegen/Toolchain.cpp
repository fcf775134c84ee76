//===-- Toolchain.cpp - finds linkers, start files and the runtime -------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Toolchain.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace llvm;

namespace ingot {

static std::optional<std::string> findProgram(StringRef name, ArrayRef<StringRef> folders = {}) {
  ErrorOr<std::string> path = sys::findProgramByName(name, folders);
  return path ? std::optional(*path) : std::nullopt;
}

static std::string getTriple(const Target &target) {
  return target.triple.isAArch64() ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
}

std::optional<std::string> findCompiler(const Target &target) {
  if (target.isNative())
    for (StringRef name : {"cc", "gcc", "clang"})
      if (auto path = findProgram(name))
        return path;
  return findProgram(getTriple(target) + "-gcc");
}

std::optional<std::string> findLld() {
  // The version we were built with first: the path may hold one that is too old for its own distribution's objects.
  if (auto path = findProgram("ld.lld", {INGOT_LLVM_TOOLS_DIR}))
    return path;
  return findProgram("ld.lld");
}

std::optional<std::string> findSystemLibraries(const Target &target) {
  std::string triple = getTriple(target);
  SmallVector<std::string> folders = {"/usr/lib/" + triple, "/usr/" + triple + "/lib"};
  if (target.isNative())
    folders.append({"/usr/lib64", "/usr/lib"});
  for (const std::string &folder : folders)
    if (sys::fs::exists(folder + "/crt1.o"))
      return folder;
  return std::nullopt;
}

std::optional<std::string> findLibgcc(const Target &target) {
  std::string triple = getTriple(target);
  std::optional<std::string> newest;
  for (const std::string &folder : {"/usr/lib/gcc/" + triple, "/usr/lib/gcc-cross/" + triple}) {
    std::error_code error;
    for (sys::fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
      std::string path = it->path() + "/libgcc.a";
      if (sys::fs::exists(path) && (!newest || path > *newest))
        newest = path;
    }
  }
  return newest;
}

Expected<std::string> findRuntime(const Target &target) {
  // Any function of this program leads to its file, in a shared build too.
  std::string program = sys::fs::getMainExecutable(nullptr, reinterpret_cast<void *>(&findRuntime));
  std::string lib = (sys::path::parent_path(sys::path::parent_path(program)) + "/lib").str();
  std::string own = lib + "/" + target.triple.getArchName().str();
  // An installation under /usr has its libraries in a folder of the architecture, by Debian's custom.
  std::string multiarch = lib + "/" + getTriple(target);
  for (const std::string &folder : target.isNative() ? std::vector{lib, multiarch} : std::vector{own, multiarch})
    if (sys::fs::exists(folder + "/libingot_rt.a"))
      return folder;
  return createStringError("cannot find the runtime for " + target.triple.getArchName() + ": expected '" +
                           (target.isNative() ? lib : own) + "/libingot_rt.a'");
}

} // namespace ingot
