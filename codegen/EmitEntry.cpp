//===-- EmitEntry.cpp - gives the host function the signature that the runtime calls -------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/HostFunction.h"
#include "codegen/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_EMITENTRY
#include "codegen/Passes.h.inc"

/// Name, type and names of the dims of the host function's argument, in the form of one element of `rt.outputs`.
static FailureOr<DictionaryAttr> describeInput(func::FuncOp host, unsigned index) {
  Builder builder(host.getContext());
  NamedAttrList fields;
  for (auto [field, name] : {std::pair("name", rt::nameAttr), {"type", rt::typeAttr}, {"dims", rt::dimsAttr}}) {
    Attribute value = host.getArgAttr(index, name);
    if (!value)
      return host.emitError("expected '") << name << "' on argument " << index << " of the host function";
    fields.set(field, value);
  }
  return fields.getDictionary(host.getContext());
}

/// Replaces the memory arguments by the tensors the run is called with.
static LogicalResult takeInputs(func::FuncOp host, SmallVectorImpl<Attribute> &inputs) {
  OpBuilder builder = OpBuilder::atBlockBegin(&host.getBody().front());
  auto pointer = LLVM::LLVMPointerType::get(host.getContext());
  unsigned count = host.getNumArguments() - 1;
  for (unsigned index = 1; index <= count; ++index) {
    FailureOr<DictionaryAttr> input = describeInput(host, index);
    if (failed(input))
      return failure();
    inputs.push_back(*input);
  }
  Location loc = host.getLoc();
  BlockArgument tensors = host.getBody().front().addArgument(pointer, loc);
  host.getBody().front().addArgument(pointer, loc); // the weights
  for (unsigned index = 1; index <= count; ++index) {
    BlockArgument argument = host.getArgument(index);
    argument.replaceAllUsesWith(rt::InputOp::create(builder, loc, argument.getType(), tensors, index - 1));
  }
  host.getBody().front().eraseArguments(1, count);
  host.removeArgAttrsAttr();
  host.setFunctionType(builder.getFunctionType({pointer, pointer, pointer}, {}));
  return success();
}

namespace {

struct EmitEntry : impl::EmitEntryBase<EmitEntry> {
  void runOnOperation() override {
    func::FuncOp host = getHostFunction(getOperation());
    if (!host)
      return;
    if (host.getNumArguments() == 0 || !llvm::isa<LLVM::LLVMPointerType>(host.getArgument(0).getType())) {
      host.emitError("expected the run's context as the first argument of the host function");
      return signalPassFailure();
    }
    auto outputs = host->getAttrOfType<ArrayAttr>(rt::outputsAttr);
    if (!outputs) {
      host.emitError("expected '") << rt::outputsAttr << "' on the host function";
      return signalPassFailure();
    }
    SmallVector<Attribute> inputs;
    if (failed(takeInputs(host, inputs)))
      return signalPassFailure();
    getOperation()->setAttr(rt::inputsAttr, ArrayAttr::get(&getContext(), inputs));
    getOperation()->setAttr(rt::outputsAttr, outputs);
    host->removeAttr(rt::outputsAttr);
    host.setPrivate();
    // The name of a C program's own main function means too much to LLVM and to linkers.
    SymbolTable symbols(getOperation());
    symbols.remove(host);
    host.setSymName("run_model");
    getOperation()->setAttr(rt::runAttr, FlatSymbolRefAttr::get(symbols.insert(host, host->getIterator())));
  }
};

} // namespace
} // namespace ingot
