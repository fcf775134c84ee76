//===- TileKey.cpp - Names a tile operation by all that its speed depends on ===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/TileKey.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace ingot::tile;

namespace {

/// Writes a region with values numbered in the order in which they appear.
class RegionPrinter {
public:
  explicit RegionPrinter(raw_ostream &out) : out(out) {}

  void print(Region &region) {
    for (Block &block : region) {
      for (BlockArgument argument : block.getArguments())
        printValue(argument);
      for (Operation &op : block)
        print(op);
    }
  }

private:
  void print(Operation &op) {
    out << op.getName() << op.getAttrDictionary();
    for (Value operand : op.getOperands())
      printValue(operand);
    for (Region &nested : op.getRegions())
      print(nested);
    for (Value result : op.getResults())
      printValue(result);
    out << ';';
  }

  void printValue(Value value) {
    auto [entry, isNew] = numbers.try_emplace(value, numbers.size());
    out << ' ' << entry->second;
    Attribute constant;
    if (isNew && matchPattern(value, m_Constant(&constant)))
      out << '=' << constant;
    if (isNew)
      out << ':' << value.getType();
  }

  raw_ostream &out;
  DenseMap<Value, unsigned> numbers;
};

} // namespace

std::string ingot::tile::getKey(Operation *op) {
  std::string key, regions;
  llvm::raw_string_ostream out(key), regionsOut(regions);
  NamedAttrList attributes(op->getAttrDictionary());
  for (StringRef decision : {"schedule", "amx"})
    attributes.erase(decision);
  out << op->getName() << '(';
  llvm::interleaveComma(op->getOperandTypes(), out);
  out << ") " << attributes.getDictionary(op->getContext());
  RegionPrinter printer(regionsOut);
  for (Region &region : op->getRegions())
    printer.print(region);
  if (!regions.empty())
    out << " epilogue " << llvm::utohexstr(llvm::xxh3_64bits(regions), /*LowerCase=*/true, /*Width=*/16);
  return key;
}

Attribute ingot::tile::getTuned(ModuleOp module, StringRef key) {
  auto tuned = module->getAttrOfType<DictionaryAttr>(kTunedAttrName);
  return tuned ? tuned.get(key) : Attribute();
}
