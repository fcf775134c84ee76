//===-- DataType.cpp - ONNX element types ---------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/DataType.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"
#include <cinttypes>

using namespace llvm;

namespace ingot::onnx {

constexpr unsigned kFloat = TensorProto::kFloatDataFieldNumber;
constexpr unsigned kInt32 = TensorProto::kInt32DataFieldNumber;
constexpr unsigned kString = TensorProto::kStringDataFieldNumber;
constexpr unsigned kInt64 = TensorProto::kInt64DataFieldNumber;
constexpr unsigned kDouble = TensorProto::kDoubleDataFieldNumber;
constexpr unsigned kUint64 = TensorProto::kUint64DataFieldNumber;

static const DataType kDataTypes[] = {
    {TensorProto::FLOAT, "float", 32, kFloat, 1, 1},
    {TensorProto::UINT8, "uint8", 8, kInt32, 1, 1},
    {TensorProto::INT8, "int8", 8, kInt32, 1, 1},
    {TensorProto::UINT16, "uint16", 16, kInt32, 1, 1},
    {TensorProto::INT16, "int16", 16, kInt32, 1, 1},
    {TensorProto::INT32, "int32", 32, kInt32, 1, 1},
    {TensorProto::INT64, "int64", 64, kInt64, 1, 1},
    {TensorProto::STRING, "string", 0, kString, 1, 1},
    {TensorProto::BOOL, "bool", 8, kInt32, 1, 1},
    {TensorProto::FLOAT16, "float16", 16, kInt32, 1, 1},
    {TensorProto::DOUBLE, "double", 64, kDouble, 1, 1},
    {TensorProto::UINT32, "uint32", 32, kUint64, 1, 1},
    {TensorProto::UINT64, "uint64", 64, kUint64, 1, 1},
    {TensorProto::COMPLEX64, "complex64", 64, kFloat, 2, 1},
    {TensorProto::COMPLEX128, "complex128", 128, kDouble, 2, 1},
    {TensorProto::BFLOAT16, "bfloat16", 16, kInt32, 1, 1},
    {TensorProto::FLOAT8E4M3FN, "float8e4m3fn", 8, kInt32, 1, 1},
    {TensorProto::FLOAT8E4M3FNUZ, "float8e4m3fnuz", 8, kInt32, 1, 1},
    {TensorProto::FLOAT8E5M2, "float8e5m2", 8, kInt32, 1, 1},
    {TensorProto::FLOAT8E5M2FNUZ, "float8e5m2fnuz", 8, kInt32, 1, 1},
    {TensorProto::UINT4, "uint4", 4, kInt32, 1, 2},
    {TensorProto::INT4, "int4", 4, kInt32, 1, 2},
    {TensorProto::FLOAT4E2M1, "float4e2m1", 4, kInt32, 1, 2},
    {TensorProto::FLOAT8E8M0, "float8e8m0", 8, kInt32, 1, 1},
    {TensorProto::UINT2, "uint2", 2, kInt32, 1, 4},
    {TensorProto::INT2, "int2", 2, kInt32, 1, 4},
    {TensorProto::FLOAT6E2M3, "float6e2m3", 6, kInt32, 1, 1},
    {TensorProto::FLOAT6E3M2, "float6e3m2", 6, kInt32, 1, 1},
};

const DataType *findDataType(int32_t id) {
  const DataType *row = find_if(kDataTypes, [&](const DataType &type) { return type.id == id; });
  return row == std::end(kDataTypes) ? nullptr : row;
}

std::string dataTypeName(int32_t id) {
  const DataType *type = findDataType(id);
  return type ? type->name.str() : "type " + std::to_string(id);
}

Expected<uint64_t> countElements(ArrayRef<int64_t> dims) {
  // An empty dimension must not hide that the others are absurd.
  int64_t product = 1;
  bool empty = false;
  for (auto [index, dim] : enumerate(dims)) {
    if (dim < 0)
      return createStringError("dimension %zu is %" PRId64, index, dim);
    empty |= dim == 0;
    if (dim != 0 && MulOverflow(product, dim, product))
      return createStringError("the product of its dimensions does not fit 63 bits");
  }
  return empty ? 0 : product;
}

static Expected<uint64_t> rawByteSize(const DataType &type, uint64_t elements) {
  int64_t bits;
  if (MulOverflow(int64_t(elements), int64_t(type.bits), bits))
    return createStringError("%" PRIu64 " elements of %u bits do not fit 63 bits", elements, type.bits);
  return divideCeil(uint64_t(bits), 8);
}

static ArrayRef<int64_t> dimsOf(const TensorProto &tensor) {
  return ArrayRef(tensor.dims().data(), size_t(tensor.dims_size()));
}

Expected<uint64_t> rawByteSize(const TensorProto &tensor) {
  const DataType *type = findDataType(tensor.data_type());
  if (!type || type->bits == 0)
    return createStringError("elements of %s have no raw form", dataTypeName(tensor.data_type()).c_str());
  Expected<uint64_t> elements = countElements(dimsOf(tensor));
  if (!elements)
    return elements.takeError();
  return rawByteSize(*type, *elements);
}

namespace {
/// One place where a TensorProto may hold its data.
struct Source {
  unsigned field;
  uint64_t entries; ///< bytes for raw_data
};
} // namespace

static SmallVector<Source> findSources(const TensorProto &tensor) {
  SmallVector<Source> sources;
  auto add = [&](unsigned field, uint64_t entries) {
    if (entries != 0)
      sources.push_back({field, entries});
  };
  add(kFloat, tensor.float_data_size());
  add(kInt32, tensor.int32_data_size());
  add(kString, tensor.string_data_size());
  add(kInt64, tensor.int64_data_size());
  add(kDouble, tensor.double_data_size());
  add(kUint64, tensor.uint64_data_size());
  add(TensorProto::kRawDataFieldNumber, tensor.raw_data().size());
  if (tensor.has_mapped_field()) {
    unsigned width = tensor.mapped_field() == kFloat ? 4 : tensor.mapped_field() == kDouble ? 8 : 1;
    add(tensor.mapped_field(), tensor.mapped_length() / width);
  }
  return sources;
}

static Error checkData(const TensorProto &tensor, const DataType &type, uint64_t elements) {
  SmallVector<Source> sources = findSources(tensor);
  if (tensor.data_location() == TensorProto::EXTERNAL) {
    if (!sources.empty())
      return createStringError("has data both in field %u and in an external file", sources.front().field);
    return Error::success();
  }
  if (sources.empty()) {
    if (elements == 0)
      return Error::success();
    return createStringError("expected %" PRIu64 " elements but there is no data", elements);
  }
  if (sources.size() > 1)
    return createStringError("has data both in field %u and in field %u", sources[0].field, sources[1].field);
  Source source = sources.front();
  if (source.field == TensorProto::kRawDataFieldNumber && type.bits != 0) {
    Expected<uint64_t> bytes = rawByteSize(type, elements);
    if (!bytes)
      return bytes.takeError();
    if (source.entries == *bytes)
      return Error::success();
    return createStringError("expected %" PRIu64 " bytes for %" PRIu64 " elements of %s but got %" PRIu64, *bytes,
                             elements, type.name.data(), source.entries);
  }
  if (source.field != type.typedField)
    return createStringError("elements of %s cannot be in field %u", type.name.data(), source.field);
  uint64_t entries = divideCeil(elements, type.elementsPerEntry) * type.entriesPerElement;
  if (source.entries != entries)
    return createStringError("expected %" PRIu64 " entries for %" PRIu64 " elements of %s but got %" PRIu64, entries,
                             elements, type.name.data(), source.entries);
  return Error::success();
}

Error checkTensor(const TensorProto &tensor) {
  const DataType *type = findDataType(tensor.data_type());
  if (!type)
    return createStringError("unknown element type %d", tensor.data_type());
  if (tensor.has_segment())
    return createStringError("segmented tensors are not supported");
  Expected<uint64_t> elements = countElements(dimsOf(tensor));
  if (!elements)
    return elements.takeError();
  if (type->bits != 0) // strings have no size to check
    if (Expected<uint64_t> bytes = rawByteSize(*type, *elements); !bytes)
      return bytes.takeError();
  return checkData(tensor, *type, *elements);
}

} // namespace ingot::onnx
