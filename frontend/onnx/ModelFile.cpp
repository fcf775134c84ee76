//===-- ModelFile.cpp - an ONNX file on disk ------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/ModelFile.h"
#include "frontend/onnx/Skeleton.h"
#include "llvm/Support/FileSystem.h"
#include <google/protobuf/io/coded_stream.h>

using namespace llvm;

namespace ingot::onnx {

static Error fileError(StringRef path, const Twine &message) {
  return createStringError(path + ": " + message);
}

Expected<ModelFile> ModelFile::open(StringRef path) {
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(path, status))
    return fileError(path, code.message());
  if (status.type() != sys::fs::file_type::regular_file)
    return fileError(path, "expected a regular file");
  // No terminator, so that a file of any size is mapped and never read into the heap.
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return fileError(path, buffer.getError().message());
  return parse(std::move(*buffer));
}

Expected<ModelFile> ModelFile::parse(std::unique_ptr<MemoryBuffer> buffer) {
  StringRef path = buffer->getBufferIdentifier();
  if (buffer->getBufferSize() == 0)
    return fileError(path, "the file is empty");
  Expected<std::string> skeleton = buildSkeleton(buffer->getBuffer());
  if (!skeleton)
    return fileError(path, "not a valid ONNX file: " + toString(skeleton.takeError()));
  if (skeleton->size() > INT32_MAX)
    return fileError(path, "the graph without its weights has " + Twine(skeleton->size()) + " bytes, more than 2 GiB");

  auto model = std::make_unique<ModelProto>();
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const uint8_t *>(skeleton->data()),
                                                int(skeleton->size()));
  stream.SetRecursionLimit(kMaxMessageDepth);
  // The skeleton's structure is sound by now, so what can still fail lies inside a packed number list.
  if (!model->ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage())
    return fileError(path, "not a valid ONNX file: malformed list of numbers");
  return ModelFile(std::move(buffer), std::move(model));
}

StringRef ModelFile::payload(const TensorProto &tensor) const {
  if (!tensor.has_mapped_offset())
    return tensor.raw_data();
  assert(tensor.mapped_offset() + tensor.mapped_length() <= bytes().size() && "the skeleton maps bytes that exist");
  return bytes().substr(tensor.mapped_offset(), tensor.mapped_length());
}

} // namespace ingot::onnx
