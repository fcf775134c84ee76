//===- Weights.cpp - the bytes of constants, wherever they lie
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/Weights.h"

#include "ir/Dialect.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

#include <cstring>
#include <mutex>

using namespace ingot;
using namespace mlir;

int64_t ingot::elementBytes(Type elementType) { return (elementType.getIntOrFloatBitWidth() + 7) / 8; }

//===----------------------------------------------------------------------===//
// Elements as numbers
//===----------------------------------------------------------------------===//

static int64_t loadInteger(const char *data, IntegerType type) {
  uint64_t bits = 0;
  int64_t bytes = elementBytes(type);
  std::memcpy(&bits, data, bytes);
  if (type.isUnsigned() || type.getWidth() == 1 || bytes == 8)
    return static_cast<int64_t>(bits);
  unsigned shift = 64 - 8 * bytes;
  return static_cast<int64_t>(bits << shift) >> shift;
}

static double loadFloat(const char *data, FloatType type) {
  uint64_t bits = 0;
  std::memcpy(&bits, data, elementBytes(type));
  APFloat value(type.getFloatSemantics(), APInt(type.getWidth(), bits));
  bool losesInfo;
  value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInfo);
  return value.convertToDouble();
}

template <typename T, typename Load>
static SmallVector<T> loadAll(const ConstantData &constant, Load load) {
  SmallVector<T> values;
  int64_t count = constant.type.getNumElements(), stride = elementBytes(constant.type.getElementType());
  values.reserve(count);
  for (int64_t i = 0; i < count; ++i)
    values.push_back(load(constant.bytes.data() + (constant.splat ? 0 : i * stride)));
  return values;
}

SmallVector<int64_t> ConstantData::toIntegers() const {
  auto element = cast<IntegerType>(type.getElementType());
  return loadAll<int64_t>(*this, [&](const char *data) { return loadInteger(data, element); });
}

