//===-- ModelSymbols.cpp - the symbols that an artifact exports ----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/ModelSymbols.h"

#include "codegen/EntryPoints.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace ingot {
namespace {

/// Builds the constants of the model's description. Fields follow the structs of ingot_abi.h, in their order.
class DescriptionBuilder {
public:
  explicit DescriptionBuilder(Module &module) : module(module), context(module.getContext()) {}

  GlobalVariable *createModel(Function &run, const ModelInterface &model, const WeightsInfo &weights,
                              StringRef target, int32_t threads);

private:
  Constant *number(uint64_t value, unsigned bits) { return ConstantInt::get(IntegerType::get(context, bits), value); }
  Constant *null() { return ConstantPointerNull::get(PointerType::get(context, 0)); }
  Constant *record(ArrayRef<Constant *> fields) { return ConstantStruct::getAnon(context, fields); }
  Constant *text(StringRef value) { return constant(ConstantDataArray::getString(context, value)); }

  Constant *constant(Constant *value) {
    auto *global = new GlobalVariable(module, value->getType(), /*isConstant=*/true, GlobalValue::PrivateLinkage,
                                      value, "ingot_info");
    global->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    return global;
  }

  /// Address of the first of several values of one type; null for none.
  Constant *array(ArrayRef<Constant *> values) {
    if (values.empty())
      return null();
    return constant(ConstantArray::get(ArrayType::get(values.front()->getType(), values.size()), values));
  }

  Constant *texts(ArrayRef<std::string> values) {
    SmallVector<Constant *> elements;
    for (const std::string &value : values)
      elements.push_back(text(value));
    return array(elements);
  }

  Constant *tensors(ArrayRef<TensorInfo> infos) {
    SmallVector<Constant *> records;
    for (const TensorInfo &info : infos) {
      SmallVector<Constant *> dims;
      for (int64_t dim : info.dims)
        dims.push_back(number(dim, 64));
      records.push_back(record({text(info.name), number(info.dtype, 32), number(info.dims.size(), 32), array(dims),
                                texts(info.dimNames)}));
    }
    return array(records);
  }

  Constant *embeddedWeights(const ModelInterface &model);

  Module &module;
  LLVMContext &context;
};

} // namespace

/// As much as keeps the section aligned; the weights themselves come when the code is in its file.
Constant *DescriptionBuilder::embeddedWeights(const ModelInterface &model) {
  auto *type = ArrayType::get(Type::getInt8Ty(context), INGOT_ALIGNMENT);
  auto *global = new GlobalVariable(module, type, /*isConstant=*/true, GlobalValue::InternalLinkage,
                                    ConstantAggregateZero::get(type), model.prefix + "_weights");
  global->setSection(weightsSection);
  global->setAlignment(Align(INGOT_ALIGNMENT));
  return global;
}

GlobalVariable *DescriptionBuilder::createModel(Function &run, const ModelInterface &model, const WeightsInfo &weights,
                                                StringRef target, int32_t threads) {
  bool embed = weights.file.empty() && weights.bytes != 0;
  Constant *value = record({
      number(INGOT_MODEL_MAGIC, 32),
      number(INGOT_ABI_VERSION, 32),
      text(model.name),
      text(target),
      number(model.inputs.size(), 32),
      number(model.outputs.size(), 32),
      tensors(model.inputs),
      tensors(model.outputs),
      embed ? embeddedWeights(model) : null(),
      number(weights.bytes, 64),
      weights.file.empty() ? null() : text(weights.file),
      number(weights.hash, 64),
      &run,
      number(model.kernels.size(), 32),
      texts(model.kernels),
      number(uint32_t(threads), 32),
  });
  return new GlobalVariable(module, value->getType(), /*isConstant=*/true, GlobalValue::ExternalLinkage, value,
                            model.prefix + "_model");
}

void addModelSymbols(Module &module, Function &run, const ModelInterface &model, const WeightsInfo &weights,
                     StringRef target, int32_t threads) {
  // A model may be called as a symbol of the code's own begins: the exported ones keep their names.
  for (StringRef suffix : {"_model", "_run", "_infer", "_error"})
    if (GlobalValue *own = module.getNamedValue((model.prefix + suffix).str())) {
      assert(own->hasLocalLinkage() && "expected no other exported symbol");
      own->setName(Twine("own_") + own->getName());
    }
  GlobalVariable *description = DescriptionBuilder(module).createModel(run, model, weights, target, threads);
  addEntryPoints(module, *description, model);
}

} // namespace ingot
