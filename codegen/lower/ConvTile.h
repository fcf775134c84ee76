//===- ConvTile.h - convolutions on channels-last memory
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the lowerings of `conv` and `conv_transpose` share: operands brought to
// channels-last memory, weights packed, a tile operation built.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_CONVTILE_H
#define INGOT_CODEGEN_LOWER_CONVTILE_H

#include "codegen/lower/Epilogue.h"
#include "ir/Dialect.h"

namespace ingot {

/// A convolution without the memory it works on.
struct ConvGeometry {
  llvm::SmallVector<int64_t> strides, dilations;
  llvm::SmallVector<int64_t> pads; ///< in front of the input
  int64_t group = 1;
  bool keepsExtents = false; ///< the output has the input's spatial extents
};

/// Weights [O, C / group, K...]: a constant's attribute, or memory.
struct ConvWeights {
  mlir::Attribute constant;
  mlir::Value memref;
  mlir::RankedTensorType type;
  mlir::Type inputElement; ///< of the tensor they are multiplied with

  int64_t outputChannels() const { return type.getDimSize(0); }
  int64_t groupChannels() const { return type.getDimSize(1); }
  llvm::ArrayRef<int64_t> kernel() const { return type.getShape().drop_front(2); }
};

/// Memory of a convolution, channels last, and what happens to its sums.
struct ConvOperands {
  mlir::Value input, out;
  mlir::Value bias; ///< [O], or null
  mlir::Type biasElement;
  llvm::SmallVector<mlir::Value> extras;
  llvm::SmallVector<mlir::AffineMap> maps; ///< of the extras, over `out`
};

/// The tensor's memory with the number of its channels, dimension `axis`, static.
mlir::Value withChannels(HostLowering &host, mlir::Value tensor, int64_t axis, int64_t channels);

/// The input's memory with its channels last and their number static; `channelsLast` says whether it comes that way.
mlir::Value convInput(HostLowering &host, mlir::Value tensor, bool channelsLast, int64_t channels);

/// Memory for the result, which is `target` itself where the result has its channels last. `extras` follow.
class ConvResult {
public:
  ConvResult(HostLowering &host, Epilogue &epilogue, bool channelsLast);
  /// Channels-last memory.
  mlir::Value memory() const { return out; }
  /// The epilogue's inputs, mapped from indices of `memory`.
  void addExtras(ConvOperands &operands) const;
  /// Brings what was written to `memory` to the result.
  void finish();

private:
  HostLowering &host;
  Epilogue &epilogue;
  bool channelsLast;
  mlir::Value out, target;
};

/// The tile operation's epilogue: the bias is the first extra, and scales of 24-bit integers are the last, where there
/// are any.
struct SumEpilogue {
  Epilogue &epilogue;
  mlir::Type biasElement;
  bool isScaled;

  llvm::SmallVector<mlir::Value> operator()(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange values) const;
};

/// An operand that the epilogue reads where the kernel writes may lie in the same memory, if the sums read it no more.
void allowInPlace(HostLowering &host, mlir::func::CallOp call, const ConvOperands &operands);

/// Whether it is a product of positions, as rows, and channels.
bool isProduct(const ConvGeometry &geometry, const ConvWeights &weights);

/// Whether a batch of small images is better one product of all windows: each image by itself would read weights that
/// no core's own cache holds, for few positions.
bool wantsWindows(tile::TargetAttr target, const ConvGeometry &geometry, const ConvWeights &weights,
                  const ConvOperands &operands);
/// The windows of all outputs, copied: memory [N * T..., K... * C] for an output [N, T..., O] and weights [O, C, K...].
mlir::Value gatherWindows(HostLowering &host, const ConvGeometry &geometry, const ConvWeights &weights,
                          const ConvOperands &operands);

/// The kernel and its call for a convolution on channels-first memory, with nothing transposed. False, with nothing
/// done, where that is not possible.
bool lowerPlanes(ConvOp op, HostLowering &host, Epilogue &epilogue, const ConvGeometry &geometry,
                 const ConvWeights &weights);

llvm::LogicalResult lowerConvTranspose(ConvTransposeOp op, HostLowering &host, Epilogue &epilogue);

/// The kernel and its call.
void emitConvolution(HostLowering &host, Epilogue &epilogue, const ConvGeometry &geometry, const ConvWeights &weights,
                     ConvOperands operands);

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_CONVTILE_H
