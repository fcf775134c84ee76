//===-- Target.h - the processor to compile for ---------------------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_TARGET_H
#define INGOT_CODEGEN_TARGET_H

#include "codegen/tile/TileDialect.h"

#include "llvm/Support/Error.h"
#include "llvm/TargetParser/Triple.h"

#include <memory>
#include <string>
#include <vector>

namespace llvm {
class TargetMachine;
} // namespace llvm

namespace ingot {

/// Bytes of one core's data caches, and of the last one; 0 for one that is unknown.
struct Caches {
  int64_t l1 = 0, l2 = 0, l3 = 0;
};

/// What this processor says of its caches.
Caches readCaches();

/// A processor, resolved from what the user calls it.
struct Target {
  std::string name;     ///< for messages and profiles: "x86-64-v3", "znver4"
  llvm::Triple triple;
  std::string cpu;      ///< as LLVM calls it
  std::string features; ///< beyond what the CPU's name says
  /// One artifact for several processors has code for each of these, the best first, and picks at its start. It is
  /// itself the least of them.
  std::vector<Target> variants;
  Caches caches = {}; ///< where they are known better than by the CPU's vectors

  bool isNative() const;
};

/// Resolves "native", "x86-64", "x86-64-v2" to "x86-64-v4", "portable" (the latter three), "aarch64", and every CPU of
/// these architectures that LLVM knows by name.
llvm::Expected<Target> resolveTarget(llvm::StringRef name);

std::unique_ptr<llvm::TargetMachine> createTargetMachine(const Target &target);

/// What schedules have to know of the target, for a model with so many bytes of weights.
tile::TargetAttr describeTarget(const Target &target, mlir::MLIRContext *context, int64_t weightBytes);

/// The same as if it had scalar instructions only: lowering packs nothing and spans no lanes.
tile::TargetAttr withoutVectors(tile::TargetAttr target);

} // namespace ingot

#endif // INGOT_CODEGEN_TARGET_H
