//===-- EntryPoints.cpp - the functions that a program calls to run a model ----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/EntryPoints.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace ingot {

//===--------------------------------------------------------------------------------------------===//
// Parameters
//===--------------------------------------------------------------------------------------------===//

static bool isReserved(StringRef name) {
  static const StringSet<> words = {
      "alignas",  "alignof",  "auto",      "bool",   "break",    "case",     "catch",    "char",          "class",
      "const",    "continue", "default",   "delete", "do",       "double",   "else",     "enum",          "explicit",
      "export",   "extern",   "false",     "float",  "for",      "friend",   "goto",     "if",            "inline",
      "int",      "int8_t",   "int16_t",   "int32_t", "int64_t", "long",     "mutable",  "namespace",     "new",
      "nullptr",  "operator", "private",   "protected", "public", "register", "restrict", "return",        "short",
      "signed",   "sizeof",   "static",    "struct", "switch",   "template", "this",     "throw",         "true",
      "try",      "typedef",  "typename",  "union",  "unsigned", "using",    "virtual",  "void",          "volatile",
      "while",    "uint8_t",  "uint16_t",  "uint32_t", "uint64_t", "asm",    "concept",  "requires",      "NULL"};
  return words.contains(name);
}

namespace {

class ParameterList {
public:
  void add(Parameter::Kind kind, unsigned tensor, unsigned dim, const std::string &name) {
    std::string unique = makeIdentifier(name);
    while (isReserved(unique) || !names.insert(unique).second)
      unique += '_';
    parameters.push_back({kind, tensor, dim, unique});
  }
  std::vector<Parameter> parameters;

private:
  StringSet<> names;
};

} // namespace

std::vector<Parameter> getParameters(const ModelInterface &model) {
  ParameterList list;
  StringSet<> dimNames;
  for (auto [tensor, info] : enumerate(model.inputs)) {
    list.add(Parameter::Input, tensor, 0, info.name);
    for (auto [dim, size] : enumerate(info.dims)) {
      const std::string &name = info.dimNames[dim];
      if (size >= 0 || (!name.empty() && !dimNames.insert(name).second))
        continue;
      list.add(Parameter::Dim, tensor, dim, name.empty() ? info.name + "_dim" + std::to_string(dim) : name);
    }
  }
  for (auto [tensor, info] : enumerate(model.outputs)) {
    list.add(Parameter::Output, tensor, 0, info.name);
    if (info.isStatic())
      continue;
    list.add(Parameter::Capacity, tensor, 0, info.name + "_capacity");
    list.add(Parameter::Dims, tensor, 0, info.name + "_dims");
  }
  return list.parameters;
}

unsigned findDimParameter(const ModelInterface &model, ArrayRef<Parameter> parameters, unsigned tensor, unsigned dim) {
  const std::string &name = model.inputs[tensor].dimNames[dim];
  for (auto [index, parameter] : enumerate(parameters)) {
    if (parameter.kind != Parameter::Dim)
      continue;
    bool isItself = parameter.tensor == tensor && parameter.dim == dim;
    if (isItself || (!name.empty() && model.inputs[parameter.tensor].dimNames[parameter.dim] == name))
      return index;
  }
  llvm_unreachable("each dynamic dim of an input has a parameter");
}

//===--------------------------------------------------------------------------------------------===//
// Functions
//===--------------------------------------------------------------------------------------------===//

static uint64_t getElementBytes(ingot_dtype dtype) {
  switch (dtype) {
  case INGOT_U8: case INGOT_I8: case INGOT_BOOL: return 1;
  case INGOT_U16: case INGOT_I16: case INGOT_F16: case INGOT_BF16: return 2;
  case INGOT_F32: case INGOT_I32: case INGOT_U32: return 4;
  case INGOT_I64: case INGOT_U64: case INGOT_F64: return 8;
  }
  llvm_unreachable("all cases return");
}

namespace {

class EntryPointBuilder {
public:
  EntryPointBuilder(Module &module, GlobalVariable &description, const ModelInterface &model)
      : module(module), description(description), model(model), builder(module.getContext()),
        pointer(builder.getPtrTy()), status(builder.getInt32Ty()),
        tensorType(StructType::get(module.getContext(),
                                   {pointer, builder.getInt64Ty(), status, status,
                                    ArrayType::get(builder.getInt64Ty(), INGOT_MAX_RANK)})) {}

  void addRun();
  void addInfer();
  void addError();

private:
  Function *create(const Twine &name, FunctionType *type) {
    auto *function = Function::Create(type, GlobalValue::ExternalLinkage, name, module);
    function->addFnAttr(Attribute::NoUnwind);
    builder.SetInsertPoint(BasicBlock::Create(module.getContext(), "", function));
    return function;
  }

