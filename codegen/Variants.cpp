//===-- Variants.cpp - one model compiled for several processors ---------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Variants.h"

#include "codegen/rt/Rt.h"
#include "runtime/abi/ingot_abi.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace mlir;

namespace ingot {

/// The packing that all variants take: panels of one or two vectors of the best one. Wider ones, which that has the
/// registers for, would leave the others none for their sums.
static tile::TargetAttr choosePacking(const Target &target, ModuleOp module) {
  MLIRContext *context = module.getContext();
  tile::TargetAttr best = describeTarget(target.variants.front(), context, countWeightBytes(module));
  return tile::TargetAttr::get(context, best.getVectorBits(), /*registers=*/16, best.getMasks(), best.getDotI8(),
                               best.getDotBf16(), best.getFunnelShift(), best.getConvertF16(), best.getConvertBf16(),
                               best.getAmxBf16(), best.getL1(), best.getL2(), best.getStream());
}

/// Gives the weights of all modules their places in one block: those with the same source and layout share one.
static void shareWeights(ArrayRef<OwningOpRef<ModuleOp>> modules) {
  llvm::DenseMap<Attribute, int64_t> places;
  int64_t end = 0;
  for (const OwningOpRef<ModuleOp> &module : modules)
    for (auto weight : (*module).getOps<rt::WeightDataOp>()) {
      NamedAttrList layout(weight->getAttrDictionary());
      layout.erase(weight.getSymNameAttrName());
      layout.erase(weight.getOffsetAttrName());
      auto [place, isNew] = places.try_emplace(layout.getDictionary(weight.getContext()), end);
      if (isNew)
        end = llvm::alignTo(end + weight.getBytes(), INGOT_ALIGNMENT);
      weight.setOffset(place->second);
    }
}

FailureOr<std::vector<OwningOpRef<ModuleOp>>> lowerVariants(ModuleOp module, Phase done,
                                                            const PipelineOptions &options) {
  assert(done <= Phase::Fuse && "the phases that know the target run once for each");
  if (failed(runPhases(module, done, Phase::Fuse, options)))
    return failure();
  std::vector<OwningOpRef<ModuleOp>> modules;
  auto runAll = [&](Phase done, Phase last) {
    for (auto [variant, target] : llvm::zip_equal(modules, options.target.variants)) {
      PipelineOptions own = options;
      own.target = target;
      if (failed(runPhases(*variant, done, last, own)))
        return failure();
    }
    return success();
  };
  for (size_t i = 0; i < options.target.variants.size(); ++i) {
    modules.push_back(module.clone());
    modules.back()->getOperation()->setAttr(tile::kPackingAttrName, choosePacking(options.target, module));
  }
  if (failed(runAll(Phase::Fuse, Phase::Plan)))
    return failure();
  shareWeights(modules);
  if (failed(runAll(Phase::Plan, Phase::Llvm)))
    return failure();
  return modules;
}

std::string getRunName(const Target &variant) {
  std::string name = "run_" + variant.name;
  llvm::replace(name, '-', '_');
  return name;
}

/// The level of "x86-64-v3" is 3.
static unsigned getLevel(const Target &variant) {
  unsigned level = 0;
  bool failed = StringRef(variant.name).rsplit('v').second.getAsInteger(10, level);
  assert(!failed && "variants are levels of x86-64");
  (void)failed;
  return level;
}

llvm::Function *addDispatch(llvm::Module &module, const Target &target) {
  llvm::LLVMContext &context = module.getContext();
  llvm::IRBuilder<> builder(context);
  auto *pointer = builder.getPtrTy();
  auto *type = llvm::FunctionType::get(builder.getVoidTy(), {pointer, pointer, pointer}, /*isVarArg=*/false);
  auto *run = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage, "run_model", module);
  auto callee = module.getOrInsertFunction("ingot_rt_processor_level", builder.getInt32Ty(), pointer);
  builder.SetInsertPoint(llvm::BasicBlock::Create(context, "", run));
  llvm::Value *level = builder.CreateCall(callee, run->getArg(0));
  llvm::SmallVector<llvm::BasicBlock *> blocks;
  for (const Target &variant : target.variants)
    blocks.push_back(llvm::BasicBlock::Create(context, variant.name, run));
  llvm::SwitchInst *choice = builder.CreateSwitch(level, blocks.back());
  for (auto [variant, block] : llvm::zip_equal(target.variants, blocks)) {
    if (block != blocks.back())
      choice->addCase(builder.getInt32(getLevel(variant)), block);
    builder.SetInsertPoint(block);
    auto *body = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, getRunName(variant), module);
    body->setVisibility(llvm::GlobalValue::HiddenVisibility);
    builder.CreateCall(body, {run->getArg(0), run->getArg(1), run->getArg(2)});
    builder.CreateRetVoid();
  }
  return run;
}

} // namespace ingot
