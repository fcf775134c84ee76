//===-- Dtype.cpp - element types as the runtime numbers them ------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/rt/Dtype.h"

using namespace mlir;

std::optional<ingot_dtype> ingot::rt::getDtype(Type element) {
  if (auto integer = llvm::dyn_cast<IntegerType>(element)) {
    bool isUnsigned = integer.isUnsigned();
    switch (integer.getWidth()) {
    case 1: return INGOT_BOOL;
    case 8: return isUnsigned ? INGOT_U8 : INGOT_I8;
    case 16: return isUnsigned ? INGOT_U16 : INGOT_I16;
    case 32: return isUnsigned ? INGOT_U32 : INGOT_I32;
    case 64: return isUnsigned ? INGOT_U64 : INGOT_I64;
    default: return std::nullopt;
    }
  }
  if (element.isF16())
    return INGOT_F16;
  if (element.isBF16())
    return INGOT_BF16;
  if (element.isF32())
    return INGOT_F32;
  return element.isF64() ? std::optional(INGOT_F64) : std::nullopt;
}
