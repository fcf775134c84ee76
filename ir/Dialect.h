//===- Dialect.h - the ingot graph dialect
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_DIALECT_H
#define INGOT_IR_DIALECT_H

#include "ir/ShapeAnalysis.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace ingot {
class GraphBuilder;
}

namespace ingot::trait {

/// Shape inference of elementwise operators: numpy-style broadcasting.
template <typename ConcreteOp>
class BroadcastShapes : public mlir::OpTrait::TraitBase<ConcreteOp, BroadcastShapes> {
public:
  llvm::LogicalResult inferShapes(ShapeAnalysis &shapes) {
    return inferBroadcast(this->getOperation(), shapes);
  }
};

/// Marks operators whose first result is shaped like operand 0.
template <typename ConcreteOp>
class SameShape : public mlir::OpTrait::TraitBase<ConcreteOp, SameShape> {};

template <typename ConcreteOp>
class ShapeOperandsAfterFirst : public mlir::OpTrait::TraitBase<ConcreteOp, ShapeOperandsAfterFirst> {
public:
  bool isShapeOperand(unsigned index) { return index > 0; }
};

template <typename ConcreteOp>
class AllShapeOperands : public mlir::OpTrait::TraitBase<ConcreteOp, AllShapeOperands> {
public:
  bool isShapeOperand(unsigned index) { return true; }
};

} // namespace ingot::trait

#include "ir/Dialect.h.inc"
#include "ir/Enums.h.inc"
#include "ir/Interfaces.h.inc"
#define GET_ATTRDEF_CLASSES
#include "ir/Attributes.h.inc"
#define GET_OP_CLASSES
#include "ir/Ops.h.inc"

#endif // INGOT_IR_DIALECT_H
