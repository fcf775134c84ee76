//===- TileDialect.cpp - The tile dialect ----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/TileDialect.h"

#include "codegen/tile/AmxUnit.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

#include "codegen/tile/TileDialect.cpp.inc"
#include "codegen/tile/TileEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "codegen/tile/TileAttrs.cpp.inc"

void TileDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "codegen/tile/TileAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "codegen/tile/TileOps.cpp.inc"
      >();
}

LogicalResult TargetAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t vectorBits, int64_t registers,
                                 bool, bool, bool, bool, bool, bool, bool, int64_t l1, int64_t l2, int64_t stream) {
  if (vectorBits != 0 && (!llvm::isPowerOf2_64(vectorBits) || vectorBits < 64))
    return emitError() << "expected vector_bits to be 0 or a power of two of 64 or more but got " << vectorBits;
  if (registers < 8)
    return emitError() << "expected 8 registers or more but got " << registers;
  if (l1 <= 0 || l2 < l1)
    return emitError() << "expected 0 < l1 <= l2 but got " << l1 << " and " << l2;
  if (stream < 1)
    return emitError() << "expected a positive stream but got " << stream;
  return success();
}

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t rows, int64_t columns,
                                   int64_t lanes, int64_t unroll, int64_t split, int64_t rowBlock, int64_t lineBlock,
                                   int64_t panel, bool, bool, bool, int64_t ahead) {
  if (rows < 1 || lanes < 1 || unroll < 1 || split < 1 || rowBlock < 0 || lineBlock < 0 || panel < 0 || ahead < 0)
    return emitError() << "expected positive sizes";
  if (columns < lanes || columns % lanes != 0)
    return emitError() << "expected columns to be a multiple of " << lanes << " lanes but got " << columns;
  return success();
}

LogicalResult AmxAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t leastRows, int64_t rowBlock,
                              int64_t columnBlock, int64_t leftDepth, int64_t rightDepth, bool overlap, bool,
                              int64_t vectorRows, bool image, bool stream) {
  if (leastRows < 1)
    return emitError() << "expected least_rows to be positive but got " << leastRows;
  if (vectorRows < 0 || vectorRows >= AmxUnit::kRows)
    return emitError() << "expected vector_rows to be less than " << AmxUnit::kRows << " but got " << vectorRows;
  if (image && (vectorRows || overlap))
    return emitError() << "expected neither vector_rows nor overlap with image";
  if (stream && (vectorRows || overlap || image))
    return emitError() << "expected neither vector_rows nor overlap nor image with stream";
  if (rowBlock < 1 || rowBlock % AmxUnit::kRows != 0)
    return emitError() << "expected row_block to be a multiple of " << AmxUnit::kRows << " but got " << rowBlock;
  if (columnBlock < 1 || columnBlock % AmxUnit::kWords != 0)
    return emitError() << "expected column_block to be a multiple of " << AmxUnit::kWords << " but got " << columnBlock;
  if (rightDepth < 1 || rightDepth % AmxUnit::kSteps != 0)
    return emitError() << "expected right_depth to be a multiple of " << AmxUnit::kSteps << " but got " << rightDepth;
  if (leftDepth < 1 || leftDepth % rightDepth != 0)
    return emitError() << "expected left_depth to be a multiple of right_depth, " << rightDepth << ", but got "
                       << leftDepth;
  return success();
}

TargetAttr ingot::tile::getTarget(Operation *op) {
  for (Operation *at = op; at; at = at->getParentOp())
    if (auto target = at->getAttrOfType<TargetAttr>(kTargetAttrName))
      return target;
  return TargetAttr::get(op->getContext(), /*vector_bits=*/128, /*registers=*/16, /*masks=*/false, /*dot_i8=*/false,
                         /*dot_bf16=*/false, /*funnel_shift=*/false, /*convert_f16=*/false, /*convert_bf16=*/false,
                         /*amx_bf16=*/false, /*l1=*/32768, /*l2=*/524288, /*stream=*/16);
}

TargetAttr ingot::tile::getPackingTarget(ModuleOp module) {
  auto packing = module->getAttrOfType<TargetAttr>(kPackingAttrName);
  return packing ? packing : getTarget(module);
}
