//===-- DataSet.h - a model's test data, as the ONNX model zoo lays it out ----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_DATASET_H
#define INGOT_TOOLS_INGOT_DATASET_H

#include "ingot_io.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace ingot::tool {

/// A folder with input_0.pb, input_1.pb, ... and output_0.pb, ..., in the order of the model's inputs and outputs. The
/// files may be .npy as well.
class DataSet {
public:
  /// \p folder itself where it holds data, else its test_data_set_0, test_data_set_1, ... in this order.
  static llvm::Expected<std::vector<std::string>> find(llvm::StringRef folder);
  static llvm::Expected<DataSet> read(llvm::StringRef folder);

  std::string folder;
  std::vector<ingot_tensor> inputs, outputs; ///< their memory belongs to `files`

private:
  using File = std::shared_ptr<ingot_tensor_list>;

  llvm::Error readAll(llvm::StringRef kind, std::vector<ingot_tensor> &tensors);
  llvm::Error readFile(const std::string &path, std::vector<ingot_tensor> &tensors);

  std::vector<File> files;
};

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_DATASET_H
