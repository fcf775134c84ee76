//===-- WireReader.cpp - a checked cursor over protobuf bytes -------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/WireReader.h"
#include <cinttypes>

using namespace llvm;

namespace ingot::onnx {

Expected<uint64_t> WireReader::readVarint() {
  uint64_t start = position, value = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    if (position == end)
      return createStringError("truncated varint at byte %" PRIu64, start);
    uint8_t byte = wire[position++];
    if (shift < 64)
      value |= uint64_t(byte & 0x7f) << shift;
    if (!(byte & 0x80))
      return value;
  }
  return createStringError("varint of more than 10 bytes at byte %" PRIu64, start);
}

Error WireReader::skip(uint64_t bytes, const char *what) {
  if (bytes > end - position)
    return createStringError("%s at byte %" PRIu64 " needs %" PRIu64 " bytes but only %" PRIu64 " are present", what,
                             position, bytes, end - position);
  position += bytes;
  return Error::success();
}

Expected<WireField> WireReader::next() {
  WireField field{};
  field.begin = position;
  Expected<uint64_t> tag = readVarint();
  if (!tag)
    return tag.takeError();
  uint64_t number = *tag >> 3;
  if (number == 0 || number >= (1u << 29))
    return createStringError("field number %" PRIu64 " at byte %" PRIu64 " is out of range", number, field.begin);
  field.number = number;
  field.type = WireType(*tag & 7);
  field.payloadBegin = position;
  switch (field.type) {
  case WireType::Varint: {
    Expected<uint64_t> value = readVarint();
    if (!value)
      return value.takeError();
    field.value = *value;
    break;
  }
  case WireType::Fixed64:
  case WireType::Fixed32:
    if (Error error = skip(field.type == WireType::Fixed64 ? 8 : 4, "number"))
      return std::move(error);
    break;
  case WireType::Bytes: {
    Expected<uint64_t> length = readVarint();
    if (!length)
      return length.takeError();
    field.payloadBegin = position;
    if (Error error = skip(*length, "field"))
      return std::move(error);
    break;
  }
  default:
    return createStringError("wire type %u at byte %" PRIu64 " does not occur in ONNX", unsigned(field.type),
                             field.begin);
  }
  field.end = position;
  return field;
}

void appendVarint(std::string &out, uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    out.push_back(char(value | 0x80));
  out.push_back(char(value));
}

} // namespace ingot::onnx
