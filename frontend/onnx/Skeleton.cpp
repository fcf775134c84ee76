//===-- Skeleton.cpp - a model file without its bulk data -----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Skeleton.h"
#include "frontend/onnx/WireReader.h"
#include "frontend/onnx/onnx.pb.h"
#include <cinttypes>

using namespace llvm;

namespace ingot::onnx {
namespace {

/// The messages of onnx.proto that have message fields, and the rest as Leaf.
enum class Message {
  Leaf,
  Model,
  Graph,
  Node,
  Attribute,
  Tensor,
  SparseTensor,
  Function,
  TrainingInfo,
  ValueInfo,
  Type,
  TensorType,
  WrapperType,
  MapType,
  Shape,
  DeviceConfiguration,
  ShardingSpec,
  ShardedDim,
  Annotation,
};

struct MessageField {
  Message parent;
  uint32_t number;
  Message child;
};

constexpr MessageField kMessageFields[] = {
    {Message::Model, ModelProto::kOpsetImportFieldNumber, Message::Leaf},
    {Message::Model, ModelProto::kGraphFieldNumber, Message::Graph},
    {Message::Model, ModelProto::kMetadataPropsFieldNumber, Message::Leaf},
    {Message::Model, ModelProto::kTrainingInfoFieldNumber, Message::TrainingInfo},
    {Message::Model, ModelProto::kFunctionsFieldNumber, Message::Function},
    {Message::Model, ModelProto::kConfigurationFieldNumber, Message::Leaf},
    {Message::TrainingInfo, TrainingInfoProto::kInitializationFieldNumber, Message::Graph},
    {Message::TrainingInfo, TrainingInfoProto::kAlgorithmFieldNumber, Message::Graph},
    {Message::TrainingInfo, TrainingInfoProto::kInitializationBindingFieldNumber, Message::Leaf},
    {Message::TrainingInfo, TrainingInfoProto::kUpdateBindingFieldNumber, Message::Leaf},
    {Message::Graph, GraphProto::kNodeFieldNumber, Message::Node},
    {Message::Graph, GraphProto::kInitializerFieldNumber, Message::Tensor},
    {Message::Graph, GraphProto::kSparseInitializerFieldNumber, Message::SparseTensor},
    {Message::Graph, GraphProto::kInputFieldNumber, Message::ValueInfo},
    {Message::Graph, GraphProto::kOutputFieldNumber, Message::ValueInfo},
    {Message::Graph, GraphProto::kValueInfoFieldNumber, Message::ValueInfo},
    {Message::Graph, GraphProto::kQuantizationAnnotationFieldNumber, Message::Annotation},
    {Message::Graph, GraphProto::kMetadataPropsFieldNumber, Message::Leaf},
    {Message::Annotation, TensorAnnotation::kQuantParameterTensorNamesFieldNumber, Message::Leaf},
    {Message::Node, NodeProto::kAttributeFieldNumber, Message::Attribute},
    {Message::Node, NodeProto::kMetadataPropsFieldNumber, Message::Leaf},
    {Message::Node, NodeProto::kDeviceConfigurationsFieldNumber, Message::DeviceConfiguration},
    {Message::DeviceConfiguration, NodeDeviceConfigurationProto::kShardingSpecFieldNumber, Message::ShardingSpec},
    {Message::ShardingSpec, ShardingSpecProto::kIndexToDeviceGroupMapFieldNumber, Message::Leaf},
    {Message::ShardingSpec, ShardingSpecProto::kShardedDimFieldNumber, Message::ShardedDim},
    {Message::ShardedDim, ShardedDimProto::kSimpleShardingFieldNumber, Message::Leaf},
    {Message::Attribute, AttributeProto::kTFieldNumber, Message::Tensor},
    {Message::Attribute, AttributeProto::kGFieldNumber, Message::Graph},
    {Message::Attribute, AttributeProto::kSparseTensorFieldNumber, Message::SparseTensor},
    {Message::Attribute, AttributeProto::kTpFieldNumber, Message::Type},
    {Message::Attribute, AttributeProto::kTensorsFieldNumber, Message::Tensor},
    {Message::Attribute, AttributeProto::kGraphsFieldNumber, Message::Graph},
    {Message::Attribute, AttributeProto::kSparseTensorsFieldNumber, Message::SparseTensor},
    {Message::Attribute, AttributeProto::kTypeProtosFieldNumber, Message::Type},
    {Message::SparseTensor, SparseTensorProto::kValuesFieldNumber, Message::Tensor},
    {Message::SparseTensor, SparseTensorProto::kIndicesFieldNumber, Message::Tensor},
    {Message::Tensor, TensorProto::kSegmentFieldNumber, Message::Leaf},
    {Message::Tensor, TensorProto::kExternalDataFieldNumber, Message::Leaf},
    {Message::Tensor, TensorProto::kMetadataPropsFieldNumber, Message::Leaf},
    {Message::Function, FunctionProto::kNodeFieldNumber, Message::Node},
    {Message::Function, FunctionProto::kAttributeProtoFieldNumber, Message::Attribute},
    {Message::Function, FunctionProto::kOpsetImportFieldNumber, Message::Leaf},
    {Message::Function, FunctionProto::kValueInfoFieldNumber, Message::ValueInfo},
    {Message::Function, FunctionProto::kMetadataPropsFieldNumber, Message::Leaf},
    {Message::ValueInfo, ValueInfoProto::kTypeFieldNumber, Message::Type},
    {Message::ValueInfo, ValueInfoProto::kMetadataPropsFieldNumber, Message::Leaf},
    {Message::Type, TypeProto::kTensorTypeFieldNumber, Message::TensorType},
    {Message::Type, TypeProto::kSequenceTypeFieldNumber, Message::WrapperType},
    {Message::Type, TypeProto::kMapTypeFieldNumber, Message::MapType},
    {Message::Type, TypeProto::kOptionalTypeFieldNumber, Message::WrapperType},
    {Message::Type, TypeProto::kSparseTensorTypeFieldNumber, Message::TensorType},
    {Message::Type, TypeProto::kOpaqueTypeFieldNumber, Message::Leaf},
    {Message::TensorType, TypeProto::Tensor::kShapeFieldNumber, Message::Shape},
    {Message::WrapperType, TypeProto::Sequence::kElemTypeFieldNumber, Message::Type},
    {Message::MapType, TypeProto::Map::kValueTypeFieldNumber, Message::Type},
    {Message::Shape, TensorShapeProto::kDimFieldNumber, Message::Leaf},
};

const MessageField *findMessageField(Message parent, uint32_t number) {
  for (const MessageField &field : kMessageFields)
    if (field.parent == parent && field.number == number)
      return &field;
  return nullptr;
}

bool isMappedField(uint32_t number) {
  return number >= TensorProto::kMappedOffsetFieldNumber && number <= TensorProto::kMappedFieldFieldNumber;
}

/// Elements in these fields lie in the file as they lie in memory.
bool isFixedWidthPayload(const WireField &field) {
  return field.type == WireType::Bytes &&
         (field.number == TensorProto::kRawDataFieldNumber || field.number == TensorProto::kFloatDataFieldNumber ||
          field.number == TensorProto::kDoubleDataFieldNumber);
}

class SkeletonBuilder {
public:
  explicit SkeletonBuilder(StringRef wire) : wire(wire) {}

