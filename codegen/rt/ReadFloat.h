//===-- ReadFloat.h - elements of f32 in a tensor's bytes ----------------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_RT_READFLOAT_H
#define INGOT_CODEGEN_RT_READFLOAT_H

#include <cstring>

namespace ingot::rt {

/// The element at `data`, which a file may hold at any address.
inline float readFloat(const char *data) {
  float value;
  std::memcpy(&value, data, sizeof value);
  return value;
}

} // namespace ingot::rt

#endif // INGOT_CODEGEN_RT_READFLOAT_H
