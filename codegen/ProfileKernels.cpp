//===-- ProfileKernels.cpp - marks the begin and end of each kernel's call -----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/HostFunction.h"
#include "codegen/Passes.h"

#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_PROFILEKERNELS
#include "codegen/Passes.h.inc"

/// "k0_matmul_relu: MatMul_3 Relu_4", as profiles show it.
static StringAttr nameOf(func::CallOp call) {
  auto source = call->getAttrOfType<StringAttr>(rt::sourceAttr);
  std::string name = call.getCallee().str();
  return StringAttr::get(call.getContext(), source ? name + ": " + source.str() : name);
}

namespace {

/// The work of one call, in front of it.
class CallWork {
public:
  CallWork(func::CallOp call, DictionaryAttr work) : builder(call), loc(call.getLoc()), work(work) {
    if (!work)
      return;
    for (auto place : work.getAs<ArrayAttr>("extents").getAsRange<DenseI64ArrayAttr>())
      extents.push_back(getExtent(call, place.asArrayRef()));
  }

  Value flops() {
    auto map = work ? work.getAs<AffineMapAttr>("flops") : AffineMapAttr();
    return map ? least(map.getValue()) : zero();
  }

  Value bytes() {
    if (!work)
      return zero();
    Value sum;
    for (auto map : work.getAs<ArrayAttr>("bytes").getAsValueRange<AffineMapAttr>()) {
      Value bytes = least(map);
      sum = sum ? arith::AddIOp::create(builder, loc, sum, bytes) : bytes;
    }
    return sum;
  }

private:
  Value zero() { return arith::ConstantIndexOp::create(builder, loc, 0); }

  Value getExtent(func::CallOp call, ArrayRef<int64_t> place) {
    Value operand = call.getOperand(place.front());
    return place.size() == 1 ? operand : memref::DimOp::create(builder, loc, operand, place.back());
  }

  Value least(AffineMap map) {
    Value least;
    for (AffineExpr result : map.getResults()) {
      Value value = affine::expandAffineExpr(builder, loc, result, {}, extents);
      least = least ? arith::MinSIOp::create(builder, loc, least, value) : value;
    }
    return least;
  }

  OpBuilder builder;
  Location loc;
  DictionaryAttr work;
  SmallVector<Value> extents;
};

struct ProfileKernels : impl::ProfileKernelsBase<ProfileKernels> {
  void runOnOperation() override {
    func::FuncOp host = getHostFunction(getOperation());
    if (!host)
      return;
    SymbolTable symbols(getOperation());
    SmallVector<Attribute> names;
    host.walk([&](func::CallOp call) {
      Operation *kernel = symbols.lookup(call.getCallee());
      if (!kernel || !isKernel(kernel))
        return;
      CallWork work(call, kernel->getAttrOfType<DictionaryAttr>(rt::workAttr));
      Value flops = work.flops(), bytes = work.bytes();
      OpBuilder builder(call);
      rt::KernelBeginOp::create(builder, call.getLoc(), host.getArgument(0), names.size());
      builder.setInsertionPointAfter(call);
      rt::KernelEndOp::create(builder, call.getLoc(), host.getArgument(0), names.size(), flops, bytes);
      names.push_back(nameOf(call));
    });
    getOperation()->setAttr(rt::kernelsAttr, ArrayAttr::get(&getContext(), names));
  }
};

} // namespace
} // namespace ingot
