//===- MathBuilder.h - arithmetic of function approximations ---------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_MATHBUILDER_H
#define INGOT_CODEGEN_VECTOR_MATHBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace ingot {

/// Builds arithmetic on scalars or on vectors of one shape; constants are splat as needed.
class MathBuilder {
public:
  using Value = mlir::Value;
  using Type = mlir::Type;

  /// Values have the shape of `like`. With `fast`, functions may be off by 1e-5 of their value.
  MathBuilder(mlir::ImplicitLocOpBuilder &b, Type like, bool fast = false) : b(b), fast(fast), like(like) {}

  /// `element` in this builder's shape.
  Type type(Type element) const;
  Type f32() const { return type(b.getF32Type()); }
  Type f64() const { return type(b.getF64Type()); }
  Type i32() const { return type(b.getI32Type()); }
  Type i64() const { return type(b.getI64Type()); }

  Value constant(Type type, double value);
  Value integer(Type type, int64_t value);
  /// A constant of the type of `x`.
  Value splat(Value x, double value) { return constant(x.getType(), value); }

  Value add(Value x, Value y);
  Value sub(Value x, Value y);
  Value mul(Value x, Value y);
  Value div(Value x, Value y);
  Value neg(Value x);
  Value abs(Value x);
  Value sqrt(Value x);
  Value trunc(Value x);
  Value copySign(Value magnitude, Value sign);
  Value add(Value x, double y) { return add(x, splat(x, y)); }
  Value sub(Value x, double y) { return sub(x, splat(x, y)); }
  Value sub(double x, Value y) { return sub(splat(y, x), y); }
  Value mul(Value x, double y) { return mul(x, splat(x, y)); }
  Value div(double x, Value y) { return div(splat(y, x), y); }
  /// x * y + z, fused where the processor can.
  Value mulAdd(Value x, Value y, Value z);
  Value mulAdd(Value x, double y, Value z) { return mulAdd(x, splat(x, y), z); }
  Value mulAdd(Value x, Value y, double z) { return mulAdd(x, y, splat(x, z)); }
  Value mulAdd(Value x, double y, double z) { return mulAdd(x, splat(x, y), splat(x, z)); }
  /// coefficients[0] + coefficients[1] * x + ...
  Value polynomial(Value x, llvm::ArrayRef<double> coefficients);

  /// Ordered comparisons: false where an operand is NaN.
  Value less(Value x, double y);
  Value greater(Value x, double y);
  Value equal(Value x, double y);
  Value equal(Value x, Value y);
  Value select(Value condition, Value x, Value y);
  Value select(Value condition, double x, Value y) { return select(condition, splat(y, x), y); }
  /// Limits x to a range; NaN stays NaN.
  Value clamp(Value x, double low, double high);

  /// The bits of a float as an integer of its width, and back.
  Value bits(Value x);
  Value fromBits(Value x);

  mlir::ImplicitLocOpBuilder &b;
  const bool fast;

private:
  Type like;
};

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_MATHBUILDER_H
