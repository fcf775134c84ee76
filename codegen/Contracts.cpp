//===-- Contracts.cpp - states which IR is legal between the phases ------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/HostFunction.h"
#include "codegen/Passes.h"
#include "codegen/Phase.h"
#include "codegen/tile/TileDialect.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_VERIFYCONTRACT
#include "codegen/Passes.h.inc"

namespace {

/// The contract of one boundary: checks that hold from there on, until a later boundary states others.
class Contract {
public:
  explicit Contract(Phase phase) : phase(phase) {}

  LogicalResult verify(ModuleOp module);

private:
  LogicalResult verifyOperation(Operation *op);
  LogicalResult verifyDialect(Operation *op);
  LogicalResult verifyMemory(Operation *op);
  InFlightDiagnostic refuse(Operation *op) {
    return op->emitError("after phase '") << getName(phase) << "', ";
  }

  Phase phase;
};

struct VerifyContract : impl::VerifyContractBase<VerifyContract> {
  using VerifyContractBase::VerifyContractBase;

  void runOnOperation() override {
    std::optional<Phase> phase = parsePhase(after);
    if (!phase) {
      getOperation().emitError("expected the name of a phase but got '") << after << "'";
      return signalPassFailure();
    }
    if (failed(Contract(*phase).verify(getOperation())))
      signalPassFailure();
  }
};

} // namespace

/// The dialects whose operations may appear; what a phase does away with is missing from its row on.
static ArrayRef<StringRef> getLegalDialects(Phase phase) {
  static const StringRef lowered[] = {"builtin", "func", "rt",     "arith", "math", "memref", "scf", "cf",
                                      "index",   "ub",   "vector", "llvm",  "linalg", "tile", "affine"};
  static const StringRef tiled[] = {"builtin", "func",  "rt", "arith",  "math", "memref",    "scf",
                                    "cf",      "index", "ub", "vector", "llvm", "x86vector", "affine"};
  static const StringRef llvm[] = {"builtin", "llvm"};
  if (phase < Phase::Tile)
    return lowered;
  return phase < Phase::Llvm ? ArrayRef<StringRef>(tiled) : ArrayRef<StringRef>(llvm);
}

LogicalResult Contract::verifyDialect(Operation *op) {
  StringRef dialect = op->getName().getDialectNamespace();
  if (!llvm::is_contained(getLegalDialects(phase), dialect) && !llvm::isa<rt::WeightDataOp>(op))
    return refuse(op) << "expected no operation '" << op->getName() << "'";
  if (phase >= Phase::Schedule && phase < Phase::Tile && dialect == "tile" && op->getNumRegions() &&
      !op->hasAttr("schedule") && op->getNumOperands() && tile::getTarget(op).getVectorBits() > 0)
    return refuse(op) << "expected a schedule on '" << op->getName() << "'";
  if (phase >= Phase::Outline && llvm::isa<scf::ForallOp, rt::RangesOp>(op))
    return refuse(op) << "expected no operation '" << op->getName() << "'";
  return success();
}

LogicalResult Contract::verifyMemory(Operation *op) {
  for (Type type : op->getResultTypes())
    if (llvm::isa<TensorType>(type))
      return refuse(op) << "expected memory but got " << type;
  auto function = op->getParentOfType<func::FuncOp>();
  if (auto allocation = llvm::dyn_cast<memref::AllocOp>(op); allocation && function && isKernel(function))
    return refuse(op) << "expected no allocation in kernel @" << function.getSymName();
  if (auto allocation = llvm::dyn_cast<memref::AllocaOp>(op); allocation && !allocation.getType().hasStaticShape())
    return refuse(op) << "expected static sizes on the stack but got " << allocation.getType();
  if (auto weight = llvm::dyn_cast<rt::WeightDataOp>(op); weight && phase >= Phase::Plan && !weight.getOffset())
    return refuse(op) << "expected an offset for weight @" << weight.getSymName();
  return success();
}

LogicalResult Contract::verifyOperation(Operation *op) {
  if (failed(verifyDialect(op)))
    return failure();
  return phase < Phase::Llvm ? verifyMemory(op) : success();
}

LogicalResult Contract::verify(ModuleOp module) {
  if (phase < Phase::Lower)
    return success(); // the graph's own verifiers state what is legal there
  WalkResult result = module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    return failed(verifyOperation(op)) ? WalkResult::interrupt() : WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  if (phase < Phase::Llvm && !getHostFunction(module))
    return refuse(module) << "expected a host function, marked '" << rt::entryAttr << "'";
  return success();
}

} // namespace ingot
