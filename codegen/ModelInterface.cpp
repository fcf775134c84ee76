//===-- ModelInterface.cpp - what a compiled model shows to the outside --------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/ModelInterface.h"

#include "codegen/rt/Dtype.h"
#include "codegen/rt/Rt.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace ingot {

bool TensorInfo::isStatic() const { return !llvm::is_contained(dims, -1); }

static LogicalResult readTensor(ModuleOp module, Attribute attribute, TensorInfo &info) {
  auto fields = llvm::dyn_cast<DictionaryAttr>(attribute);
  auto name = fields ? fields.getAs<StringAttr>("name") : nullptr;
  auto typeAttr = fields ? fields.getAs<TypeAttr>("type") : nullptr;
  auto type = typeAttr ? llvm::dyn_cast<RankedTensorType>(typeAttr.getValue()) : nullptr;
  auto dims = fields ? fields.getAs<ArrayAttr>("dims") : nullptr;
  if (!name || !type || !dims || dims.size() != (size_t)type.getRank())
    return module.emitError("expected name, type and dims of an input or output but got ") << attribute;
  std::optional<ingot_dtype> dtype = rt::getDtype(type.getElementType());
  if (!dtype || type.getRank() > INGOT_MAX_RANK)
    return module.emitError("no tensor of type ") << type << " can pass the boundary of a compiled model, as '"
                                                  << name.getValue() << "' should";
  info.name = name.str();
  info.dtype = *dtype;
  for (auto [size, dimName] : llvm::zip(type.getShape(), dims.getAsRange<StringAttr>())) {
    info.dims.push_back(ShapedType::isDynamic(size) ? -1 : size);
    info.dimNames.push_back(dimName.str());
  }
  return success();
}

static LogicalResult readTensors(ModuleOp module, StringRef name, std::vector<TensorInfo> &infos) {
  auto attributes = module->getAttrOfType<ArrayAttr>(name);
  if (!attributes)
    return module.emitError("expected '") << name << "' on the module";
  for (Attribute attribute : attributes)
    if (failed(readTensor(module, attribute, infos.emplace_back())))
      return failure();
  return success();
}

std::string makeIdentifier(StringRef name) {
  std::string result;
  for (char c : name)
    result += llvm::isAlnum(c) ? c : '_';
  if (result.empty() || llvm::isDigit(result.front()))
    result.insert(result.begin(), '_');
  return result;
}

/// Symbols of models must not be mistaken for the runtime's.
static std::string symbolPrefix(StringRef name) {
  std::string prefix = makeIdentifier(name);
  bool taken = prefix == "ingot" || StringRef(prefix).starts_with("ingot_");
  return taken ? "model_" + prefix : prefix;
}

FailureOr<ModelInterface> ModelInterface::read(ModuleOp module, StringRef prefix) {
  ModelInterface model;
  auto name = module->getAttrOfType<StringAttr>(rt::nameAttr);
  model.name = name ? name.str() : "model";
  model.prefix = symbolPrefix(prefix.empty() ? StringRef(model.name) : prefix);
  if (failed(readTensors(module, rt::inputsAttr, model.inputs)) ||
      failed(readTensors(module, rt::outputsAttr, model.outputs)))
    return failure();
  if (auto kernels = module->getAttrOfType<ArrayAttr>(rt::kernelsAttr))
    for (auto kernel : kernels.getAsRange<StringAttr>())
      model.kernels.push_back(kernel.str());
  return model;
}

} // namespace ingot
