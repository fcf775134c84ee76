//===-- ExternalData.h - weights in files beside the model ------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A model names its weight files itself, so a hostile model must not be able to
// read anything but regular files below its own directory. The kernel decides
// that while it opens the file (openat2); nothing is checked by name first and
// opened later.
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_EXTERNALDATA_H
#define INGOT_FRONTEND_ONNX_EXTERNALDATA_H

#include "frontend/onnx/onnx.pb.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <optional>
#include <string>

namespace ingot::onnx {

/// How openBeneath keeps a path inside its directory.
enum class Containment {
  Kernel,   ///< openat2 with RESOLVE_BENEATH, stepwise where the kernel has none
  Stepwise, ///< one O_NOFOLLOW open a path component
};

/// Opens \p location, a relative path, for reading below the directory open as
/// \p directory. Refuses absolute paths, `..`, symbolic links anywhere, files
/// that are not regular and files with several hard links. Returns a descriptor.
llvm::Expected<int> openBeneath(int directory, llvm::StringRef location, Containment how = Containment::Kernel);

/// Bytes of a weight file.
struct ExternalRange {
  std::string path; ///< the model's directory joined with the location
  std::shared_ptr<llvm::MemoryBuffer> file;
  uint64_t offset;
  uint64_t length;

  llvm::StringRef bytes() const { return file->getBuffer().substr(offset, length); }
};

/// The locations that the tensors of \p model name, those in nested graphs, attributes and functions too.
llvm::StringSet<> externalLocations(const ModelProto &model);

/// The weight files of one model; each is opened and mapped once.
class ExternalFiles {
public:
  explicit ExternalFiles(llvm::StringRef modelPath);
  ~ExternalFiles();
  ExternalFiles(const ExternalFiles &) = delete;
  ExternalFiles &operator=(const ExternalFiles &) = delete;

  /// The bytes of \p tensor, whose type and shape take \p size bytes. Errors
  /// name the tensor, the file and the values.
  llvm::Expected<ExternalRange> find(const TensorProto &tensor, uint64_t size);
  /// The whole file at \p location.
  llvm::Expected<std::shared_ptr<llvm::MemoryBuffer>> map(llvm::StringRef location);

private:
  std::string modelDirectory;
  int directory = -1;
  llvm::StringMap<std::shared_ptr<llvm::MemoryBuffer>> files;
};

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_EXTERNALDATA_H