SmallVector<double> ConstantData::toDoubles() const {
  Type element = type.getElementType();
  return loadAll<double>(*this, [&](const char *data) -> double {
    if (auto floating = dyn_cast<FloatType>(element))
      return loadFloat(data, floating);
    auto integer = cast<IntegerType>(element);
    int64_t value = loadInteger(data, integer);
    return integer.isUnsigned() ? static_cast<double>(static_cast<uint64_t>(value)) : static_cast<double>(value);
  });
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

namespace {
struct ExternalFiles {
  std::mutex mutex;
  llvm::StringMap<std::shared_ptr<llvm::MemoryBuffer>> files;
};
} // namespace

static ExternalFiles &externalFiles() {
  static ExternalFiles files;
  return files;
}

void ingot::registerExternalFile(StringRef name, std::shared_ptr<llvm::MemoryBuffer> file) {
  ExternalFiles &files = externalFiles();
  std::lock_guard<std::mutex> lock(files.mutex);
  files.files[name] = std::move(file);
}

static llvm::Expected<std::shared_ptr<llvm::MemoryBuffer>> openExternal(StringRef name) {
  ExternalFiles &files = externalFiles();
  std::lock_guard<std::mutex> lock(files.mutex);
  std::shared_ptr<llvm::MemoryBuffer> &slot = files.files[name];
  if (!slot) {
    auto buffer = llvm::MemoryBuffer::getFile(name, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!buffer)
      return llvm::createStringError(buffer.getError(),
                                     llvm::formatv("{0}: {1}", name, buffer.getError().message()).str());
    slot = std::move(*buffer);
  }
  return slot;
}

static llvm::Expected<ConstantData> readExternal(ExternalAttr external, RankedTensorType type) {
  auto file = openExternal(external.getFile().getValue());
  if (!file)
    return file.takeError();
  uint64_t size = (*file)->getBufferSize(), offset = external.getOffset(), length = external.getLength();
  if (offset > size || length > size - offset)
    return llvm::createStringError(
        llvm::formatv("{0}: expected {1} bytes at offset {2} but the file has {3}", external.getFile().getValue(),
                      length, offset, size)
            .str());
  uint64_t expected = static_cast<uint64_t>(type.getNumElements()) * elementBytes(type.getElementType());
  if (length != expected)
    return llvm::createStringError(
        llvm::formatv("{0}: expected {1} bytes at offset {2} for {3} but the attribute says {4}",
                      external.getFile().getValue(), expected, offset, type, length)
            .str());
  ConstantData data{type, {(*file)->getBufferStart() + offset, static_cast<size_t>(length)}};
  data.keepAlive = *file;
  return data;
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

/// MLIR packs dense booleans into bits; constants hold a byte each.
static ConstantData unpackBooleans(DenseElementsAttr dense, RankedTensorType type) {
  auto bytes = std::make_shared<std::vector<char>>();
  if (dense.isSplat())
    bytes->push_back(dense.getSplatValue<bool>());
  else
    for (bool value : dense.getValues<bool>())
      bytes->push_back(value);
  return {type, {bytes->data(), bytes->size()}, dense.isSplat(), bytes};
}

llvm::Expected<ConstantData> ingot::readConstant(Attribute value, RankedTensorType type) {
  if (auto external = dyn_cast<ExternalAttr>(value))
    return readExternal(external, type);
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      return ConstantData{type, blob->getData(), false, nullptr};
  if (auto dense = dyn_cast<DenseElementsAttr>(value)) {
    if (type.getElementType().isInteger(1))
      return unpackBooleans(dense, type);
    return ConstantData{type, dense.getRawData(), dense.isSplat(), nullptr};
  }
  return llvm::createStringError("constant of a kind without data");
}

std::optional<ConstantData> ingot::getConstantData(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  if (!constant)
    return std::nullopt;
  llvm::Expected<ConstantData> data = readConstant(constant.getValue(), cast<RankedTensorType>(value.getType()));
  if (data)
    return std::move(*data);
  llvm::consumeError(data.takeError());
  return std::nullopt;
}

Attribute ingot::makeConstant(RankedTensorType type, ArrayRef<char> bytes) {
  // Small ones are uniqued and printed; large ones live once, in a resource.
  constexpr size_t small = 1024;
  Type element = type.getElementType();
  if (element.isInteger(1)) {
    SmallVector<bool> values(bytes.begin(), bytes.end());
    return DenseElementsAttr::get(type, values);
  }
  if (bytes.size() <= small)
    return DenseElementsAttr::getFromRawBuffer(type, bytes);
  AsmResourceBlob blob = HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64);
  return DenseResourceElementsAttr::get(type, "ingot_constant", std::move(blob));
}

void ingot::freeConstant(Attribute value) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    resource.getRawHandle().getResource()->setBlob(AsmResourceBlob());
}

template <typename T, typename Store>
static Attribute makeFrom(RankedTensorType type, ArrayRef<T> values, Store store) {
  int64_t stride = elementBytes(type.getElementType());
  std::vector<char> bytes(values.size() * stride);
  for (auto [i, value] : llvm::enumerate(values))
    store(bytes.data() + i * stride, value);
  return makeConstant(type, bytes);
}

Attribute ingot::makeIntegers(RankedTensorType type, ArrayRef<int64_t> values) {
  int64_t stride = elementBytes(type.getElementType());
  return makeFrom(type, values, [&](char *data, int64_t value) { std::memcpy(data, &value, stride); });
}

Attribute ingot::makeDoubles(RankedTensorType type, ArrayRef<double> values) {
  auto floating = dyn_cast<FloatType>(type.getElementType());
  if (!floating) {
    SmallVector<int64_t> integers;
    for (double value : values)
      integers.push_back(static_cast<int64_t>(value));
    return makeIntegers(type, integers);
  }
  return makeFrom(type, values, [&](char *data, double value) {
    APFloat rounded(value);
    bool losesInfo;
    rounded.convert(floating.getFloatSemantics(), APFloat::rmNearestTiesToEven, &losesInfo);
    uint64_t bits = rounded.bitcastToAPInt().getZExtValue();
    std::memcpy(data, &bits, elementBytes(floating));
  });
}
