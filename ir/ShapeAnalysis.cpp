//===- ShapeAnalysis.cpp - symbolic shapes and contents of every value
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/ShapeAnalysis.h"

#include "ir/Dialect.h"
#include "ir/Weights.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace ingot;
using namespace mlir;

bool ingot::hasTrackedContents(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() <= 1 && tensor.hasStaticShape() &&
         tensor.getNumElements() <= ShapeAnalysis::maxContents &&
         isa<IntegerType>(tensor.getElementType());
}

bool ShapeAnalysis::hasRank(Value value) { return isa<RankedTensorType>(value.getType()); }

/// The name the model gives to a dimension of one of its inputs, or nothing.
static StringRef dimensionName(Value value, int64_t index) {
  auto argument = dyn_cast<BlockArgument>(value);
  auto function = argument ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp()) : nullptr;
  if (!function)
    return {};
  auto names = function.getArgAttrOfType<ArrayAttr>(argument.getArgNumber(), "ingot.dims");
  return names && index < static_cast<int64_t>(names.size()) ? cast<StringAttr>(names[index]).getValue() : StringRef();
}

ArrayRef<SymExpr> ShapeAnalysis::dims(Value value) {
  auto it = dimensions.find(value);
  if (it != dimensions.end())
    return *it->second;
  Exprs exprs;
  ArrayRef<int64_t> shape = cast<RankedTensorType>(value.getType()).getShape();
  for (auto [index, extent] : llvm::enumerate(shape)) {
    StringRef name = dimensionName(value, index);
    if (!ShapedType::isDynamic(extent))
      exprs.push_back(constant(extent));
    else
      exprs.push_back(name.empty() ? context.dim(value, index) : context.named(name));
  }
  auto &slot = dimensions[value];
  slot = std::make_unique<Exprs>(std::move(exprs));
  return *slot;
}

std::optional<ShapeAnalysis::Exprs> ShapeAnalysis::contents(Value value) {
  if (!hasTrackedContents(value.getType()))
    return std::nullopt;
  auto it = elements.find(value);
  if (it != elements.end())
    return it->second;
  Exprs exprs;
  if (std::optional<ConstantData> data = getConstantData(value)) {
    for (int64_t element : data->toIntegers())
      exprs.push_back(constant(element));
  } else {
    for (int64_t i = 0, e = cast<RankedTensorType>(value.getType()).getNumElements(); i < e; ++i)
      exprs.push_back(context.element(value, i));
  }
  return elements[value] = std::move(exprs);
}

std::optional<SmallVector<int64_t>> ShapeAnalysis::constants(Value value) {
  if (!hasTrackedContents(value.getType())) {
    std::optional<ConstantData> data = getConstantData(value);
    if (data && isa<IntegerType>(data->type.getElementType()) && data->type.getNumElements() <= (1 << 20))
      return data->toIntegers();
    return std::nullopt;
  }
  SmallVector<int64_t> result;
  std::optional<Exprs> exprs = contents(value);
  for (SymExpr expr : *exprs) {
    if (!expr.constant())
      return std::nullopt;
    result.push_back(*expr.constant());
  }
  return result;
}

static bool readsMemory(const SymAtom &atom) {
  if (atom.kind == SymKind::Element)
    return true;
  return ShapeAnalysis::readsMemory(atom.operands);
}

bool ShapeAnalysis::readsMemory(ArrayRef<SymExpr> exprs) {
  return llvm::any_of(exprs, [](SymExpr expr) {
    return llvm::any_of(expr.impl()->terms, [](const auto &term) {
      return llvm::any_of(term.first, [](const SymAtom *atom) { return ::readsMemory(*atom); });
    });
  });
}

bool ShapeAnalysis::followFromInputs(ArrayRef<SymExpr> exprs) {
  return llvm::all_of(exprs, [](SymExpr expr) {
    return llvm::all_of(expr.impl()->terms, [](const auto &term) {
      return llvm::all_of(term.first, [](const SymAtom *atom) {
        return atom->kind != SymKind::Element && atom->kind != SymKind::Dim && followFromInputs(atom->operands);
      });
    });
  });
}

void ShapeAnalysis::setDims(Value result, ArrayRef<SymExpr> dims) {
  dimensions[result] = std::make_unique<Exprs>(dims.begin(), dims.end());
  auto type = cast<TensorType>(result.getType());
  SmallVector<int64_t> shape;
  for (SymExpr dim : dims)
    shape.push_back(dim.constant().value_or(ShapedType::kDynamic));
  result.setType(RankedTensorType::get(shape, type.getElementType()));
}

void ShapeAnalysis::setContents(Value result, ArrayRef<SymExpr> contents) {
  if (hasTrackedContents(result.getType()))
    elements[result] = Exprs(contents.begin(), contents.end());
}

SymExpr ShapeAnalysis::opaque(Value result, int64_t index) {
  auto type = dyn_cast<RankedTensorType>(result.getType());
  if (type && index < type.getRank() && !type.isDynamicDim(index))
    return constant(type.getDimSize(index));
  return context.dim(result, index);
}

LogicalResult ShapeAnalysis::setOpaque(Value result) {
  auto type = dyn_cast<RankedTensorType>(result.getType());
  if (!type)
    return result.getDefiningOp()->emitOpError() << "result rank is known neither from operands nor from the model";
  Exprs exprs;
  for (int64_t i = 0; i < type.getRank(); ++i)
    exprs.push_back(opaque(result, i));
  setDims(result, exprs);
  return success();
}

void ShapeAnalysis::forget(Value value) {
  dimensions.erase(value);
  elements.erase(value);
}

