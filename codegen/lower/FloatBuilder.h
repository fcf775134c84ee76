//===- FloatBuilder.h - floating-point arithmetic of sampling kernels
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_FLOATBUILDER_H
#define INGOT_CODEGEN_LOWER_FLOATBUILDER_H

#include "codegen/lower/KernelBuilder.h"

namespace ingot {

/// Arithmetic on one type of float, in which positions in an image are computed.
class FloatBuilder {
public:
  FloatBuilder(KernelBuilder &b, mlir::Type type) : b(b), type(type) {}

  KernelBuilder &b;
  mlir::Type type;

  mlir::Value number(double value) { return b.number(type, value); }
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value sub(mlir::Value x, mlir::Value y);
  mlir::Value mul(mlir::Value x, mlir::Value y);
  mlir::Value div(mlir::Value x, mlir::Value y);
  mlir::Value min(mlir::Value x, mlir::Value y);
  mlir::Value max(mlir::Value x, mlir::Value y);
  mlir::Value add(mlir::Value x, double y) { return add(x, number(y)); }
  mlir::Value sub(mlir::Value x, double y) { return sub(x, number(y)); }
  mlir::Value mul(mlir::Value x, double y) { return mul(x, number(y)); }
  mlir::Value floor(mlir::Value x);
  mlir::Value ceil(mlir::Value x);
  mlir::Value round(mlir::Value x); ///< halves to even
  mlir::Value less(mlir::Value x, mlir::Value y);

  mlir::Value fromIndex(mlir::Value index);
  /// Of a value without fraction; what no index can be becomes the nearest one in [-2^30, 2^30], a NaN the first.
  mlir::Value toIndex(mlir::Value x);
  /// A loaded element, whatever float it is.
  mlir::Value convert(mlir::Value x);
};

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_FLOATBUILDER_H
