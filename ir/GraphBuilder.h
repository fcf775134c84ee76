//===- GraphBuilder.h - creates operators with inferred types
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What importers and passes build graphs with: result shapes come from the
// operators' own inference, so a caller says element types only.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_GRAPHBUILDER_H
#define INGOT_IR_GRAPHBUILDER_H

#include "ir/Dialect.h"
#include "ir/ShapeAnalysis.h"

#include "mlir/IR/Builders.h"

namespace ingot {

/// A value, or null after a diagnostic was emitted: null operands give null results, so that one check at the end of a
/// chain of calls is enough.
class GraphBuilder {
public:
  GraphBuilder(mlir::OpBuilder &builder, ShapeAnalysis &shapes) : builder(builder), shapes(shapes) {}

  mlir::OpBuilder &builder;
  ShapeAnalysis &shapes;
  /// Where operators created from here on come from.
  mlir::Location loc = builder.getUnknownLoc();

  static mlir::RankedTensorType type(mlir::Value value) { return mlir::cast<mlir::RankedTensorType>(value.getType()); }
  static mlir::Type element(mlir::Value value) { return type(value).getElementType(); }
  static int64_t rank(mlir::Value value) { return type(value).getRank(); }

  /// Creates an OpTy with one result of element type `element`; the arguments are those of its ODS builder after the
  /// result type. The operator is erased again and null returned where its shapes do not fit.
  template <typename OpTy, typename... Args>
  mlir::Value make(mlir::Type element, Args &&...args) {
    if (anyNull(args...))
      return {};
    auto op = OpTy::create(builder, loc, unranked(element), std::forward<Args>(args)...);
    return finish(op) ? op->getResult(0) : mlir::Value();
  }
  /// The same for a declared result: `declared` may be null, or give rank and extents that inference alone cannot tell.
  template <typename OpTy, typename... Args>
  mlir::Value makeDeclared(mlir::RankedTensorType declared, mlir::Type element, Args &&...args) {
    if (anyNull(args...))
      return {};
    mlir::Type type = declared ? mlir::Type(declared.clone(element)) : unranked(element);
    auto op = OpTy::create(builder, loc, type, std::forward<Args>(args)...);
    return finish(op) ? op->getResult(0) : mlir::Value();
  }
  /// Infers the shapes of an operator that was just created with unranked result types; erases it on failure.
  bool finish(mlir::Operation *op);
  static mlir::Type unranked(mlir::Type element) { return mlir::UnrankedTensorType::get(element); }

  mlir::Value constant(mlir::RankedTensorType type, mlir::Attribute value);
  /// A rank-1 int64 constant.
  mlir::Value integers(llvm::ArrayRef<int64_t> values);
  /// A rank-0 constant of any numeric element type.
  mlir::Value scalar(mlir::Type element, double value);
  mlir::Value scalar64(int64_t value);

  /// Frequent operators. `like` operands share the left operand's element type.
  template <typename OpTy>
  mlir::Value unary(mlir::Value x) { return x ? make<OpTy>(element(x), x) : mlir::Value(); }
  template <typename OpTy>
  mlir::Value binary(mlir::Value x, mlir::Value y) { return x && y ? make<OpTy>(element(x), x, y) : mlir::Value(); }
  template <typename OpTy>
  mlir::Value binary(mlir::Value x, double y) { return x ? binary<OpTy>(x, scalar(element(x), y)) : mlir::Value(); }
  mlir::Value compare(Predicate predicate, mlir::Value x, mlir::Value y);
  mlir::Value select(mlir::Value condition, mlir::Value x, mlir::Value y);
  mlir::Value cast(mlir::Value x, mlir::Type element);
  mlir::Value transpose(mlir::Value x, llvm::ArrayRef<int64_t> perm);
  mlir::Value squeeze(mlir::Value x, llvm::ArrayRef<int64_t> axes);
  mlir::Value unsqueeze(mlir::Value x, llvm::ArrayRef<int64_t> axes);
  mlir::Value reshape(mlir::Value x, mlir::Value shape);
  mlir::Value reshape(mlir::Value x, llvm::ArrayRef<int64_t> shape) { return reshape(x, integers(shape)); }
  mlir::Value concat(llvm::ArrayRef<mlir::Value> inputs, int64_t axis);
  /// x[start:end] along one axis.
  mlir::Value slice(mlir::Value x, int64_t axis, int64_t start, int64_t end, int64_t step = 1);
  mlir::Value reduce(ReduceKind kind, mlir::Value x, llvm::ArrayRef<int64_t> axes, bool keepDims);
  /// 0, 1, ... below an int64 scalar.
  mlir::Value range(mlir::Value count);
  mlir::Value shapeOf(mlir::Value x);
  /// Dimension `axis` as an int64 vector of one element.
  mlir::Value dimOf(mlir::Value x, int64_t axis);

private:
  template <typename... Args>
  static bool anyNull(const Args &...args) {
    return (isNull(args) || ...);
  }
  static bool isNull(mlir::Value value) { return !value; }
  template <typename T>
  static bool isNull(const T &) {
    return false;
  }
};

} // namespace ingot

#endif // INGOT_IR_GRAPHBUILDER_H
