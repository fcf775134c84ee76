//===-- Header.h - the C header of a compiled model -----------------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_HEADER_H
#define INGOT_CODEGEN_HEADER_H

#include "codegen/ModelInterface.h"

#include "llvm/Support/raw_ostream.h"

namespace ingot {

/// Writes the header: plain C that needs no other file, with the shapes and types as constants and the declarations
/// of what ModelSymbols.h adds to the code.
void writeHeader(const ModelInterface &model, llvm::raw_ostream &out);

} // namespace ingot

#endif // INGOT_CODEGEN_HEADER_H
