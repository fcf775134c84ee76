//===-- MadeUpInputs.cpp - values for inputs that nobody gives ----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/MadeUpInputs.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace ingot::tool {

static int32_t findDtype(StringRef name) {
  for (int32_t dtype = 0; dtype < 32; ++dtype)
    if (ingot_dtype_size(dtype) && name == ingot_dtype_name(dtype))
      return dtype;
  return 0;
}

/// Floats in [0, 1) and bytes. Wider integers are 0: they tend to be indices, which random values overrun.
Error MadeUpInputs::write(const InputInfo &info, ArrayRef<int64_t> dims, const std::string &path) {
  int32_t dtype = findDtype(info.type);
  ingot_tensor tensor = ingot_tensor_of(nullptr, 0, dtype, static_cast<int32_t>(dims.size()), dims.data());
  if (ingot_tensor_size(&tensor, &tensor.bytes) != INGOT_OK)
    return createStringError(info.text() + ": " + ingot_last_error());
  std::vector<char> data(tensor.bytes);
  tensor.data = data.data();
  uint64_t count = tensor.bytes / ingot_dtype_size(dtype);
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t bits = random();
    switch (dtype) {
    case INGOT_F32: reinterpret_cast<float *>(data.data())[i] = static_cast<float>(bits >> 40) * 0x1p-24f; break;
    case INGOT_F64: reinterpret_cast<double *>(data.data())[i] = static_cast<double>(bits >> 11) * 0x1p-53; break;
    case INGOT_F16: reinterpret_cast<uint16_t *>(data.data())[i] = uint16_t(0x3800 + (bits >> 54)); break;
    case INGOT_BF16: reinterpret_cast<uint16_t *>(data.data())[i] = uint16_t(0x3f00 + (bits >> 57)); break;
    case INGOT_U8: case INGOT_I8: data[i] = static_cast<char>(bits >> 56); break;
    }
  }
  ingot_named_tensor named{const_cast<char *>(info.name.c_str()), tensor};
  return ingot_save(path.c_str(), &named, 1) == INGOT_OK ? Error::success() : createStringError(ingot_last_error());
}

Error MadeUpInputs::add(ArrayRef<InputInfo> inputs, ArrayRef<std::string> given,
                        function_ref<Expected<int64_t>(const InputInfo &, const InputInfo::Dim &)> sizeOf,
                        std::vector<std::string> &arguments) {
  for (const auto &[number, info] : enumerate(inputs)) {
    auto file = find_if(given, [&](StringRef text) { return text.split('=').first == info.name; });
    if (file != given.end()) {
      arguments.insert(arguments.end(), {"--input", *file});
      continue;
    }
    std::vector<int64_t> dims;
    for (const InputInfo::Dim &dim : info.dims) {
      Expected<int64_t> size = dim.extent >= 0 ? Expected<int64_t>(dim.extent) : sizeOf(info, dim);
      if (!size)
        return size.takeError();
      dims.push_back(*size);
    }
    std::string path = folder.file("input_" + std::to_string(number) + ".npy");
    if (Error error = write(info, dims, path))
      return error;
    arguments.insert(arguments.end(), {"--input", info.name + "=" + path});
  }
  return Error::success();
}

} // namespace ingot::tool
