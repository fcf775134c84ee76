//===-- KernelCalls.cpp - the host program's calls and what they share ---------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/KernelCalls.h"

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

} // namespace ingot
