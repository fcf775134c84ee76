//===-- DataType.h - ONNX element types -------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_DATATYPE_H
#define INGOT_FRONTEND_ONNX_DATATYPE_H

#include "frontend/onnx/onnx.pb.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>

namespace ingot::onnx {

/// One row of the table of element types.
struct DataType {
  TensorProto::DataType id;
  llvm::StringLiteral name; ///< as in ONNX's type strings: float, int64, ...
  unsigned bits;            ///< of an element in raw_data; 0 for strings
  unsigned typedField;      ///< the TensorProto field that may hold elements instead of raw_data
  unsigned entriesPerElement; ///< entries of that field for an element (complex: 2)
  unsigned elementsPerEntry;  ///< elements in an entry of that field (4-bit: 2, 2-bit: 4)
};

/// The row of \p id, or null where ONNX defines no such type.
const DataType *findDataType(int32_t id);

/// The name of \p id, or `type <number>`.
std::string dataTypeName(int32_t id);

/// The number of elements of a tensor of \p dims; an error names the
/// dimension that is negative or the product that does not fit 63 bits.
llvm::Expected<uint64_t> countElements(llvm::ArrayRef<int64_t> dims);

/// The bytes \p tensor's elements take in raw form: sub-byte types are packed.
/// Fails for strings, which have no such form.
llvm::Expected<uint64_t> rawByteSize(const TensorProto &tensor);

/// Whether \p tensor's type is known, its dimensions make sense and its data
/// is there in one place and has the size its type and dimensions ask for.
/// External data is checked where it is opened.
llvm::Error checkTensor(const TensorProto &tensor);

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_DATATYPE_H
