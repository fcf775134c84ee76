//===- IndexBuilder.h - Loops and index arithmetic that fold ----*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The emitters below are written for dynamic sizes once. Static sizes come out
// as tight code because everything here folds: arithmetic on constants gives
// constants, a loop of one iteration is its body, one of none is nothing.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_INDEXBUILDER_H
#define INGOT_CODEGEN_TILE_INDEXBUILDER_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <optional>

namespace ingot::tile {

class IndexBuilder : public mlir::ImplicitLocOpBuilder {
public:
  using ImplicitLocOpBuilder::ImplicitLocOpBuilder;
  using Values = llvm::SmallVector<mlir::Value>;
  using LoopBody = llvm::function_ref<Values(mlir::Value iv, mlir::ValueRange carried)>;

  /// Marks the loops that are built from now on as ones that LLVM need not unroll: they already have as much in a
  /// body as there are registers for.
  void setLoopsComplete(bool complete) { loopsComplete = complete; }

  mlir::Value index(int64_t value);
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value add(mlir::Value lhs, int64_t rhs) { return add(lhs, index(rhs)); }
  mlir::Value sub(mlir::Value lhs, mlir::Value rhs);
  mlir::Value mul(mlir::Value lhs, mlir::Value rhs);
  mlir::Value mul(mlir::Value lhs, int64_t rhs) { return mul(lhs, index(rhs)); }
  mlir::Value min(mlir::Value lhs, mlir::Value rhs);
  mlir::Value max(mlir::Value lhs, mlir::Value rhs);
  /// Quotients of a value that is not negative.
  mlir::Value div(mlir::Value lhs, mlir::Value rhs);
  mlir::Value div(mlir::Value lhs, int64_t rhs) { return div(lhs, index(rhs)); }
  mlir::Value ceilDiv(mlir::Value lhs, mlir::Value rhs) { return div(sub(add(lhs, rhs), index(1)), rhs); }
  mlir::Value ceilDiv(mlir::Value lhs, int64_t rhs) { return div(add(lhs, rhs - 1), rhs); }
  /// Indices of element `number` of an array of these sizes, the last one varying fastest.
  Values delinearize(mlir::Value number, llvm::ArrayRef<mlir::Value> sizes);
  /// The largest multiple of `rhs` that is no larger than `lhs`.
  mlir::Value alignDown(mlir::Value lhs, int64_t rhs) { return mul(div(lhs, rhs), rhs); }

  /// Size of a memref's dimension, a constant where its type tells.
  mlir::Value dim(mlir::Value memref, int64_t dimension);

  /// The memref with dimensions `first` and `first + 1` as one; null if they do not follow each other in memory.
  mlir::Value collapseDims(mlir::Value memref, unsigned first);

  /// for (iv = lo; iv < hi; iv += step), `carried` through it. Returns what the last iteration carries.
  Values loop(mlir::Value lo, mlir::Value hi, mlir::Value step, mlir::ValueRange carried, LoopBody body);
  void loop(mlir::Value lo, mlir::Value hi, mlir::Value step, llvm::function_ref<void(mlir::Value iv)> body);
  Values loop(mlir::Value lo, mlir::Value hi, int64_t step, mlir::ValueRange carried, LoopBody body) {
    return loop(lo, hi, index(step), carried, body);
  }
  void loop(mlir::Value lo, mlir::Value hi, int64_t step, llvm::function_ref<void(mlir::Value iv)> body) {
    loop(lo, hi, index(step), body);
  }

  /// Runs `body` for every point of the box, the last dimension varying fastest, by threads if `parallel` and not
  /// the work of one thread already.
  void box(llvm::ArrayRef<mlir::Value> sizes, bool parallel, llvm::function_ref<void(mlir::ValueRange ivs)> body);

  /// Runs `body` for ranges [begin, end) of [0, count), one for each thread if `parallel`, as `box` does.
  void ranges(mlir::Value count, bool parallel, llvm::function_ref<void(mlir::Value begin, mlir::Value end)> body);

  /// Runs `body` for ranges [begin, end) of the `items` that each point of the box has, no more than `most` of them at
  /// a time. Threads, if `parallel`, have equal shares of all items, in order: they share a point's where there are
  /// fewer points than threads.
  using ItemsBody = llvm::function_ref<void(mlir::ValueRange ivs, mlir::Value begin, mlir::Value end)>;
  void itemsOfBox(llvm::ArrayRef<mlir::Value> sizes, mlir::Value items, mlir::Value most, bool parallel,
                  ItemsBody body);

  /// A buffer on the stack, aligned for vectors. Inside of a loop it is still one buffer: hoist-allocas moves it out.
  mlir::Value stackBuffer(llvm::ArrayRef<int64_t> shape, mlir::Type element);

  /// `then` under `condition`, else `otherwise`; folds on a constant.
  void branch(mlir::Value condition, llvm::function_ref<void()> then, llvm::function_ref<void()> otherwise);

private:
  bool loopsComplete = false;
};

/// The value of a constant index.
std::optional<int64_t> getConstant(mlir::Value value);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_INDEXBUILDER_H
