//===- KernelBuilder.h - writes the bodies of kernels
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_KERNELBUILDER_H
#define INGOT_CODEGEN_LOWER_KERNELBUILDER_H

#include "codegen/lower/HostLowering.h"
#include "codegen/tile/IndexBuilder.h"

#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/AffineMap.h"

namespace ingot {

/// Index arithmetic that folds, and structured operations on memory.
class KernelBuilder : public tile::IndexBuilder {
public:
  using IndexBuilder::IndexBuilder;
  using Iterator = mlir::utils::IteratorType;
  using ElementFn = llvm::function_ref<Values(KernelBuilder &, mlir::ValueRange)>;

  /// The run's context.
  mlir::Value context;

  Values sizes(mlir::Value memref);
  /// memref[offsets][sizes][strides]; null strides are 1. What is constant shows in the type.
  mlir::Value subview(mlir::Value memref, mlir::ValueRange offsets, mlir::ValueRange sizes,
                      mlir::ValueRange strides = {});
  /// The part of `memref` at one index of each dimension in `dims`, which the result lacks.
  mlir::Value slice(mlir::Value memref, llvm::ArrayRef<unsigned> dims, mlir::ValueRange indices);

  /// A linalg.generic; `body` gets the elements of ins, then of outs, and gives the new elements of outs.
  void generic(mlir::ValueRange ins, mlir::ValueRange outs, llvm::ArrayRef<mlir::AffineMap> maps,
               llvm::ArrayRef<Iterator> iterators, ElementFn body);
  /// One over the elements of `out`, all loops parallel; `ins` by `maps`.
  void elementwise(mlir::ValueRange ins, llvm::ArrayRef<mlir::AffineMap> maps, mlir::Value out, ElementFn body);
  void copy(mlir::Value from, mlir::Value to);
  void fill(mlir::Value scalar, mlir::Value memref);
  /// The index of the loop in the body of a generic.
  mlir::Value loopIndex(unsigned dim);

  mlir::Value load(mlir::Value memref, mlir::ValueRange at = {});
  void store(mlir::Value value, mlir::Value memref, mlir::ValueRange at = {});

  mlir::Value select(mlir::Value condition, mlir::Value x, mlir::Value y);
  mlir::Value less(mlir::Value x, mlir::Value y);
  mlir::Value equal(mlir::Value x, mlir::Value y);
  /// x mod y, not negative, for a positive y.
  mlir::Value floorMod(mlir::Value x, mlir::Value y);
  /// An element of an integer tensor as an index.
  mlir::Value toIndex(mlir::Value integer, mlir::Type element);
  /// A position that may count from the end of `extent`.
  mlir::Value wrapNegative(mlir::Value position, mlir::Value extent);
  /// A number as a constant of a body type.
  mlir::Value number(mlir::Type type, double value);

  mlir::AffineMap identity(unsigned rank);
  /// (d0, ..., d<rank>-1) -> the given ones.
  mlir::AffineMap project(unsigned rank, llvm::ArrayRef<unsigned> dims);
};

/// A kernel that takes memory and indices. Indices that are constants here are constants inside of it.
using KernelFn =
    llvm::function_ref<void(KernelBuilder &, mlir::ValueRange memrefs, llvm::ArrayRef<mlir::Value> indices)>;
mlir::func::CallOp emitKernel(HostLowering &host, llvm::StringRef name, mlir::ValueRange memrefs,
                              mlir::ValueRange indices, KernelFn body);

/// Index arithmetic in the host program, at its current end.
KernelBuilder hostBuilder(HostLowering &host);

/// A dense buffer under fewer dimensions: dimension i is the product of those from ends[i - 1] up to ends[i].
mlir::Value group(HostLowering &host, mlir::Value memref, llvm::ArrayRef<int64_t> ends);
/// A dense buffer as what is before `axis`, along it, and behind it; without an axis as [1, elements, 1].
mlir::Value groupAround(HostLowering &host, mlir::Value memref, std::optional<int64_t> axis);

/// Whether `tensor` has a dimension that only its own lowering can tell.
bool hasOpaqueDims(HostLowering &host, mlir::Value tensor);
/// Whether the elements of a shape operand are expressions that need no memory, which proves extents made of them.
bool hasKnownContents(HostLowering &host, mlir::Value tensor);
/// Checks that a vector, whose length only the run time may know, has as many elements as the operator needs.
void checkElements(HostLowering &host, mlir::Value tensor, int64_t count);

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_KERNELBUILDER_H