  /// An array of as many cleared tensors.
  Value *createTensors(size_t count) {
    Type *type = ArrayType::get(tensorType, count);
    Value *tensors = builder.CreateAlloca(type);
    builder.CreateMemSet(tensors, builder.getInt8(0), count * sizeof(ingot_tensor), Align(8));
    return tensors;
  }
  Value *fieldOf(Value *tensors, unsigned tensor, unsigned field) {
    return builder.CreateConstInBoundsGEP2_32(tensorType, tensors, tensor, field);
  }
  Value *dimOf(Value *tensors, unsigned tensor, unsigned dim) {
    Value *dims = fieldOf(tensors, tensor, 4);
    return builder.CreateConstInBoundsGEP1_64(builder.getInt64Ty(), dims, dim);
  }
  void store(Value *value, Value *address) { builder.CreateStore(value, address); }

  void fillInput(Function *function, Value *tensors, unsigned tensor, Value *data);
  void fillOutput(Value *tensors, unsigned tensor, Value *data, Value *capacity);
  void returnDims(Function *function, Value *tensors);

  Module &module;
  GlobalVariable &description;
  const ModelInterface &model;
  IRBuilder<> builder;
  PointerType *pointer;
  IntegerType *status;
  StructType *tensorType;
  std::vector<Parameter> parameters = getParameters(model);
};

} // namespace

void EntryPointBuilder::addRun() {
  auto *type = FunctionType::get(status, {pointer, pointer}, false);
  Function *function = create(model.prefix + "_run", type);
  FunctionCallee run = module.getOrInsertFunction("ingot_run", status, pointer, pointer, pointer);
  builder.CreateRet(builder.CreateCall(run, {&description, function->getArg(0), function->getArg(1)}));
}

void EntryPointBuilder::addError() {
  create(model.prefix + "_error", FunctionType::get(pointer, false));
  builder.CreateRet(builder.CreateCall(module.getOrInsertFunction("ingot_last_error", pointer)));
}

void EntryPointBuilder::fillInput(Function *function, Value *tensors, unsigned tensor, Value *data) {
  const TensorInfo &info = model.inputs[tensor];
  Value *bytes = builder.getInt64(getElementBytes(info.dtype));
  for (auto [dim, size] : enumerate(info.dims)) {
    Value *value = size >= 0 ? static_cast<Value *>(builder.getInt64(size))
                             : function->getArg(findDimParameter(model, parameters, tensor, dim));
    store(value, dimOf(tensors, tensor, dim));
    bytes = builder.CreateMul(bytes, value);
  }
  store(data, fieldOf(tensors, tensor, 0));
  store(bytes, fieldOf(tensors, tensor, 1));
  store(builder.getInt32(info.dtype), fieldOf(tensors, tensor, 2));
  store(builder.getInt32(info.dims.size()), fieldOf(tensors, tensor, 3));
}

void EntryPointBuilder::fillOutput(Value *tensors, unsigned tensor, Value *data, Value *capacity) {
  const TensorInfo &info = model.outputs[tensor];
  if (!capacity) {
    uint64_t elements = 1;
    for (int64_t dim : info.dims)
      elements *= dim;
    capacity = builder.getInt64(elements);
  }
  store(data, fieldOf(tensors, tensor, 0));
  store(builder.CreateMul(capacity, builder.getInt64(getElementBytes(info.dtype))), fieldOf(tensors, tensor, 1));
}

/// On success the runtime has set the dims, on an error it left them 0.
void EntryPointBuilder::returnDims(Function *function, Value *tensors) {
  for (auto [index, parameter] : enumerate(parameters)) {
    if (parameter.kind != Parameter::Dims)
      continue;
    uint64_t rank = model.outputs[parameter.tensor].dims.size();
    builder.CreateMemCpy(function->getArg(index), Align(8), dimOf(tensors, parameter.tensor, 0), Align(8),
                         rank * sizeof(int64_t));
  }
}

void EntryPointBuilder::addInfer() {
  SmallVector<Type *> types;
  for (const Parameter &parameter : parameters) {
    bool isNumber = parameter.kind == Parameter::Dim || parameter.kind == Parameter::Capacity;
    types.push_back(isNumber ? static_cast<Type *>(builder.getInt64Ty()) : pointer);
  }
  Function *function = create(model.prefix + "_infer", FunctionType::get(status, types, false));
  Value *inputs = createTensors(model.inputs.size()), *outputs = createTensors(model.outputs.size());
  for (auto [index, parameter] : enumerate(parameters)) {
    Value *argument = function->getArg(index);
    if (parameter.kind == Parameter::Input)
      fillInput(function, inputs, parameter.tensor, argument);
    else if (parameter.kind == Parameter::Output)
      fillOutput(outputs, parameter.tensor, argument,
                 model.outputs[parameter.tensor].isStatic() ? nullptr : function->getArg(index + 1));
  }
  FunctionCallee run = module.getFunction(model.prefix + "_run");
  Value *result = builder.CreateCall(run, {inputs, outputs});
  returnDims(function, outputs);
  builder.CreateRet(result);
}

void addEntryPoints(Module &module, GlobalVariable &description, const ModelInterface &model) {
  EntryPointBuilder builder(module, description, model);
  builder.addRun();
  builder.addInfer();
  builder.addError();
}

} // namespace ingot
