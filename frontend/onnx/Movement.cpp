//===-- Movement.cpp - operators that only move elements ------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"

using namespace mlir;

namespace ingot::onnx {
namespace {

Value importTranspose(Node &node) {
  int64_t rank = node.rank();
  if (auto perm = node.integers("perm")) {
    if (int64_t(perm->size()) != rank)
      return node.fail("expected perm of " + Twine(rank) + " axes but got " + Twine(perm->size()));
    perm = node.normalizeAxes(*perm, rank);
    return perm ? node.graph.transpose(node.operand(0), *perm) : Value();
  }
  SmallVector<int64_t> reversed;
  for (int64_t i = rank - 1; i >= 0; --i)
    reversed.push_back(i);
  return node.graph.transpose(node.operand(0), reversed);
}

Value importExpand(Node &node) {
  return node.graph.makeDeclared<ExpandOp>(node.declared(), node.element(), node.operand(0), node.operand(1));
}

Value importTile6(Node &node) {
  return node.graph.makeDeclared<TileOp>(node.declared(), node.element(), node.operand(0), node.operand(1));
}

/// `tiles` copies along `axis`, both scalars.
Value importTile1(Node &node) {
  GraphBuilder &graph = node.graph;
  auto axes = node.constantIntegers(2);
  if (!axes || axes->size() != 1)
    return node.fail("expected a constant axis");
  std::optional<int64_t> axis = node.normalizeAxis(axes->front(), node.rank());
  if (!axis)
    return {};
  SmallVector<Value> repeats(node.rank(), graph.integers(1));
  repeats[*axis] = graph.reshape(graph.cast(node.operand(1), graph.builder.getI64Type()), 1);
  return graph.make<TileOp>(node.element(), node.operand(0), graph.concat(repeats, 0));
}

Value importConcat(Node &node) {
  if (node.operandCount() == 0)
    return node.fail("expected at least 1 operand but got 0");
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", 1), node.rank());
  return axis ? node.graph.concat(node.allOperands(), *axis) : Value();
}

//===----------------------------------------------------------------------===//
// Slice and Split
//===----------------------------------------------------------------------===//

Value importSlice1(Node &node) {
  GraphBuilder &graph = node.graph;
  auto starts = node.integers("starts"), ends = node.integers("ends"), axes = node.integers("axes");
  if (!starts || !ends)
    return node.fail("attributes 'starts' and 'ends' are missing");
  Omittable along{axes ? graph.integers(*axes) : Value()};
  return graph.make<SliceOp>(node.element(), node.operand(0), graph.integers(*starts), graph.integers(*ends), along,
                             Omittable());
}

Value importSlice10(Node &node) {
  return node.graph.makeDeclared<SliceOp>(node.declared(), node.element(), node.operand(0), node.operand(1),
                                          node.operand(2), Omittable{node.operand(3)}, Omittable{node.operand(4)});
}

LogicalResult splitBySizes(Node &node, int64_t axis, ArrayRef<int64_t> sizes) {
  if (sizes.size() != node.resultCount())
    return node.fail("expected " + Twine(node.resultCount()) + " sizes but got " + Twine(sizes.size()));
  int64_t start = 0;
  for (auto [index, size] : llvm::enumerate(sizes)) {
    if (size < 0)
      return node.fail("expected sizes of at least 0 but got " + Twine(size));
    node.setResult(index, node.graph.slice(node.operand(0), axis, start, start + size));
    start += size;
  }
  auto total = node.graph.shapes.dim(node.operand(0), axis).constant();
  if (total && *total != start)
    return node.fail("expected sizes that add up to " + Twine(*total) + " but got " + Twine(start));
  return success();
}

/// Sizes that only the run time knows.
LogicalResult splitAtRunTime(Node &node, int64_t axis) {
  GraphBuilder &graph = node.graph;
  Value start = graph.integers(0);
  for (size_t i = 0; i < node.resultCount(); ++i) {
    Value size = graph.slice(node.operand(1), 0, int64_t(i), int64_t(i) + 1);
    Value end = graph.binary<AddOp>(start, size);
    node.setResult(i, graph.makeDeclared<SliceOp>(node.declared(i), node.element(), node.operand(0), start, end,
                                                  Omittable{graph.integers(axis)}, Omittable()));
    start = end;
  }
  return success();
}

/// Equal parts; the last one may be smaller where \p uneven.
LogicalResult splitEvenly(Node &node, int64_t axis, int64_t parts, bool uneven) {
  GraphBuilder &graph = node.graph;
  auto extent = graph.shapes.dim(node.operand(0), axis).constant();
  if (parts < 1 || size_t(parts) != node.resultCount())
    return node.fail("expected " + Twine(node.resultCount()) + " parts but got " + Twine(parts));
  if (extent) {
    if (!uneven && *extent % parts != 0)
      return node.fail("cannot split " + Twine(*extent) + " into " + Twine(parts) + " equal parts");
    int64_t size = (*extent + parts - 1) / parts;
    SmallVector<int64_t> sizes;
    for (int64_t i = 0; i < parts; ++i)
      sizes.push_back(std::clamp<int64_t>(*extent - i * size, 0, size));
    return splitBySizes(node, axis, sizes);
  }
  Value rounded = graph.binary<AddOp>(graph.dimOf(node.operand(0), axis), double(parts - 1));
  Value size = graph.binary<DivOp>(rounded, double(parts));
  Value start = graph.integers(0);
  for (int64_t i = 0; i < parts; ++i) {
    Value end = graph.binary<AddOp>(start, size);
    node.setResult(i, graph.make<SliceOp>(node.element(), node.operand(0), start, end,
                                          Omittable{graph.integers(axis)}, Omittable()));
    start = end;
  }
  return success();
}

/// Sizes as an attribute (2) or as an operand (1 and 13), a number of parts from 18 on.
LogicalResult importSplit(Node &node) {
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", 0), node.rank());
  if (!axis)
    return failure();
  auto sizes = node.integers("split");
  if (!sizes && node.has(1))
    sizes = node.constantIntegers(1);
  if (sizes)
    return splitBySizes(node, *axis, *sizes);
  if (node.has(1))
    return splitAtRunTime(node, *axis);
  return splitEvenly(node, *axis, node.integer("num_outputs", int64_t(node.resultCount())), node.version >= 18);
}

//===----------------------------------------------------------------------===//
// Pad
//===----------------------------------------------------------------------===//

std::optional<PadMode> padMode(Node &node) {
  StringRef name = node.string("mode", "constant");
  auto mode = symbolizePadMode(name);
  if (!mode)
    return node.fail("pad mode '" + name + "' is not supported");
  return mode;
}

Value importPad1(Node &node) {
  GraphBuilder &graph = node.graph;
  auto pads = node.integers(node.version < 2 ? "paddings" : "pads");
  auto mode = padMode(node);
  if (!pads || !mode)
    return pads ? Value() : node.fail("attribute 'pads' is missing");
  return graph.make<PadOp>(node.element(), node.operand(0), graph.integers(*pads),
                           Omittable{graph.scalar(node.element(), node.number("value", 0))}, *mode);
}

/// Pads of some axes as pads of all: [begins, ends] scattered into zeros.
Value padsOfAllAxes(Node &node, Value pads, ArrayRef<int64_t> axes) {
  GraphBuilder &graph = node.graph;
  int64_t count = int64_t(axes.size()), rank = node.rank();
  SmallVector<Value> parts(2 * rank, graph.integers(0));
  for (int64_t i = 0; i < count; ++i) {
    parts[axes[i]] = graph.slice(pads, 0, i, i + 1);
    parts[rank + axes[i]] = graph.slice(pads, 0, count + i, count + i + 1);
  }
  return graph.concat(parts, 0);
}

Value importPad11(Node &node) {
  GraphBuilder &graph = node.graph;
  auto mode = padMode(node);
  if (!mode)
    return {};
  Value pads = graph.cast(node.operand(1), graph.builder.getI64Type());
  if (node.has(3)) {
    auto axes = node.constantIntegers(3);
    if (!axes)
      return node.fail("expected constant axes");
    axes = node.normalizeAxes(*axes, node.rank());
    if (!axes)
      return {};
    pads = padsOfAllAxes(node, pads, *axes);
  }
  // A value of one element counts as a scalar.
  Value value = node.operand(2);
  if (value && GraphBuilder::rank(value) != 0)
    value = graph.reshape(value, ArrayRef<int64_t>());
  return graph.makeDeclared<PadOp>(node.declared(), node.element(), node.operand(0), pads, Omittable{value}, *mode);
}

//===----------------------------------------------------------------------===//
// Blocks, triangles, sequences
//===----------------------------------------------------------------------===//

/// [N, C, H, W] with H or W (or both) split in two: the dimension, as a vector.
Value quotient(GraphBuilder &graph, Value x, int64_t axis, int64_t divisor) {
  return graph.binary<DivOp>(graph.dimOf(x, axis), double(divisor));
}

std::optional<int64_t> blockSize(Node &node) {
  int64_t size = node.integer("blocksize", 0);
  if (node.rank() != 4 || size < 1)
    return node.fail("expected an operand of rank 4 and a positive block size but got rank " + Twine(node.rank()) +
                     " and " + Twine(size));
  return size;
}

Value importDepthToSpace(Node &node) {
  GraphBuilder &graph = node.graph;
  std::optional<int64_t> block = blockSize(node);
  if (!block)
    return {};
  Value x = node.operand(0), size = graph.integers(*block);
  Value n = graph.dimOf(x, 0), c = quotient(graph, x, 1, *block * *block), h = graph.dimOf(x, 2),
        w = graph.dimOf(x, 3);
  bool columnsFirst = node.string("mode", "DCR") == "CRD";
  Value split = columnsFirst ? graph.reshape(x, graph.concat({n, c, size, size, h, w}, 0))
                             : graph.reshape(x, graph.concat({n, size, size, c, h, w}, 0));
  Value moved = columnsFirst ? graph.transpose(split, {0, 1, 4, 2, 5, 3}) : graph.transpose(split, {0, 3, 4, 1, 5, 2});
  return graph.reshape(moved, graph.concat({n, c, graph.binary<MulOp>(h, double(*block)),
                                            graph.binary<MulOp>(w, double(*block))}, 0));
}

Value importSpaceToDepth(Node &node) {
  GraphBuilder &graph = node.graph;
  std::optional<int64_t> block = blockSize(node);
  if (!block)
    return {};
  Value x = node.operand(0), size = graph.integers(*block);
  Value n = graph.dimOf(x, 0), c = graph.dimOf(x, 1), h = quotient(graph, x, 2, *block),
        w = quotient(graph, x, 3, *block);
  Value split = graph.reshape(x, graph.concat({n, c, h, size, w, size}, 0));
  bool columnsFirst = node.string("mode", "DCR") == "CRD";
  Value moved = graph.transpose(split, columnsFirst ? ArrayRef<int64_t>{0, 1, 3, 5, 2, 4}
                                                    : ArrayRef<int64_t>{0, 3, 5, 1, 2, 4});
  return graph.reshape(moved, graph.concat({n, graph.binary<MulOp>(c, double(*block * *block)), h, w}, 0));
}

Value importTrilu(Node &node) {
  return node.graph.make<TriluOp>(node.element(), node.operand(0), Omittable{node.operand(1)},
                                  node.integer("upper", 1) != 0);
}

Value importReverseSequence(Node &node) {
  return node.graph.make<ReverseSequenceOp>(node.element(), node.operand(0), node.operand(1),
                                            node.integer("batch_axis", 1), node.integer("time_axis", 0));
}

} // namespace

void registerMovement(Registry &registry) {
  registry.addValue("Transpose", 1, 1, importTranspose);
  registry.addValue("Expand", 8, 2, importExpand);
  registry.addValue("Tile", 1, 3, importTile1);
  registry.addValue("Tile", 6, 2, importTile6);
  registry.addValue("Concat", 1, 1, importConcat);
  registry.addValue("Slice", 1, 1, importSlice1);
  registry.addValue("Slice", 10, 3, importSlice10);
  registry.add("Split", 1, 1, importSplit);
  registry.addValue("Pad", 1, 1, importPad1);
  registry.addValue("Pad", 11, 2, importPad11);
  registry.addValue("DepthToSpace", 1, 1, importDepthToSpace);
  registry.addValue("SpaceToDepth", 1, 1, importSpaceToDepth);
  registry.addValue("Trilu", 14, 1, importTrilu);
  registry.addValue("ReverseSequence", 10, 2, importReverseSequence);
}

} // namespace ingot::onnx
