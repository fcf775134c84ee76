//===-- Importer.cpp - an ONNX model as a graph ---------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Importer.h"
#include "frontend/onnx/ElementType.h"
#include "frontend/onnx/GraphImporter.h"
#include "ir/Dialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace ingot::onnx {
namespace {

class ModelImporter {
public:
  ModelImporter(MLIRContext *context, const ModelFile &file, const ImportOptions &options, Problems &problems)
      : builder(context), file(file), problems(problems), importer(builder, file, options, problems) {}

  OwningOpRef<ModuleOp> run();

private:
  void findInputs();
  void addInput(func::FuncOp function, const ValueInfoProto &input);
  void finish(func::FuncOp function, ArrayRef<Value> outputs);
  DictionaryAttr describeValue(const ValueInfoProto &value, RankedTensorType type);

  OpBuilder builder;
  const ModelFile &file;
  Problems &problems;
  GraphImporter importer;
  SmallVector<const ValueInfoProto *> inputs;
  llvm::StringMap<Value> inputValues;
};

/// Inputs without initializers: before IR version 4, every initializer was
/// listed as an input too.
void ModelImporter::findInputs() {
  llvm::StringSet<> initialized;
  for (const TensorProto &tensor : file.model().graph().initializer())
    initialized.insert(tensor.name());
  for (const SparseTensorProto &tensor : file.model().graph().sparse_initializer())
    initialized.insert(tensor.values().name());
  for (const ValueInfoProto &input : file.model().graph().input())
    if (!initialized.contains(input.name()))
      inputs.push_back(&input);
}

/// `ingot.name` and `ingot.dims` of an input or output of type \p type.
DictionaryAttr ModelImporter::describeValue(const ValueInfoProto &value, RankedTensorType type) {
  SmallVector<Attribute> names(type.getRank(), builder.getStringAttr(""));
  const TensorShapeProto &shape = value.type().tensor_type().shape();
  if (shape.dim_size() == type.getRank())
    for (int64_t i = 0; i < type.getRank(); ++i)
      if (type.isDynamicDim(i))
        names[i] = builder.getStringAttr(shape.dim(int(i)).dim_param());
  return builder.getDictionaryAttr({builder.getNamedAttr("ingot.name", builder.getStringAttr(value.name())),
                                    builder.getNamedAttr("ingot.dims", builder.getArrayAttr(names))});
}

void ModelImporter::addInput(func::FuncOp function, const ValueInfoProto &input) {
  auto problem = [&](const Twine &message) { importer.report("input '" + input.name() + "': " + message); };
  RankedTensorType type = tensorType(builder.getContext(), input.type(),
                                     [&](StringRef name) { return importer.chosenExtent(name); });
  if (!type) {
    bool noShape = input.type().has_tensor_type() && !input.type().tensor_type().has_shape();
    problem(noShape ? "its rank is not stated" : "type " + typeName(input.type()) + " is not supported");
    inputValues[input.name()] = Value();
    return;
  }
  (void)function.insertArgument(function.getNumArguments(), type, describeValue(input, type),
                                NameLoc::get(builder.getStringAttr(input.name())));
  inputValues[input.name()] = function.getArguments().back();
}

void ModelImporter::finish(func::FuncOp function, ArrayRef<Value> outputs) {
  SmallVector<Type> types;
  SmallVector<Attribute> attributes;
  for (auto [output, value] : llvm::zip_equal(file.model().graph().output(), outputs)) {
    types.push_back(value.getType());
    attributes.push_back(describeValue(output, cast<RankedTensorType>(value.getType())));
  }
  builder.setInsertionPointToEnd(&function.getBody().front());
  func::ReturnOp::create(builder, function.getLoc(), outputs);
  function.setFunctionType(builder.getFunctionType(function.getArgumentTypes(), types));
  function.setResAttrsAttr(builder.getArrayAttr(attributes));
}

OwningOpRef<ModuleOp> ModelImporter::run() {
  Location loc = NameLoc::get(builder.getStringAttr(file.path()));
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  builder.setInsertionPointToEnd(module->getBody());
  auto function = func::FuncOp::create(builder, loc, "main", builder.getFunctionType({}, {}));
  function.addEntryBlock();
  findInputs();
  for (const ValueInfoProto *input : inputs)
    addInput(function, *input);
  FailureOr<SmallVector<Value>> outputs = importer.importMain(function.getBody().front(), inputValues);
  if (failed(outputs) || !problems.empty())
    return {};
  finish(function, *outputs);
  return module;
}

} // namespace

OwningOpRef<ModuleOp> importModel(MLIRContext *context, ModelFile &file, const ImportOptions &options,
                                  Problems &problems) {
  context->loadDialect<IngotDialect, func::FuncDialect>();
  problems = checkModel(file.model());
  // Unsound graphs cannot be walked, so what they use is not reported on.
  if (!problems.empty())
    return {};
  ImportOptions chosen{chooseExtents(*file.model().mutable_graph(), options.extents, problems)};
  return ModelImporter(context, file, chosen, problems).run();
}

} // namespace ingot::onnx
