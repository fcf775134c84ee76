//===-- EntryPoints.h - the functions that a program calls to run a model -------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_ENTRYPOINTS_H
#define INGOT_CODEGEN_ENTRYPOINTS_H

#include "codegen/ModelInterface.h"

namespace llvm {
class GlobalVariable;
class Module;
} // namespace llvm

namespace ingot {

/// One parameter of the typed entry point `<prefix>_infer`. Header.cpp declares it, EntryPoints.cpp defines it.
struct Parameter {
  enum Kind {
    Input,    ///< elements of input `tensor`
    Dim,      ///< size of a dynamic dim: the first one is dim `dim` of input `tensor`
    Output,   ///< room for the elements of output `tensor`
    Capacity, ///< how many elements that room holds, for an output whose size only the run tells
    Dims      ///< where to put the dims of such an output
  };
  Kind kind;
  unsigned tensor;
  unsigned dim;
  std::string name; ///< a C identifier, no other parameter's
};

std::vector<Parameter> getParameters(const ModelInterface &model);

/// The parameter that dim `dim` of input `tensor` comes from; dims of one name share theirs.
unsigned findDimParameter(const ModelInterface &model, llvm::ArrayRef<Parameter> parameters, unsigned tensor,
                          unsigned dim);

/// Adds `<prefix>_run`, `<prefix>_infer` and `<prefix>_error` over the runtime's functions.
void addEntryPoints(llvm::Module &module, llvm::GlobalVariable &description, const ModelInterface &model);

} // namespace ingot

#endif // INGOT_CODEGEN_ENTRYPOINTS_H