  /// Appends the skeleton of the message of kind \p kind at [begin, end).
  Error append(Message kind, uint64_t begin, uint64_t end, unsigned depth, std::string &out);

private:
  Expected<uint32_t> findMappablePayload(uint64_t begin, uint64_t end);
  Error appendField(Message kind, const WireField &field, unsigned depth, std::string &out);
  Error appendTensor(uint64_t begin, uint64_t end, unsigned depth, std::string &out);
  void appendMapping(const WireField &payload, std::string &out);
  void copy(const WireField &field, std::string &out) {
    out.append(wire.data() + field.begin, field.end - field.begin);
  }

  StringRef wire;
};

Error SkeletonBuilder::append(Message kind, uint64_t begin, uint64_t end, unsigned depth, std::string &out) {
  if (depth > kMaxMessageDepth)
    return createStringError("messages nest more than %u deep at byte %" PRIu64, kMaxMessageDepth, begin);
  if (kind == Message::Tensor)
    return appendTensor(begin, end, depth, out);
  WireReader reader(wire, begin, end);
  while (!reader.atEnd()) {
    Expected<WireField> field = reader.next();
    if (!field)
      return field.takeError();
    if (Error error = appendField(kind, *field, depth, out))
      return error;
  }
  return Error::success();
}

Error SkeletonBuilder::appendField(Message kind, const WireField &field, unsigned depth, std::string &out) {
  const MessageField *messageField = findMessageField(kind, field.number);
  if (!messageField) {
    copy(field, out);
    return Error::success();
  }
  if (field.type != WireType::Bytes)
    return createStringError("expected a message in field %u at byte %" PRIu64 " but got wire type %u", field.number,
                             field.begin, unsigned(field.type));
  std::string child;
  if (Error error = append(messageField->child, field.payloadBegin, field.end, depth + 1, child))
    return error;
  appendTag(out, field.number, WireType::Bytes);
  appendVarint(out, child.size());
  out += child;
  return Error::success();
}

/// The number of the one payload that can stay in the file, or 0. A payload
/// that comes in pieces is left to protobuf to put together.
Expected<uint32_t> SkeletonBuilder::findMappablePayload(uint64_t begin, uint64_t end) {
  uint32_t number = 0;
  unsigned pieces = 0;
  WireReader reader(wire, begin, end);
  while (!reader.atEnd()) {
    Expected<WireField> field = reader.next();
    if (!field)
      return field.takeError();
    if (isMappedField(field->number)) // only appendMapping may set them
      return createStringError("field number %u at byte %" PRIu64 " is out of range", field->number, field->begin);
    if (!isFixedWidthPayload(*field))
      continue;
    ++pieces;
    if (field->payloadLength() >= kMappedPayloadBytes)
      number = field->number;
  }
  return pieces == 1 ? number : 0;
}

Error SkeletonBuilder::appendTensor(uint64_t begin, uint64_t end, unsigned depth, std::string &out) {
  Expected<uint32_t> mapped = findMappablePayload(begin, end);
  if (!mapped)
    return mapped.takeError();
  WireReader reader(wire, begin, end);
  while (!reader.atEnd()) {
    Expected<WireField> field = reader.next();
    if (!field)
      return field.takeError();
    if (*mapped != 0 && field->number == *mapped && field->type == WireType::Bytes)
      appendMapping(*field, out);
    else if (Error error = appendField(Message::Tensor, *field, depth, out))
      return error;
  }
  return Error::success();
}

void SkeletonBuilder::appendMapping(const WireField &payload, std::string &out) {
  appendTag(out, TensorProto::kMappedOffsetFieldNumber, WireType::Varint);
  appendVarint(out, payload.payloadBegin);
  appendTag(out, TensorProto::kMappedLengthFieldNumber, WireType::Varint);
  appendVarint(out, payload.payloadLength());
  appendTag(out, TensorProto::kMappedFieldFieldNumber, WireType::Varint);
  appendVarint(out, payload.number);
}

} // namespace

Expected<std::string> buildSkeleton(StringRef wire) {
  std::string skeleton;
  if (Error error = SkeletonBuilder(wire).append(Message::Model, 0, wire.size(), 1, skeleton))
    return std::move(error);
  return skeleton;
}

} // namespace ingot::onnx
