//===- HostLowering.h - the host program while it is being written
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operators are lowered in order. Each binds its result tensors to buffers:
// memrefs, dense and row-major, allocated in the host program and filled by
// kernels, functions that the host program calls.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_HOSTLOWERING_H
#define INGOT_CODEGEN_LOWER_HOSTLOWERING_H

#include "codegen/rt/Rt.h"
#include "codegen/tile/TileDialect.h"
#include "ir/Dialect.h"
#include "ir/ShapeAnalysis.h"
#include "ir/Weights.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace ingot {

/// The type of an element in memory: signless, booleans as i8.
mlir::Type memoryType(mlir::Type element);
/// The type of an element while it is computed with: booleans as i1, narrow floats as f32.
mlir::Type bodyType(mlir::Type element);
/// The dense row-major memref of a tensor type.
mlir::MemRefType bufferType(mlir::Type tensor);

/// Converts an element between memory and body types; `element` is the tensor's.
mlir::Value fromMemory(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value, mlir::Type element);
mlir::Value toMemory(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value, mlir::Type element);

/// linalg.pack's description of a weight's layout, and how memory holds its elements.
struct Packing {
  llvm::SmallVector<int64_t> innerDims, innerTiles, outerPermutation;
  rt::Encoding encoding = rt::Encoding::plain;
};

class HostLowering {
public:
  HostLowering(mlir::ModuleOp module, ShapeAnalysis &shapes, tile::TargetAttr target);

  mlir::ModuleOp module;
  ShapeAnalysis &shapes;
  tile::TargetAttr target;
  /// Where the host program goes on.
  mlir::OpBuilder b;
  mlir::Location loc;
  /// The run's context, the first argument of the host function and of every kernel.
  mlir::Value context;

  /// Lowers the graph function to a host function of the same name; erases it.
  llvm::LogicalResult lowerFunction(mlir::func::FuncOp graph);
  /// Lowers the operators of a block, in order, leaving out those whose results no one needs in memory.
  llvm::LogicalResult lowerBlock(mlir::Block &block);

  // ---- Values ----
  /// The buffer of a tensor that has been lowered.
  mlir::Value buffer(mlir::Value tensor);
  void bind(mlir::Value tensor, mlir::Value memref);
  /// Where the result is to be computed, if its lowering allocates memory of this type for it.
  void place(mlir::Value tensor, mlir::Value memref);
  /// Whether someone reads the tensor's memory.
  bool isNeeded(mlir::Value tensor) const { return needed.contains(tensor); }

  mlir::Value index(int64_t value);
  /// The run-time value of an expression; loads elements where it must.
  mlir::Value index(SymExpr expr);
  /// The run-time extents of a tensor.
  llvm::SmallVector<mlir::Value> sizes(mlir::Value tensor);
  mlir::Value size(mlir::Value tensor, int64_t dim) { return index(shapes.dim(tensor, dim)); }
  /// Element k of an integer tensor, as an index.
  mlir::Value element(mlir::Value tensor, int64_t k);

  // ---- Memory ----
  /// Allocates and binds the buffer of a result whose extents follow from the shape analysis.
  mlir::Value result(mlir::Value tensor);
  /// The same with extents computed by the caller, checked against those the types declare.
  mlir::Value result(mlir::Value tensor, mlir::ValueRange extents);
  /// The same for kernels that write wherever the elements are to lie: in their part of a concatenation's memory, where
  /// that is the only reader, through any views. `canWrite` says which memory they can write; any, if it is null.
  mlir::Value stridedResult(mlir::Value tensor, llvm::function_ref<bool(mlir::MemRefType)> canWrite = nullptr);
  /// Whether a tensor has been given its buffer.
  bool isBound(mlir::Value tensor) const { return buffers.contains(tensor); }
  /// Whether it is in its reader's memory.
  bool isInPlace(mlir::Value tensor) const { return inPlace.contains(tensor); }
  /// Memory that only lives in the operator being lowered.
  mlir::Value scratch(mlir::MemRefType type, mlir::ValueRange dynamicSizes = {});
  /// The same dense elements under another type; `extents` has one value a dimension.
  mlir::Value view(mlir::Value memref, mlir::MemRefType type, mlir::ValueRange extents);
  /// A constant's memory, packed.
  mlir::Value weight(mlir::Attribute source, mlir::RankedTensorType type, std::optional<Packing> packing = {});
  /// `memref` as an operand of an iteration over `extents`: a dimension that may have to broadcast gets stride 0 then.
  /// `dims` are the tensor's, aligned to the right.
  mlir::Value broadcastable(mlir::Value memref, llvm::ArrayRef<SymExpr> dims, llvm::ArrayRef<SymExpr> extents);

  // ---- Code ----
  /// Ends the run with the message when the condition does not hold.
  void check(mlir::Value condition, const llvm::Twine &message, mlir::ValueRange values = {});
  /// A kernel with the given arguments and its call. `body` gets the kernel's own arguments; `context` is the first.
  using KernelBody = llvm::function_ref<void(mlir::OpBuilder &, mlir::Location, mlir::Value context, mlir::ValueRange)>;
  mlir::func::CallOp kernel(llvm::StringRef name, mlir::ValueRange arguments, KernelBody body);

private:
  llvm::LogicalResult lowerOp(mlir::Operation *op);
  void findNeeded(mlir::Operation *op);
  void need(mlir::Value tensor);
  void needElements(llvm::ArrayRef<SymExpr> exprs);
  void bindInputs(mlir::func::FuncOp graph, mlir::func::FuncOp host);
  void writeOutputs(mlir::func::ReturnOp ret);
  mlir::Value atom(const SymAtom &atom);
  /// A result's part of its reader's memory, if it can be there; appends it, and those that are views of it.
  mlir::Value findPlace(mlir::Value tensor, llvm::SmallVectorImpl<std::pair<mlir::Value, mlir::Value>> &placed);
  mlir::Value placeInConcat(ConcatOp op, mlir::Value tensor);
  mlir::Value allocate(mlir::Value tensor, mlir::MemRefType type, mlir::ValueRange dynamic);

  /// A result of the model; tensors that become it without a change of memory are computed straight into it.
  struct Output {
    unsigned index;
    mlir::Value value;
  };
  mlir::Value allocateOutput(const Output &output, mlir::Value tensor, mlir::ValueRange dynamic);

  llvm::DenseMap<mlir::Value, mlir::Value> buffers;
  llvm::DenseMap<mlir::Attribute, llvm::SmallVector<mlir::Operation *, 1>> weights;
  llvm::DenseMap<mlir::Value, Output> outputs; ///< by the tensors computed straight into their memory
  llvm::DenseSet<unsigned> writtenOutputs;
  llvm::DenseSet<mlir::Value> inPlace; ///< tensors bound to a part of their reader's memory
  llvm::DenseMap<mlir::Value, mlir::Value> places; ///< tensors computed straight into memory that is there
  llvm::DenseSet<mlir::Value> needed;
  llvm::StringMap<mlir::Value> named; ///< named dimensions
  mlir::func::FuncOp hostFunction;
  unsigned kernels = 0, constants = 0;
};

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_HOSTLOWERING_H
