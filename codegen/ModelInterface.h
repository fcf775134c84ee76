//===-- ModelInterface.h - what a compiled model shows to the outside -----------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_MODELINTERFACE_H
#define INGOT_CODEGEN_MODELINTERFACE_H

#include "runtime/abi/ingot_abi.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace ingot {

struct TensorInfo {
  std::string name;
  ingot_dtype dtype;
  std::vector<int64_t> dims;         ///< -1 where dynamic
  std::vector<std::string> dimNames; ///< "" where a dim has none

  bool isStatic() const;
};

/// Inputs, outputs and names, read from the attributes that `emit-entry` leaves on the module.
struct ModelInterface {
  std::string name;   ///< of the model file
  std::string prefix; ///< of the exported symbols: a C identifier, never "ingot" or "ingot_..."
  std::vector<TensorInfo> inputs, outputs;
  std::vector<std::string> kernels;

  static llvm::FailureOr<ModelInterface> read(mlir::ModuleOp module, llvm::StringRef prefix);
};

/// `name` as a C identifier: other characters become '_', and a leading digit gets one before it.
std::string makeIdentifier(llvm::StringRef name);

} // namespace ingot

#endif // INGOT_CODEGEN_MODELINTERFACE_H
