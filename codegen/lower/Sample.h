//===- Sample.h - operators that sample images, and determinants
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_SAMPLE_H
#define INGOT_CODEGEN_LOWER_SAMPLE_H

#include "codegen/lower/HostLowering.h"
#include "ir/Dialect.h"

namespace ingot {

llvm::LogicalResult lowerRoiAlign(RoiAlignOp op, HostLowering &host);
llvm::LogicalResult lowerDet(DetOp op, HostLowering &host);

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_SAMPLE_H
