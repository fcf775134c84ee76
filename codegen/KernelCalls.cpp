//===-- KernelCalls.cpp - the host program's calls and what they share ---------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/KernelCalls.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace ingot {

/// Null where there is none, or more than it and constants.
static tile::TileOpInterface getOnlyTileOp(func::FuncOp kernel) {
  tile::TileOpInterface found;
  for (Operation &op : kernel.getBody().front().without_terminator()) {
    if (op.hasTrait<OpTrait::ConstantLike>())
      continue;
    auto tile = dyn_cast<tile::TileOpInterface>(op);
    if (!tile || found)
      return {};
    found = tile;
  }
  return found;
}

std::optional<TileCall> TileCall::get(func::CallOp call, SymbolTable &symbols) {
  auto kernel = call ? symbols.lookup<func::FuncOp>(call.getCallee()) : func::FuncOp();
  if (!kernel || !isKernel(kernel) || kernel.isExternal())
    return {};
  tile::TileOpInterface op = getOnlyTileOp(kernel);
  if (!op || !llvm::all_of(op->getOperands(), llvm::IsaPred<BlockArgument>))
    return {};
  return TileCall{call, kernel, op};
}

static memref::AllocOp getMemory(Value operand) {
  if (auto rows = operand.getDefiningOp<memref::CollapseShapeOp>())
    operand = rows.getSrc();
  return operand.getDefiningOp<memref::AllocOp>();
}

memref::AllocOp getOnlyMemory(const TileCall &call, Value argument) {
  memref::AllocOp memory = getMemory(call.operand(argument));
  auto isOf = [&](Value operand) { return getMemory(operand) == memory; };
  return memory && llvm::count_if(call.call->getOperands(), isOf) == 1 ? memory : memref::AllocOp();
}

func::CallOp findOtherUser(memref::AllocOp memory, func::CallOp call) {
  func::CallOp found;
  SmallVector<Operation *> users(memory->getUsers());
  for (size_t i = 0; i < users.size(); ++i) {
    if (auto rows = dyn_cast<memref::CollapseShapeOp>(users[i])) {
      llvm::append_range(users, rows->getUsers());
      continue;
    }
    auto user = dyn_cast<func::CallOp>(users[i]);
    if (user == call && user)
      continue;
    if (!user || (found && user != found))
      return {};
    found = user;
  }
  return found && found->getBlock() == call->getBlock() ? found : func::CallOp();
}

/// That of the first kernel, then the operators of the others.
static std::string joinNames(ArrayRef<TileCall> calls) {
  std::string name = func::FuncOp(calls.front().kernel).getSymName().str();
  for (const TileCall &call : calls.drop_front())
    name += "_" + call.op->getName().stripDialect().str();
  return name;
}

/// The names of all calls' nodes, once each.
static StringAttr joinSources(ArrayRef<TileCall> calls) {
  SmallVector<StringRef> names;
  for (const TileCall &call : calls)
    if (auto source = call.call->getAttrOfType<StringAttr>(rt::sourceAttr))
      for (StringRef name : llvm::split(source.getValue(), ' '))
        if (!llvm::is_contained(names, name))
          names.push_back(name);
  return StringAttr::get(calls.front().call->getContext(), llvm::join(names, " "));
}

void joinCalls(ArrayRef<TileCall> calls, ValueRange inner, SymbolTable &symbols,
               function_ref<void(tile::IndexBuilder &b, const IRMapping &arguments)> emit) {
  // Arguments: the context, then those of all calls.
  func::CallOp last = calls.back().call;
  SmallVector<Value> operands{last.getOperand(0)};
  SmallVector<std::pair<BlockArgument, unsigned>> positions;
  SmallVector<Location> locations;
  for (const TileCall &call : calls) {
    locations.push_back(call.op->getLoc());
    positions.push_back({call.op->getBlock()->getArgument(0), 0});
    for (BlockArgument argument : call.op->getBlock()->getArguments().drop_front()) {
      if (llvm::is_contained(inner, argument))
        continue;
      positions.push_back({argument, operands.size()});
      operands.push_back(call.operand(argument));
    }
  }
  MLIRContext *context = last.getContext();
  Location loc = FusedLoc::get(context, locations);
  OpBuilder builder(calls.back().kernel);
  auto kernel = func::FuncOp::create(builder, loc, joinNames(calls),
                                     builder.getFunctionType(ValueRange(operands).getTypes(), {}));
  kernel.setPrivate();
  kernel->setAttr(rt::kernelAttr, builder.getUnitAttr());
  symbols.insert(kernel);
  Block *body = kernel.addEntryBlock();
  IRMapping arguments;
  for (auto [argument, position] : positions)
    arguments.map(argument, body->getArgument(position));

  tile::IndexBuilder b(loc, context);
  b.setInsertionPointToStart(body);
  for (const TileCall &call : calls)
    for (Operation &op : call.op->getBlock()->getOperations())
      if (op.hasTrait<OpTrait::ConstantLike>())
        b.clone(op, arguments);
  emit(b, arguments);
  b.setInsertionPointToEnd(body);
  func::ReturnOp::create(b, ValueRange());

  builder.setInsertionPoint(last);
  auto call = func::CallOp::create(builder, last.getLoc(), kernel, operands);
  call->setAttr(rt::sourceAttr, joinSources(calls));
  for (const TileCall &old : calls)
    old.call->erase();
}

} // namespace ingot
