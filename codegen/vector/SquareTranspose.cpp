//===- SquareTranspose.cpp - a square of registers, transposed -------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/SquareTranspose.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace ingot {
namespace {

class SquareTranspose {
public:
  SquareTranspose(ImplicitLocOpBuilder &b, VectorType type)
      : b(b), size(type.getNumElements()),
        pieceSize(std::min<int64_t>(size, 128 / type.getElementType().getIntOrFloatBitWidth())) {}

  SmallVector<Value> run(ArrayRef<Value> rows);

private:
  Value shuffle(Value x, Value y, function_ref<int64_t(int64_t)> pick);
  Value interleave(Value x, Value y, bool upper);
  Value joinHalves(Value x, Value y, bool upper);
  Value joinAlternate(Value x, Value y, bool odd);
  SmallVector<Value> transposeInPieces(ArrayRef<Value> rows);
  SmallVector<Value> transposePieces(ArrayRef<Value> rows);

  ImplicitLocOpBuilder &b;
  int64_t size;
  /// Elements of a piece of 128 bits.
  int64_t pieceSize;
};

} // namespace

Value SquareTranspose::shuffle(Value x, Value y, function_ref<int64_t(int64_t)> pick) {
  SmallVector<int64_t> picks;
  for (int64_t lane = 0; lane < size; ++lane)
    picks.push_back(pick(lane));
  return vector::ShuffleOp::create(b, x, y, picks);
}

/// In each piece, the elements of one half of x's and y's in turn.
Value SquareTranspose::interleave(Value x, Value y, bool upper) {
  return shuffle(x, y, [&](int64_t lane) {
    int64_t piece = lane / pieceSize * pieceSize, inside = lane % pieceSize;
    int64_t element = piece + inside / 2 + (upper ? pieceSize / 2 : 0);
    return inside % 2 ? size + element : element;
  });
}

/// One half of x, then that of y.
Value SquareTranspose::joinHalves(Value x, Value y, bool upper) {
  return shuffle(x, y, [&](int64_t lane) {
    int64_t element = lane % (size / 2) + (upper ? size / 2 : 0);
    return lane < size / 2 ? element : size + element;
  });
}

/// Every other piece of x, then those of y.
Value SquareTranspose::joinAlternate(Value x, Value y, bool odd) {
  return shuffle(x, y, [&](int64_t lane) {
    int64_t inside = lane % (size / 2);
    int64_t element = (inside / pieceSize * 2 + odd) * pieceSize + inside % pieceSize;
    return lane < size / 2 ? element : size + element;
  });
}

/// Transposes each piece of `pieceSize` rows: element r of piece p of result k is element k of piece p of row r.
SmallVector<Value> SquareTranspose::transposeInPieces(ArrayRef<Value> rows) {
  SmallVector<Value> current(rows);
  size_t half = current.size() / 2;
  for (int64_t done = 1; done < pieceSize; done *= 2) {
    SmallVector<Value> next;
    for (size_t row = 0; row < half; ++row) {
      next.push_back(interleave(current[row], current[row + half], false));
      next.push_back(interleave(current[row], current[row + half], true));
    }
    current = next;
  }
  return current;
}

/// Piece r of result p is piece p of row r; one, two or four of them.
SmallVector<Value> SquareTranspose::transposePieces(ArrayRef<Value> rows) {
  if (rows.size() == 1)
    return {rows[0]};
  if (rows.size() == 2)
    return {joinHalves(rows[0], rows[1], false), joinHalves(rows[0], rows[1], true)};
  assert(rows.size() == 4 && "expected at most four pieces a register");
  SmallVector<Value> result;
  for (bool upper : {false, true}) {
    Value first = joinHalves(rows[0], rows[1], upper), second = joinHalves(rows[2], rows[3], upper);
    result.push_back(joinAlternate(first, second, false));
    result.push_back(joinAlternate(first, second, true));
  }
  return result;
}

SmallVector<Value> SquareTranspose::run(ArrayRef<Value> rows) {
  int64_t pieces = size / pieceSize;
  SmallVector<SmallVector<Value>> groups;
  for (int64_t group = 0; group < pieces; ++group)
    groups.push_back(transposeInPieces(rows.slice(group * pieceSize, pieceSize)));
  SmallVector<Value> columns(size);
  for (int64_t inside = 0; inside < pieceSize; ++inside) {
    SmallVector<Value> sameColumn;
    for (ArrayRef<Value> group : groups)
      sameColumn.push_back(group[inside]);
    for (auto [piece, column] : llvm::enumerate(transposePieces(sameColumn)))
      columns[piece * pieceSize + inside] = column;
  }
  return columns;
}

SmallVector<Value> transposeSquare(ImplicitLocOpBuilder &b, ArrayRef<Value> rows) {
  auto type = cast<VectorType>(rows.front().getType());
  assert(type.getNumElements() == static_cast<int64_t>(rows.size()) && "expected a square");
  return SquareTranspose(b, type).run(rows);
}

} // namespace ingot
