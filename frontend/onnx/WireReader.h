//===-- WireReader.h - a checked cursor over protobuf bytes -----*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// protobuf's own CodedInputStream counts in 32 bits and reports failures
// without a position; this cursor has 64-bit absolute offsets.
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_WIREREADER_H
#define INGOT_FRONTEND_ONNX_WIREREADER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>

namespace ingot::onnx {

enum class WireType : uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, GroupBegin = 3, GroupEnd = 4, Fixed32 = 5 };

/// One field of a message; offsets are absolute in the file.
struct WireField {
  uint32_t number;
  WireType type;
  uint64_t begin;        ///< of the tag
  uint64_t payloadBegin; ///< of a Bytes field's contents, else of the value
  uint64_t end;
  uint64_t value; ///< of a Varint field

  uint64_t payloadLength() const { return end - payloadBegin; }
};

/// Reads the fields of the message that lies at [begin, end) of `wire`.
class WireReader {
public:
  WireReader(llvm::StringRef wire, uint64_t begin, uint64_t end) : wire(wire), position(begin), end(end) {}

  bool atEnd() const { return position == end; }
  llvm::Expected<WireField> next();

private:
  llvm::Expected<uint64_t> readVarint();
  llvm::Error skip(uint64_t bytes, const char *what);

  llvm::StringRef wire;
  uint64_t position;
  uint64_t end;
};

void appendVarint(std::string &out, uint64_t value);

inline void appendTag(std::string &out, uint32_t number, WireType type) {
  appendVarint(out, uint64_t(number) << 3 | uint64_t(type));
}

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_WIREREADER_H
