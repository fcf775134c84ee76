//===-- ExternalData.cpp - weights in files beside the model --------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/ExternalData.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace llvm;

namespace ingot::onnx {

/// The path's components without empty ones and `.`.
static Expected<SmallVector<StringRef>> splitLocation(StringRef location) {
  if (location.empty())
    return createStringError("the location is empty");
  if (location.contains('\0'))
    return createStringError("the location contains a zero byte");
  if (location.starts_with("/"))
    return createStringError("absolute paths are not allowed");
  SmallVector<StringRef> parts, components;
  location.split(parts, '/', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef part : parts) {
    if (part == "..")
      return createStringError("'..' is not allowed");
    if (part != ".")
      components.push_back(part);
  }
  if (components.empty())
    return createStringError("the location names no file");
  return components;
}

// Without O_NONBLOCK the open of a named pipe waits for a writer.
constexpr int kFileFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW;

static int openByKernel(int directory, const std::string &location) {
  open_how how{};
  how.flags = kFileFlags;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  // EAGAIN: a directory was renamed while the kernel walked it.
  for (int attempt = 0; attempt < 16; ++attempt) {
    int file = int(syscall(SYS_openat2, directory, location.c_str(), &how, sizeof how));
    if (file >= 0 || (errno != EAGAIN && errno != EINTR))
      return file;
  }
  return -1;
}

static int openStepwise(int directory, ArrayRef<StringRef> components) {
  int current = directory;
  auto closeCurrent = [&] {
    if (current != directory)
      close(current);
  };
  for (StringRef component : components.drop_back()) {
    int next = openat(current, component.str().c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int error = errno;
    closeCurrent();
    errno = error;
    if (next < 0)
      return -1;
    current = next;
  }
  int file = openat(current, components.back().str().c_str(), kFileFlags);
  int error = errno;
  closeCurrent();
  errno = error;
  return file;
}

static Error openError(int error) {
  switch (error) {
  case ELOOP:
  case ENOTDIR:
    return createStringError("the path goes through a symbolic link or a file");
  case EXDEV:
    return createStringError("the path leaves the model's directory");
  default:
    return createStringError(strerror(error));
  }
}

/// \p file must be of one name only: a second hard link may lead to a file the
/// model's directory was never meant to hold.
static Error checkOpenFile(int file) {
  struct stat status;
  if (fstat(file, &status) != 0)
    return createStringError(strerror(errno));
  if (!S_ISREG(status.st_mode))
    return createStringError("expected a regular file");
  if (status.st_nlink != 1)
    return createStringError("expected a file with 1 hard link but it has %llu", (unsigned long long)status.st_nlink);
  return Error::success();
}

Expected<int> openBeneath(int directory, StringRef location, Containment how) {
  Expected<SmallVector<StringRef>> components = splitLocation(location);
  if (!components)
    return components.takeError();
  int file = -1;
  if (how == Containment::Kernel)
    file = openByKernel(directory, location.str());
  // Kernels before 5.6 have no openat2, and sandboxes that do not know it answer EPERM.
  if (how == Containment::Stepwise || (file < 0 && (errno == ENOSYS || errno == EPERM)))
    file = openStepwise(directory, *components);
  if (file < 0)
    return openError(errno);
  if (Error error = checkOpenFile(file)) {
    close(file);
    return std::move(error);
  }
  return file;
}

namespace {
/// What a tensor's `external_data` entries say.
struct ExternalEntry {
  StringRef location;
  uint64_t offset = 0;
  std::optional<uint64_t> length;
};
} // namespace

static Error parseNumber(StringRef key, StringRef text, uint64_t &value) {
  if (text.getAsInteger(10, value))
    return createStringError("expected a number as external data " + key + " but got '" + text + "'");
  return Error::success();
}

static Expected<ExternalEntry> parseEntry(const TensorProto &tensor) {
  ExternalEntry entry;
  bool seen[3] = {};
  for (const StringStringEntryProto &pair : tensor.external_data()) {
    StringRef key = pair.key(), text = pair.value();
    int index = key == "location" ? 0 : key == "offset" ? 1 : key == "length" ? 2 : -1;
    if (index < 0) // a checksum or a producer's own key
      continue;
    if (std::exchange(seen[index], true))
      return createStringError("external data " + key + " is given twice");
    if (index == 0) {
      entry.location = text;
      continue;
    }
    uint64_t number;
    if (Error error = parseNumber(key, text, number))
      return std::move(error);
    if (index == 1)
      entry.offset = number;
    else
      entry.length = number;
  }
  if (!seen[0])
    return createStringError("external data has no location");
  return entry;
}

static Error checkRange(const ExternalEntry &entry, uint64_t size, uint64_t fileSize) {
  auto number = [](uint64_t value) { return std::to_string(value); };
  if (entry.length && *entry.length != size)
    return createStringError("expected " + number(size) + " bytes of external data but its length is " +
                             number(*entry.length));
  if (entry.offset > fileSize || size > fileSize - entry.offset)
    return createStringError("expected " + number(size) + " bytes at offset " + number(entry.offset) +
                             " but the file has " + number(fileSize));
  return Error::success();
}

//===----------------------------------------------------------------------===//
// All locations of a model
//===----------------------------------------------------------------------===//

namespace {

class LocationFinder {
public:
  void visit(const TensorProto &tensor) {
    for (const StringStringEntryProto &entry : tensor.external_data())
      if (entry.key() == "location")
        locations.insert(entry.value());
  }
  void visit(const SparseTensorProto &tensor) {
    visit(tensor.values());
    visit(tensor.indices());
  }
  void visit(const NodeProto &node) { visitAll(node.attribute()); }
  void visit(const FunctionProto &function) { visitAll(function.node()); }
  void visit(const AttributeProto &attribute) {
    visit(attribute.t());
    visitAll(attribute.tensors());
    visit(attribute.sparse_tensor());
    visitAll(attribute.sparse_tensors());
    if (attribute.has_g()) // else it goes on without end
      visit(attribute.g());
    visitAll(attribute.graphs());
  }
  void visit(const GraphProto &graph) {
    visitAll(graph.initializer());
    visitAll(graph.sparse_initializer());
    visitAll(graph.node());
  }
  template <typename Messages> void visitAll(const Messages &messages) {
    for (const auto &message : messages)
      visit(message);
  }

  StringSet<> locations;
};

} // namespace

StringSet<> externalLocations(const ModelProto &model) {
  LocationFinder finder;
  finder.visit(model.graph());
  finder.visitAll(model.functions());
  return std::move(finder.locations);
}

//===----------------------------------------------------------------------===//
// The files
//===----------------------------------------------------------------------===//

ExternalFiles::ExternalFiles(StringRef modelPath) : modelDirectory(sys::path::parent_path(modelPath)) {
  if (modelDirectory.empty())
    modelDirectory = ".";
}

ExternalFiles::~ExternalFiles() {
  if (directory >= 0)
    close(directory);
}

Expected<std::shared_ptr<MemoryBuffer>> ExternalFiles::map(StringRef location) {
  auto known = files.find(location);
  if (known != files.end())
    return known->second;
  if (directory < 0)
    directory = open(modelDirectory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0)
    return createStringError(strerror(errno));
  Expected<int> file = openBeneath(directory, location);
  if (!file)
    return file.takeError();
  scope_exit closeFile([&] { close(*file); });
  auto buffer = MemoryBuffer::getOpenFile(sys::fs::file_t(*file), location, /*FileSize=*/-1,
                                          /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createStringError(buffer.getError().message());
  return files[location] = std::move(*buffer);
}

Expected<ExternalRange> ExternalFiles::find(const TensorProto &tensor, uint64_t size) {
  auto fail = [&](const Twine &where, Error error) {
    return createStringError("tensor '" + tensor.name() + "'" + where + ": " + toString(std::move(error)));
  };
  Expected<ExternalEntry> entry = parseEntry(tensor);
  if (!entry)
    return fail("", entry.takeError());
  std::string where = (" in external file '" + entry->location + "'").str();
  Expected<std::shared_ptr<MemoryBuffer>> file = map(entry->location);
  if (!file)
    return fail(where, file.takeError());
  if (Error error = checkRange(*entry, size, (*file)->getBufferSize()))
    return fail(where, std::move(error));
  SmallString<128> path(modelDirectory);
  sys::path::append(path, entry->location);
  return ExternalRange{path.str().str(), *file, entry->offset, size};
}

} // namespace ingot::onnx
