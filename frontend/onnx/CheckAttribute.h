//===-- CheckAttribute.h - attributes of one node ---------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_CHECKATTRIBUTE_H
#define INGOT_FRONTEND_ONNX_CHECKATTRIBUTE_H

#include "frontend/onnx/Check.h"

namespace ingot::onnx {

/// Checks names, types and tensors of \p node's attributes, and gives those
/// without a type (IR version 1) the type of the value they have. Nested
/// graphs are the caller's to check.
Problems checkAttributes(NodeProto &node, bool inFunction);

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_CHECKATTRIBUTE_H
