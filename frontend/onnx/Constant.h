//===-- Constant.h - TensorProtos as constants ------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_CONSTANT_H
#define INGOT_FRONTEND_ONNX_CONSTANT_H

#include "frontend/onnx/ExternalData.h"
#include "frontend/onnx/ModelFile.h"
#include "mlir/IR/BuiltinTypes.h"

namespace ingot::onnx {

/// A constant's type and the attribute that holds, or refers to, its elements.
struct Constant {
  mlir::RankedTensorType type;
  mlir::Attribute value;
};

/// Turns the tensors of one model file into constants. Data that lies in a file
/// as it would in memory stays there and is referred to; integers of 4 and 2
/// bits become bytes.
class ConstantReader {
public:
  ConstantReader(mlir::MLIRContext *context, const ModelFile &file);

  llvm::Expected<Constant> read(const TensorProto &tensor);
  /// The dense form of a sparse tensor.
  llvm::Expected<Constant> read(const SparseTensorProto &tensor);

private:
  llvm::Expected<Constant> refer(mlir::RankedTensorType type, llvm::StringRef path, uint64_t offset,
                                 llvm::StringRef bytes);
  llvm::Expected<Constant> readExternal(const TensorProto &tensor, mlir::RankedTensorType type);

  mlir::MLIRContext *context;
  const ModelFile &file;
  ExternalFiles externalFiles;
};

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_CONSTANT_H
