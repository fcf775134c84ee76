//===-- ModelFile.h - an ONNX file on disk ----------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_MODELFILE_H
#define INGOT_FRONTEND_ONNX_MODELFILE_H

#include "frontend/onnx/onnx.pb.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <string>

namespace ingot::onnx {

/// A model file: its graph in memory, its weights still in the mapped file.
class ModelFile {
public:
  /// Maps and parses the file at \p path. Errors name the file and the byte
  /// offset at which it stops making sense.
  static llvm::Expected<ModelFile> open(llvm::StringRef path);

  /// Same for bytes already in memory; the buffer's name stands for the path.
  static llvm::Expected<ModelFile> parse(std::unique_ptr<llvm::MemoryBuffer> buffer);

  llvm::StringRef path() const { return buffer->getBufferIdentifier(); }
  llvm::StringRef bytes() const { return buffer->getBuffer(); }
  /// The mapping, for constants that refer to the file after this object is gone.
  std::shared_ptr<llvm::MemoryBuffer> mapping() const { return buffer; }
  ModelProto &model() { return *proto; }
  const ModelProto &model() const { return *proto; }

  /// The bytes of a fixed-width payload: those left in the file if the tensor
  /// says so, else its `raw_data`.
  llvm::StringRef payload(const TensorProto &tensor) const;

private:
  ModelFile(std::shared_ptr<llvm::MemoryBuffer> buffer, std::unique_ptr<ModelProto> proto)
      : buffer(std::move(buffer)), proto(std::move(proto)) {}

  std::shared_ptr<llvm::MemoryBuffer> buffer;
  std::unique_ptr<ModelProto> proto;
};

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_MODELFILE_H
