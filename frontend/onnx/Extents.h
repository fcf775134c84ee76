//===-- Extents.h - what the user chose for dynamic dimensions --*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_EXTENTS_H
#define INGOT_FRONTEND_ONNX_EXTENTS_H

#include "frontend/onnx/Check.h"

namespace ingot::onnx {

/// ExtentsByName by what the user calls a dimension: the name the model gives it, or
/// INPUT.AXIS for any dimension of an input.
using ExtentsByName = llvm::StringMap<int64_t>;

/// Fixes the dimensions of \p graph's inputs that have no name and of which
/// \p settings speak; returns the extents of those that have one. Problems are
/// settings that fit no dimension, the model, or each other.
ExtentsByName chooseExtents(GraphProto &graph, const ExtentsByName &settings, Problems &problems);

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_EXTENTS_H
