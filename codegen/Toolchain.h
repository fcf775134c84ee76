//===-- Toolchain.h - finds linkers, start files and the runtime ----------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_TOOLCHAIN_H
#define INGOT_CODEGEN_TOOLCHAIN_H

#include "codegen/Target.h"

#include <optional>
#include <string>

namespace ingot {

/// The C compiler that links for the target.
std::optional<std::string> findCompiler(const Target &target);

/// ld.lld: on the path, or that of the LLVM the compiler was built with.
std::optional<std::string> findLld();

/// Folder with crt1.o and libc of the target.
std::optional<std::string> findSystemLibraries(const Target &target);

/// libgcc.a of the target, with what its instructions lack.
std::optional<std::string> findLibgcc(const Target &target);

/// Folder with the runtime's archives for the target: lib beside the bin that this program is in, where a build and
/// an installation have it.
llvm::Expected<std::string> findRuntime(const Target &target);

} // namespace ingot

#endif // INGOT_CODEGEN_TOOLCHAIN_H
