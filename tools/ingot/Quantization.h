//===-- Quantization.h - the resolution of a model's outputs ------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_QUANTIZATION_H
#define INGOT_TOOLS_INGOT_QUANTIZATION_H

#include "frontend/onnx/ModelFile.h"
#include <vector>

namespace ingot::tool {

/// For each output of the model, the size of one quantization step: 1 for an output in quantized integers, the scale
/// for one that was just dequantized, and 0 for all others. Two right implementations may round a value to different
/// sides, so that their outputs are a step apart.
std::vector<double> quantizationSteps(const onnx::ModelFile &file);

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_QUANTIZATION_H
