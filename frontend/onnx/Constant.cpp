//===-- Constant.cpp - TensorProtos as constants --------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Constant.h"
#include "frontend/onnx/DataType.h"
#include "frontend/onnx/ElementType.h"
#include "ir/Dialect.h"
#include "ir/Weights.h"
#include "llvm/ADT/STLExtras.h"
#include <cstring>
#include <vector>

using namespace mlir;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

namespace ingot::onnx {
namespace {

using Bytes = std::vector<char>;

template <typename T>
void append(Bytes &bytes, T value) {
  const char *begin = reinterpret_cast<const char *>(&value);
  bytes.insert(bytes.end(), begin, begin + sizeof(T));
}

/// Entries of a typed field, each narrowed to T.
template <typename T, typename Field>
Bytes narrow(const Field &field) {
  Bytes bytes;
  bytes.reserve(size_t(field.size()) * sizeof(T));
  for (auto value : field)
    append(bytes, static_cast<T>(value));
  return bytes;
}

/// \p count elements of \p bits (2 or 4), from the low end of each byte, as bytes.
Bytes unpack(StringRef packed, unsigned bits, bool isSigned, uint64_t count) {
  Bytes bytes;
  bytes.reserve(count);
  unsigned perByte = 8 / bits, unused = 8 - bits;
  for (uint64_t i = 0; i < count; ++i) {
    auto shifted = static_cast<uint8_t>(uint8_t(packed[i / perByte]) >> (i % perByte * bits) << unused);
    bytes.push_back(isSigned ? char(int8_t(shifted) >> unused) : char(shifted >> unused));
  }
  return bytes;
}

/// The raw form of a tensor whose data is in a typed field.
Bytes typedBytes(const TensorProto &tensor) {
  switch (tensor.data_type()) {
  case TensorProto::FLOAT:
    return narrow<float>(tensor.float_data());
  case TensorProto::DOUBLE:
    return narrow<double>(tensor.double_data());
  case TensorProto::INT64:
    return narrow<int64_t>(tensor.int64_data());
  case TensorProto::UINT64:
    return narrow<uint64_t>(tensor.uint64_data());
  case TensorProto::UINT32:
    return narrow<uint32_t>(tensor.uint64_data());
  case TensorProto::INT32:
    return narrow<int32_t>(tensor.int32_data());
  case TensorProto::INT16:
  case TensorProto::UINT16:
  case TensorProto::FLOAT16:
  case TensorProto::BFLOAT16:
    return narrow<uint16_t>(tensor.int32_data());
  default: // 8 bits, or narrower and packed
    return narrow<uint8_t>(tensor.int32_data());
  }
}

bool isBoolean(const TensorProto &tensor) { return tensor.data_type() == TensorProto::BOOL; }

/// Whether the raw form is what constants are made of: no packing, and
/// booleans that are 0 or 1.
bool isPlain(const TensorProto &tensor, StringRef bytes) {
  if (findDataType(tensor.data_type())->bits < 8)
    return false;
  return !isBoolean(tensor) || llvm::all_of(bytes, [](char byte) { return byte == 0 || byte == 1; });
}

/// Elements as constants hold them, from their raw form.
Bytes decode(const TensorProto &tensor, StringRef raw, uint64_t count) {
  const DataType &type = *findDataType(tensor.data_type());
  if (type.bits < 8)
    return unpack(raw, type.bits, tensor.data_type() == TensorProto::INT4 || tensor.data_type() == TensorProto::INT2,
                  count);
  Bytes bytes(raw.begin(), raw.end());
  if (isBoolean(tensor))
    for (char &byte : bytes)
      byte = byte != 0;
  return bytes;
}

/// The type whose values a constant of \p dataType holds.
int32_t widened(int32_t dataType) {
  switch (dataType) {
  case TensorProto::INT4:
  case TensorProto::INT2:
    return TensorProto::INT8;
  case TensorProto::UINT4:
  case TensorProto::UINT2:
    return TensorProto::UINT8;
  default:
    return dataType;
  }
}

Expected<RankedTensorType> typeOf(MLIRContext *context, const TensorProto &tensor) {
  Type element = elementType(context, widened(tensor.data_type()));
  if (!element)
    return createStringError("elements of type " + dataTypeName(tensor.data_type()) + " are not supported");
  return RankedTensorType::get(ArrayRef(tensor.dims().data(), size_t(tensor.dims_size())), element);
}

} // namespace

ConstantReader::ConstantReader(MLIRContext *context, const ModelFile &file)
    : context(context), file(file), externalFiles(file.path()) {
  registerExternalFile(file.path(), file.mapping());
}

/// A reference to bytes of a registered file.
Expected<Constant> ConstantReader::refer(RankedTensorType type, StringRef path, uint64_t offset, StringRef bytes) {
  return Constant{type, ExternalAttr::get(context, StringAttr::get(context, path), offset, bytes.size())};
}

Expected<Constant> ConstantReader::readExternal(const TensorProto &tensor, RankedTensorType type) {
  Expected<uint64_t> size = rawByteSize(tensor);
  if (!size)
    return size.takeError();
  Expected<ExternalRange> range = externalFiles.find(tensor, *size);
  if (!range)
    return range.takeError();
  if (!isPlain(tensor, range->bytes()))
    return Constant{type, makeConstant(type, decode(tensor, range->bytes(), type.getNumElements()))};
  registerExternalFile(range->path, range->file);
  return refer(type, range->path, range->offset, range->bytes());
}

Expected<Constant> ConstantReader::read(const TensorProto &tensor) {
  Expected<RankedTensorType> type = typeOf(context, tensor);
  if (!type)
    return type.takeError();
  if (tensor.data_location() == TensorProto::EXTERNAL)
    return readExternal(tensor, *type);
  StringRef raw = file.payload(tensor);
  if (tensor.has_mapped_offset() && isPlain(tensor, raw))
    return refer(*type, file.path(), tensor.mapped_offset(), raw);
  Bytes typed;
  if (raw.empty()) {
    typed = typedBytes(tensor);
    raw = StringRef(typed.data(), typed.size());
  }
  return Constant{*type, makeConstant(*type, decode(tensor, raw, type->getNumElements()))};
}

/// Where each value of a sparse tensor goes, as positions in row-major order.
static Expected<SmallVector<int64_t>> linearIndices(const ConstantData &indices, ArrayRef<int64_t> dims,
                                                    int64_t count) {
  SmallVector<int64_t> values = indices.toIntegers(), positions;
  bool tuples = indices.type.getRank() == 2;
  int64_t width = tuples ? int64_t(dims.size()) : 1;
  if (int64_t(values.size()) != count * width)
    return createStringError("expected %lld indices of a sparse tensor but got %zu", (long long)(count * width),
                             values.size());
  int64_t total = ShapedType::getNumElements(dims);
  for (int64_t i = 0; i < count; ++i) {
    int64_t position = 0;
    for (int64_t d = 0; d < width; ++d)
      position = tuples ? position * dims[d] + values[i * width + d] : values[i];
    if (position < 0 || position >= total)
      return createStringError("index %lld of a sparse tensor is outside its %lld elements", (long long)position,
                               (long long)total);
    positions.push_back(position);
  }
  return positions;
}

Expected<Constant> ConstantReader::read(const SparseTensorProto &sparse) {
  ArrayRef<int64_t> dims(sparse.dims().data(), size_t(sparse.dims_size()));
  if (Expected<uint64_t> elements = countElements(dims); !elements)
    return elements.takeError();
  Expected<Constant> values = read(sparse.values()), indices = read(sparse.indices());
  if (Error error = llvm::joinErrors(values ? Error::success() : values.takeError(),
                                     indices ? Error::success() : indices.takeError()))
    return std::move(error);
  Expected<ConstantData> elements = readConstant(values->value, values->type);
  Expected<ConstantData> places = readConstant(indices->value, indices->type);
  if (Error error = llvm::joinErrors(elements ? Error::success() : elements.takeError(),
                                     places ? Error::success() : places.takeError()))
    return std::move(error);
  int64_t count = values->type.getNumElements(), width = elementBytes(values->type.getElementType());
  Expected<SmallVector<int64_t>> positions = linearIndices(*places, dims, count);
  if (!positions)
    return positions.takeError();
  auto type = RankedTensorType::get(dims, values->type.getElementType());
  Bytes dense(type.getNumElements() * width);
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(dense.data() + (*positions)[i] * width, elements->bytes.data() + (elements->splat ? 0 : i * width),
                width);
  return Constant{type, makeConstant(type, dense)};
}

} // namespace ingot::onnx
