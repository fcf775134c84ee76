//===- Weights.h - the bytes of constants, wherever they lie
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_WEIGHTS_H
#define INGOT_IR_WEIGHTS_H

#include "mlir/IR/Attributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <optional>
#include <string>

namespace ingot {

/// A constant tensor: row-major, little endian, booleans one byte each. Splats hold one element.
struct ConstantData {
  mlir::RankedTensorType type;
  llvm::ArrayRef<char> bytes;       ///< of all elements, or of the single one of a splat
  bool splat = false;
  std::shared_ptr<void> keepAlive = nullptr;  ///< what `bytes` points into, where it is not the context's

  /// All elements of an integer (or boolean) tensor, widened.
  llvm::SmallVector<int64_t> toIntegers() const;
  /// All elements of any numeric tensor, as doubles.
  llvm::SmallVector<double> toDoubles() const;
};

/// Bytes an element of this type takes in memory and in files; booleans take one.
int64_t elementBytes(mlir::Type elementType);

/// Reads a constant's attribute: dense, resource or external. Fails where an external file does not hold the bytes.
llvm::Expected<ConstantData> readConstant(mlir::Attribute value, mlir::RankedTensorType type);

/// The data of a value that `ingot.constant` defines; nothing for others, and where the data cannot be read.
std::optional<ConstantData> getConstantData(mlir::Value value);

/// Makes `file` readable under `name`: external attributes that name it read this mapping and open no path again.
void registerExternalFile(llvm::StringRef name, std::shared_ptr<llvm::MemoryBuffer> file);

/// A constant's attribute for elements computed at compile time; `bytes` is copied once.
mlir::Attribute makeConstant(mlir::RankedTensorType type, llvm::ArrayRef<char> bytes);
/// Frees the memory of a value that `makeConstant` made and that nothing reads any more.
void freeConstant(mlir::Attribute value);
mlir::Attribute makeIntegers(mlir::RankedTensorType type, llvm::ArrayRef<int64_t> values);
mlir::Attribute makeDoubles(mlir::RankedTensorType type, llvm::ArrayRef<double> values);

} // namespace ingot

#endif // INGOT_IR_WEIGHTS_H
