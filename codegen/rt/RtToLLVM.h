//===-- RtToLLVM.h - lowers the rt dialect to calls of the runtime --------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_RT_RTTOLLVM_H
#define INGOT_CODEGEN_RT_RTTOLLVM_H

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/IR/PatternMatch.h"

namespace ingot::rt {

class RuntimeSymbols;

/// Patterns for the operations of the rt dialect, and for memref.alloc and memref.dealloc in the host function, whose
/// memory is the run's. `symbols` must outlive the patterns.
void populateRtToLLVMPatterns(const mlir::LLVMTypeConverter &converter, RuntimeSymbols &symbols,
                              mlir::RewritePatternSet &patterns);

} // namespace ingot::rt

#endif // INGOT_CODEGEN_RT_RTTOLLVM_H
