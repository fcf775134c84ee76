//===-- DataSet.cpp - a model's test data, as the ONNX model zoo lays it out --------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/DataSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace ingot::tool {

/// The path of data file number \p index, whatever its format; empty where there is none.
static std::string findFile(StringRef folder, StringRef kind, size_t index) {
  for (StringRef extension : {".pb", ".npy"}) {
    SmallString<256> path(folder);
    sys::path::append(path, kind + "_" + Twine(index) + extension);
    if (sys::fs::exists(path))
      return std::string(path);
  }
  return {};
}

static bool holdsData(StringRef folder) {
  return !findFile(folder, "input", 0).empty() || !findFile(folder, "output", 0).empty();
}

Expected<std::vector<std::string>> DataSet::find(StringRef folder) {
  if (!sys::fs::is_directory(folder))
    return createStringError(folder + ": expected a folder with test data");
  if (holdsData(folder))
    return std::vector<std::string>{folder.str()};
  std::vector<std::pair<unsigned, std::string>> numbered;
  std::error_code code;
  for (sys::fs::directory_iterator at(folder, code), end; at != end && !code; at.increment(code)) {
    StringRef name = sys::path::filename(at->path());
    unsigned number;
    if (name.consume_front("test_data_set_") && !name.getAsInteger(10, number) && holdsData(at->path()))
      numbered.emplace_back(number, at->path());
  }
  if (numbered.empty())
    return createStringError(folder + ": found neither input_0.pb nor test_data_set_0");
  llvm::sort(numbered);
  auto paths = make_second_range(numbered);
  return std::vector<std::string>(paths.begin(), paths.end());
}

Error DataSet::readFile(const std::string &path, std::vector<ingot_tensor> &tensors) {
  File list(new ingot_tensor_list(), [](ingot_tensor_list *list) {
    ingot_tensor_list_free(list);
    delete list;
  });
  if (ingot_load(path.c_str(), list.get()) != INGOT_OK)
    return createStringError(ingot_last_error());
  if (list->count != 1)
    return createStringError(path + ": expected 1 tensor but got " + Twine(list->count));
  tensors.push_back(list->tensors[0].tensor);
  files.push_back(std::move(list));
  return Error::success();
}

Error DataSet::readAll(StringRef kind, std::vector<ingot_tensor> &tensors) {
  for (std::string path; !(path = findFile(folder, kind, tensors.size())).empty();)
    if (Error error = readFile(path, tensors))
      return error;
  return Error::success();
}

Expected<DataSet> DataSet::read(StringRef folder) {
  DataSet set;
  set.folder = folder.str();
  if (Error error = set.readAll("input", set.inputs))
    return error;
  if (Error error = set.readAll("output", set.outputs))
    return error;
  return set;
}

} // namespace ingot::tool