LogicalResult ShapeAnalysis::infer(Operation *op) {
  if (auto interface = dyn_cast<ShapeInferenceOpInterface>(op)) {
    LogicalResult result = interface.inferShapes(*this);
    if (failed(result) && !failing) // those around it fail after it
      failing = op;
    return result;
  }
  for (Region &region : op->getRegions())
    for (Block &block : region)
      for (Operation &nested : block)
        if (failed(infer(&nested)))
          return failure();
  return success();
}

LogicalResult ShapeAnalysis::run(Operation *root) {
  failing = nullptr;
  return infer(root);
}

//===----------------------------------------------------------------------===//
// Broadcasting
//===----------------------------------------------------------------------===//

SymExpr ingot::broadcastDims(SymExpr a, SymExpr b) {
  if (a == b || b.isConstant(1))
    return a;
  if (a.isConstant(1))
    return b;
  auto ca = a.constant(), cb = b.constant();
  if (ca && cb)
    return SymExpr();
  // A constant other than 1 decides; the unknown one must be 1 or equal to it.
  if (ca)
    return a;
  if (cb)
    return b;
  return a.broadcast(b);
}

/// The result's contents from the operands', for the arithmetic that shapes are computed with.
static SymExpr evaluate(Operation *op, ArrayRef<SymExpr> x) {
  return llvm::TypeSwitch<Operation *, SymExpr>(op)
      .Case<AddOp>([&](auto) { return x[0] + x[1]; })
      .Case<SubOp>([&](auto) { return x[0] - x[1]; })
      .Case<MulOp>([&](auto) { return x[0] * x[1]; })
      .Case<NegOp>([&](auto) { return x[0] * -1; })
      .Case<MinOp>([&](auto) { return x[0].min(x[1]); })
      .Case<MaxOp>([&](auto) { return x[0].max(x[1]); })
      .Case<CastOp>([&](CastOp cast) {
        auto element = dyn_cast<IntegerType>(cast.getResult().getType().getElementType());
        if (element && element.getWidth() == 1 && (x[0].constant() || x[0].lowerBound() > 0))
          return x[0].context().constant(x[0].constant() != 0);
        return element && element.getWidth() >= 32 ? x[0] : SymExpr();
      })
      .Case<DivOp>([&](auto) {
        // Truncation is floor where both are known not to be negative.
        return x[0].lowerBound() >= 0 && x[1].lowerBound() > 0 ? x[0].floorDiv(x[1]) : SymExpr();
      })
      .Case<ModOp>([&](ModOp) { return x[0].lowerBound() >= 0 && x[1].lowerBound() > 0 ? x[0].mod(x[1]) : SymExpr(); })
      .Case<SelectOp>([&](auto) {
        auto condition = x[0].constant();
        if (!condition)
          return x[1] == x[2] ? x[1] : SymExpr();
        return *condition ? x[1] : x[2];
      })
      .Case<CompareOp>([&](CompareOp compare) -> SymExpr {
        auto difference = (x[0] - x[1]).constant();
        SymContext &context = x[0].context();
        if (!difference) {
          bool above = (x[0] - x[1]).lowerBound() > 0 || (x[1] - x[0]).lowerBound() > 0;
          if (above && compare.getPredicate() == Predicate::eq)
            return context.constant(0);
          if (above && compare.getPredicate() == Predicate::ne)
            return context.constant(1);
          return SymExpr();
        }
        switch (compare.getPredicate()) {
        case Predicate::eq:
          return context.constant(*difference == 0);
        case Predicate::ne:
          return context.constant(*difference != 0);
        case Predicate::lt:
          return context.constant(*difference < 0);
        case Predicate::le:
          return context.constant(*difference <= 0);
        case Predicate::gt:
          return context.constant(*difference > 0);
        case Predicate::ge:
          return context.constant(*difference >= 0);
        }
        llvm_unreachable("predicate");
      })
      .Case<NotOp>([&](auto) { return x[0].constant() ? x[0].context().constant(!*x[0].constant()) : SymExpr(); })
      .Default([](Operation *) { return SymExpr(); });
}

static void inferElements(Operation *op, ShapeAnalysis &shapes) {
  Value result = op->getResult(0);
  if (!hasTrackedContents(result.getType()))
    return;
  SmallVector<ShapeAnalysis::Exprs> operands;
  for (Value operand : op->getOperands()) {
    auto contents = shapes.contents(operand);
    if (!contents)
      return;
    operands.push_back(*contents);
  }
  ShapeAnalysis::Exprs exprs;
  for (int64_t i = 0, e = cast<RankedTensorType>(result.getType()).getNumElements(); i < e; ++i) {
    ShapeAnalysis::Exprs x;
    for (auto &contents : operands)
      x.push_back(contents[contents.size() == 1 ? 0 : i]);
    SymExpr expr = evaluate(op, x);
    exprs.push_back(expr ? expr : shapes.symbols().element(result, i));
  }
  shapes.setContents(result, exprs);
}

LogicalResult ingot::inferBroadcast(Operation *op, ShapeAnalysis &shapes) {
  int64_t rank = 0;
  for (Value operand : op->getOperands())
    rank = std::max(rank, shapes.rank(operand));
  ShapeAnalysis::Exprs dims(rank, shapes.constant(1));
  for (Value operand : op->getOperands()) {
    ArrayRef<SymExpr> other = shapes.dims(operand);
    int64_t offset = rank - static_cast<int64_t>(other.size());
    for (auto [i, dim] : llvm::enumerate(other)) {
      SymExpr both = broadcastDims(dims[offset + i], dim);
      if (!both)
        return op->emitOpError() << "cannot broadcast dimension " << offset + i << ": expected "
                                 << dims[offset + i].str() << " or 1 but got " << dim.str();
      dims[offset + i] = both;
    }
  }
  shapes.setDims(op->getResult(0), dims);
  inferElements(op, shapes);
  return success();
}
