//===-- WeightsObject.h - the weights of a model as bytes of its artifact -------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_WEIGHTSOBJECT_H
#define INGOT_CODEGEN_WEIGHTSOBJECT_H

#include "codegen/ModelSymbols.h"
#include "codegen/rt/Rt.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace ingot {

struct PackedTensor;

/// All weights of a module in the order of their offsets, ready to be written. Holds no data: it is read from where
/// it lies, packed in small pieces and written at once, however large the model is.
class WeightsObject {
public:
  /// Takes what `layout-weights` has placed; the operations may go away afterwards. Several modules may share places.
  explicit WeightsObject(llvm::ArrayRef<mlir::ModuleOp> modules);

  uint64_t getBytes() const { return bytes; }
  bool isHuge() const { return bytes >= hugeWeightsBytes; }

  llvm::Error write(llvm::raw_ostream &out) const;

  /// Fills the section `weightsSection` of the ELF file at `path`, relocatable or linked, with the weights. They go to
  /// the end of the file, so that no linker ever has to hold them.
  llvm::Error writeIntoElf(llvm::StringRef path) const;

private:
  struct Weight {
    mlir::Attribute source;
    mlir::RankedTensorType type;
    mlir::MemRefType memory;
    std::vector<int64_t> innerDimsPos, innerTiles, outerDimsPerm;
    rt::Encoding encoding;
    uint64_t offset;
  };
  void writeFixed24(const Weight &weight, const PackedTensor &tensor, llvm::raw_ostream &out) const;
  llvm::Error writeWeight(const Weight &weight, llvm::raw_ostream &out) const;

  std::vector<Weight> weights;
  uint64_t bytes = 0;
};

} // namespace ingot

#endif // INGOT_CODEGEN_WEIGHTSOBJECT_H
