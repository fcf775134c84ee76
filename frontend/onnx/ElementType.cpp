//===-- ElementType.cpp - ONNX element types as MLIR types ----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/ElementType.h"
#include "frontend/onnx/DataType.h"
#include "llvm/Support/ErrorHandling.h"

using namespace mlir;

namespace ingot::onnx {

static Type integer(MLIRContext *context, unsigned width, bool isSigned) {
  return IntegerType::get(context, width, isSigned ? IntegerType::Signless : IntegerType::Unsigned);
}

Type elementType(MLIRContext *context, int32_t id) {
  switch (id) {
  case TensorProto::FLOAT:
    return Float32Type::get(context);
  case TensorProto::DOUBLE:
    return Float64Type::get(context);
  case TensorProto::FLOAT16:
    return Float16Type::get(context);
  case TensorProto::BFLOAT16:
    return BFloat16Type::get(context);
  case TensorProto::INT8:
    return integer(context, 8, true);
  case TensorProto::INT16:
    return integer(context, 16, true);
  case TensorProto::INT32:
    return integer(context, 32, true);
  case TensorProto::INT64:
    return integer(context, 64, true);
  case TensorProto::UINT8:
    return integer(context, 8, false);
  case TensorProto::UINT16:
    return integer(context, 16, false);
  case TensorProto::UINT32:
    return integer(context, 32, false);
  case TensorProto::UINT64:
    return integer(context, 64, false);
  case TensorProto::BOOL:
    return IntegerType::get(context, 1);
  default:
    return Type();
  }
}

int32_t dataTypeOf(Type element) {
  if (element.isF32())
    return TensorProto::FLOAT;
  if (element.isF64())
    return TensorProto::DOUBLE;
  if (element.isF16())
    return TensorProto::FLOAT16;
  if (element.isBF16())
    return TensorProto::BFLOAT16;
  auto type = cast<IntegerType>(element);
  switch (type.getWidth()) {
  case 1:
    return TensorProto::BOOL;
  case 8:
    return type.isUnsigned() ? TensorProto::UINT8 : TensorProto::INT8;
  case 16:
    return type.isUnsigned() ? TensorProto::UINT16 : TensorProto::INT16;
  case 32:
    return type.isUnsigned() ? TensorProto::UINT32 : TensorProto::INT32;
  case 64:
    return type.isUnsigned() ? TensorProto::UINT64 : TensorProto::INT64;
  }
  llvm_unreachable("not an element type of the frontend");
}

int64_t extentOf(const TensorShapeProto::Dimension &dim, ChosenExtent chosen) {
  if (dim.has_dim_value())
    return dim.dim_value() < 0 ? ShapedType::kDynamic : dim.dim_value();
  return chosen(dim.dim_param()).value_or(ShapedType::kDynamic);
}

RankedTensorType tensorType(MLIRContext *context, const TypeProto &type, ChosenExtent chosen) {
  if (!type.has_tensor_type() || !type.tensor_type().has_shape())
    return {};
  Type element = elementType(context, type.tensor_type().elem_type());
  if (!element)
    return {};
  SmallVector<int64_t> shape;
  for (const TensorShapeProto::Dimension &dim : type.tensor_type().shape().dim())
    shape.push_back(extentOf(dim, chosen));
  return RankedTensorType::get(shape, element);
}

std::string typeName(const TypeProto &type) {
  switch (type.value_case()) {
  case TypeProto::kTensorType:
    return "tensor(" + dataTypeName(type.tensor_type().elem_type()) + ")";
  case TypeProto::kSparseTensorType:
    return "sparse_tensor(" + dataTypeName(type.sparse_tensor_type().elem_type()) + ")";
  case TypeProto::kSequenceType:
    return "seq(" + typeName(type.sequence_type().elem_type()) + ")";
  case TypeProto::kOptionalType:
    return "optional(" + typeName(type.optional_type().elem_type()) + ")";
  case TypeProto::kMapType:
    return "map";
  case TypeProto::kOpaqueType:
    return "opaque";
  case TypeProto::VALUE_NOT_SET:
    break;
  }
  return "no type";
}

} // namespace ingot::onnx
