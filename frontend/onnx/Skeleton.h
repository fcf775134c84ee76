//===-- Skeleton.h - a model file without its bulk data ---------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_SKELETON_H
#define INGOT_FRONTEND_ONNX_SKELETON_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>

namespace ingot::onnx {

/// Tensor payloads of at least this many bytes stay in the file.
constexpr uint64_t kMappedPayloadBytes = 256;

/// Messages may nest this deep. A graph within a graph costs three levels.
constexpr unsigned kMaxMessageDepth = 150;

/// Walks the wire bytes of a ModelProto and returns them without the bulk
/// payloads (`raw_data`, packed `float_data` and `double_data`) of its
/// TensorProtos: each is replaced by `mapped_offset`, `mapped_length` and
/// `mapped_field`, which locate it in \p wire. The result is as small as the
/// graph, whatever the size of its weights.
///
/// Every length is checked against the bytes present; errors name the byte
/// offset in \p wire.
llvm::Expected<std::string> buildSkeleton(llvm::StringRef wire);

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_SKELETON_H
