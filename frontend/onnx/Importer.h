//===-- Importer.h - an ONNX model as a graph -------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_IMPORTER_H
#define INGOT_FRONTEND_ONNX_IMPORTER_H

#include "frontend/onnx/Extents.h"
#include "frontend/onnx/ModelFile.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace ingot::onnx {

struct ImportOptions {
  /// For dynamic dimensions; the others stay dynamic.
  ExtentsByName extents;
};

/// Imports \p file as a module with one function, `main`. Null where that is
/// not possible: \p problems then lists all that is wrong with the model and
/// every operator, type and shape that is not supported, with node names.
mlir::OwningOpRef<mlir::ModuleOp> importModel(mlir::MLIRContext *context, ModelFile &file,
                                              const ImportOptions &options, Problems &problems);

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_IMPORTER_H
