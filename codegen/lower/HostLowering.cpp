//===- HostLowering.cpp - the host program while it is being written
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/HostLowering.h"

#include "codegen/lower/Lower.h"
#include "codegen/rt/Bf16Pieces.h"
#include "codegen/rt/Fixed24.h"
#include "codegen/rt/Rt.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Iterators.h"
#include "mlir/IR/Matchers.h"

using namespace ingot;
using namespace mlir;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

Type ingot::memoryType(Type element) {
  if (element.isInteger(1))
    return IntegerType::get(element.getContext(), 8);
  if (auto integer = dyn_cast<IntegerType>(element))
    return IntegerType::get(element.getContext(), integer.getWidth());
  return element;
}

Type ingot::bodyType(Type element) {
  if (auto integer = dyn_cast<IntegerType>(element))
    return IntegerType::get(element.getContext(), integer.getWidth());
  return element.getIntOrFloatBitWidth() < 32 ? Float32Type::get(element.getContext()) : element;
}

MemRefType ingot::bufferType(Type tensor) {
  auto ranked = cast<RankedTensorType>(tensor);
  return MemRefType::get(ranked.getShape(), memoryType(ranked.getElementType()));
}

Value ingot::fromMemory(OpBuilder &b, Location loc, Value value, Type element) {
  if (element.isInteger(1)) {
    Value zero = arith::ConstantIntOp::create(b, loc, 0, 8);
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, value, zero);
  }
  if (isa<FloatType>(element) && element.getIntOrFloatBitWidth() < 32)
    return arith::ExtFOp::create(b, loc, b.getF32Type(), value);
  return value;
}

Value ingot::toMemory(OpBuilder &b, Location loc, Value value, Type element) {
  if (element.isInteger(1))
    return arith::ExtUIOp::create(b, loc, b.getI8Type(), value);
  if (isa<FloatType>(element) && element.getIntOrFloatBitWidth() < 32)
    return arith::TruncFOp::create(b, loc, element, value);
  return value;
}

//===----------------------------------------------------------------------===//
// Functions and blocks
//===----------------------------------------------------------------------===//

HostLowering::HostLowering(ModuleOp module, ShapeAnalysis &shapes, tile::TargetAttr target)
    : module(module), shapes(shapes), target(target), b(module.getContext()), loc(b.getUnknownLoc()) {}

/// Copies what the runtime tells users of inputs: names, tensor types, names of dimensions.
static void describeInputs(func::FuncOp graph, func::FuncOp host) {
  for (unsigned i = 0, e = graph.getNumArguments(); i < e; ++i) {
    if (Attribute name = graph.getArgAttr(i, "ingot.name"))
      host.setArgAttr(i + 1, "rt.name", name);
    host.setArgAttr(i + 1, "rt.type", TypeAttr::get(graph.getArgument(i).getType()));
    if (Attribute dims = graph.getArgAttr(i, "ingot.dims"))
      host.setArgAttr(i + 1, "rt.dims", dims);
  }
}

static ArrayAttr describeOutputs(func::FuncOp graph) {
  Builder b(graph.getContext());
  SmallVector<Attribute> outputs;
  for (auto [i, type] : llvm::enumerate(graph.getResultTypes())) {
    SmallVector<NamedAttribute> entry;
    Attribute name = graph.getResultAttr(i, "ingot.name");
    entry.push_back(b.getNamedAttr("name", name ? name : b.getStringAttr("output_" + Twine(i))));
    entry.push_back(b.getNamedAttr("type", TypeAttr::get(type)));
    if (Attribute dims = graph.getResultAttr(i, "ingot.dims"))
      entry.push_back(b.getNamedAttr("dims", dims));
    outputs.push_back(b.getDictionaryAttr(entry));
  }
  return b.getArrayAttr(outputs);
}

/// The tensor that `value` is nothing but a view of, which is where its elements are computed.
static Value viewedTensor(Value value, ShapeAnalysis &shapes) {
  while (auto view = value.getDefiningOp<ViewOpInterface>()) {
    Value input = view->getOperand(0);
    if (!input.hasOneUse() || !ShapeAnalysis::followFromInputs(shapes.dims(value)) ||
        !ShapeAnalysis::followFromInputs(shapes.dims(input)) || shapes.size(input) != shapes.size(value))
      break;
    value = input;
  }
  return value;
}

void HostLowering::bindInputs(func::FuncOp graph, func::FuncOp host) {
  for (auto [i, argument] : llvm::enumerate(graph.getArguments())) {
    Value memref = host.getArgument(i + 1);
    buffers[argument] = memref;
    auto names = graph.getArgAttrOfType<ArrayAttr>(i, "ingot.dims");
    for (auto [d, name] : llvm::enumerate(names ? names.getValue() : ArrayRef<Attribute>())) {
      StringRef text = cast<StringAttr>(name).getValue();
      if (!text.empty() && !named.contains(text) && cast<MemRefType>(memref.getType()).isDynamicDim(d))
        named[text] = memref::DimOp::create(b, loc, memref, d);
    }
  }
}

LogicalResult HostLowering::lowerFunction(func::FuncOp graph) {
  SmallVector<Type> inputs{LLVM::LLVMPointerType::get(b.getContext())};
  for (Type type : graph.getArgumentTypes())
    inputs.push_back(bufferType(type));
  loc = graph.getLoc();
  b.setInsertionPoint(graph);
  auto host = func::FuncOp::create(b, loc, "host", b.getFunctionType(inputs, {}));
  host->setAttr("rt.entry", b.getUnitAttr());
  host->setAttr("rt.outputs", describeOutputs(graph));
  describeInputs(graph, host);
  hostFunction = host;
  b.setInsertionPointToStart(host.addEntryBlock());
  context = host.getArgument(0);
  bindInputs(graph, host);

  auto ret = cast<func::ReturnOp>(graph.front().getTerminator());
  for (auto [i, value] : llvm::enumerate(ret.getOperands())) {
    need(value);
    outputs.try_emplace(viewedTensor(value, shapes), Output{static_cast<unsigned>(i), value});
  }
  graph.walk<WalkOrder::PostOrder, ReverseIterator>([&](Operation *op) { findNeeded(op); });
  if (failed(lowerBlock(graph.front())))
    return failure();
  loc = ret.getLoc();
  writeOutputs(ret);
  func::ReturnOp::create(b, loc);
  std::string name = graph.getName().str();
  graph.erase();
  host.setName(name);
  return success();
}

void HostLowering::writeOutputs(func::ReturnOp ret) {
  for (auto [i, value] : llvm::enumerate(ret.getOperands())) {
    if (writtenOutputs.contains(i))
      continue;
    Value from = buffer(value);
    auto type = cast<MemRefType>(from.getType());
    bool isKnown = ShapeAnalysis::followFromInputs(shapes.dims(value));
    SmallVector<Value> dynamic;
    for (int64_t d = 0; d < type.getRank(); ++d)
      if (type.isDynamicDim(d))
        dynamic.push_back(isKnown ? size(value, d) : memref::DimOp::create(b, loc, from, d).getResult());
    Value to = rt::OutputOp::create(b, loc, type, i, dynamic);
    memref::CopyOp::create(b, loc, from, to);
  }
}

LogicalResult HostLowering::lowerBlock(Block &block) {
  for (Operation &op : block.without_terminator()) {
    if (!isa<ConstantOp>(op) && llvm::none_of(op.getResults(), [&](Value result) { return isNeeded(result); }))
      continue;
    loc = op.getLoc();
    if (failed(lowerOp(&op)))
      return failure();
  }
  return success();
}

LogicalResult HostLowering::lowerOp(Operation *op) {
  if (isa<ConstantOp>(op))
    return success(); // its memory is made when someone asks for it
  if (auto interface = dyn_cast<HostOpInterface>(op))
    return interface.lower(*this);
  if (isa<AnchorOpInterface>(op)) {
    Epilogue epilogue(*this, op);
    return cast<AnchorOpInterface>(op).lowerFused(*this, epilogue);
  }
  if (isa<ScalarOpInterface>(op))
    return lowerElementwise(*this, op->getResult(0), op->getResult(0), [](Value value) { return value; });
  return op->emitError() << "operator has no lowering";
}

//===----------------------------------------------------------------------===//
// What has to be in memory
//===----------------------------------------------------------------------===//

void HostLowering::need(Value tensor) { needed.insert(tensor); }

void HostLowering::needElements(ArrayRef<SymExpr> exprs) {
  for (SymExpr expr : exprs)
    for (const auto &[monomial, coefficient] : expr.impl()->terms)
      for (const SymAtom *atom : monomial) {
        if (atom->kind == SymKind::Element || atom->kind == SymKind::Dim)
          need(atom->value);
        needElements(atom->operands);
      }
}

void HostLowering::findNeeded(Operation *op) {
  if (op->getNumResults() == 0 && !isa<YieldOp>(op))
    return;
  bool any = isa<YieldOp>(op) || llvm::any_of(op->getResults(), [&](Value result) { return isNeeded(result); });
  if (op->getNumRegions() > 0 && !isa<FusedOp>(op))
    any = true; // control flow: its regions have been looked at before it and their yields are always needed
  if (!any)
    return;
  for (Value result : op->getResults()) {
    if (op->getNumRegions() > 0)
      need(result);
    needElements(shapes.dims(result));
  }
  auto interface = dyn_cast<ShapeOperandsOpInterface>(op);
  for (OpOperand &operand : op->getOpOperands()) {
    needElements(shapes.dims(operand.get()));
    if (!interface || !interface.isShapeOperand(operand.getOperandNumber())) {
      need(operand.get());
      continue;
    }
    if (auto contents = shapes.contents(operand.get()))
      needElements(*contents);
    else if (!isa<ShapeOp, SizeOp, EyeLikeOp>(op))
      need(operand.get());
  }
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Value HostLowering::buffer(Value tensor) {
  auto it = buffers.find(tensor);
  if (it != buffers.end())
    return it->second;
  auto constant = tensor.getDefiningOp<ConstantOp>();
  assert(constant && "operators are lowered after their operands");
  return weight(constant.getValue(), cast<RankedTensorType>(tensor.getType()));
}

void HostLowering::bind(Value tensor, Value memref) { buffers[tensor] = memref; }

void HostLowering::place(Value tensor, Value memref) { places[tensor] = memref; }

Value HostLowering::index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }

Value HostLowering::atom(const SymAtom &atom) {
  switch (atom.kind) {
  case SymKind::Named: {
    Value value = named.lookup(atom.name);
    assert(value && "every named dimension is one of an input");
    return value;
  }
  case SymKind::Dim:
    return memref::DimOp::create(b, loc, buffer(atom.value), atom.index);
  case SymKind::Element: {
    Value memref = buffer(atom.value);
    SmallVector<Value> at;
    if (cast<MemRefType>(memref.getType()).getRank() == 1)
      at.push_back(index(atom.index));
    Value loaded = memref::LoadOp::create(b, loc, memref, at);
    Type element = cast<RankedTensorType>(atom.value.getType()).getElementType();
    if (element.isUnsignedInteger() || element.isInteger(1))
      return arith::IndexCastUIOp::create(b, loc, b.getIndexType(), loaded);
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), loaded);
  }
  default:
    break;
  }
  Value a = index(atom.operands[0]);
  Value c = atom.operands.size() > 1 ? index(atom.operands[1]) : Value();
  switch (atom.kind) {
  case SymKind::FloorDiv:
    return arith::FloorDivSIOp::create(b, loc, a, c);
  case SymKind::Mod:
    return arith::RemSIOp::create(b, loc, a, c);
  case SymKind::Min:
    return arith::MinSIOp::create(b, loc, a, c);
  case SymKind::Max:
    return arith::MaxSIOp::create(b, loc, a, c);
  case SymKind::Broadcast: {
    Value one = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, a, index(1));
    return arith::SelectOp::create(b, loc, one, c, a);
  }
  case SymKind::Scale: {
    Value number = arith::IndexCastOp::create(b, loc, b.getI64Type(), a);
    number = arith::SIToFPOp::create(b, loc, b.getF64Type(), number);
    Value factor = arith::ConstantOp::create(b, loc, b.getF64FloatAttr(atom.factor));
    // Extents and factors are not negative: truncation is floor.
    number = arith::FPToSIOp::create(b, loc, b.getI64Type(), arith::MulFOp::create(b, loc, number, factor));
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), number);
  }
  default:
    llvm_unreachable("handled above");
  }
}

Value HostLowering::index(SymExpr expr) {
  Value sum;
  for (const auto &[monomial, coefficient] : expr.impl()->terms) {
    Value term;
    for (const SymAtom *factor : monomial) {
      Value value = atom(*factor);
      term = term ? arith::MulIOp::create(b, loc, term, value).getResult() : value;
    }
    if (!term)
      term = index(coefficient);
    else if (coefficient != 1)
      term = arith::MulIOp::create(b, loc, term, index(coefficient));
    sum = sum ? arith::AddIOp::create(b, loc, sum, term).getResult() : term;
  }
  return sum ? sum : index(int64_t(0));
}

SmallVector<Value> HostLowering::sizes(Value tensor) {
  SmallVector<Value> values;
  for (SymExpr dim : shapes.dims(tensor))
    values.push_back(index(dim));
  return values;
}

Value HostLowering::element(Value tensor, int64_t k) {
  if (auto contents = shapes.contents(tensor))
    return index((*contents)[k]);
  Value memref = buffer(tensor);
  SmallVector<Value> at(cast<MemRefType>(memref.getType()).getRank(), index(k));
  Value loaded = memref::LoadOp::create(b, loc, memref, at);
  return arith::IndexCastOp::create(b, loc, b.getIndexType(), loaded);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

static SmallVector<Value> dynamicOf(MemRefType type, ValueRange extents) {
  SmallVector<Value> dynamic;
  for (auto [i, extent] : llvm::enumerate(extents))
    if (type.isDynamicDim(i))
      dynamic.push_back(extent);
  return dynamic;
}

/// The output's memory for `tensor`, which it is a view of where it is another.
Value HostLowering::allocateOutput(const Output &output, Value tensor, ValueRange dynamic) {
  writtenOutputs.insert(output.index);
  MemRefType type = bufferType(output.value.getType());
  if (output.value == tensor)
    return rt::OutputOp::create(b, loc, type, output.index, dynamic);
  Value memref = rt::OutputOp::create(b, loc, type, output.index, dynamicOf(type, sizes(output.value)));
  return view(memref, bufferType(tensor.getType()), sizes(tensor));
}

Value HostLowering::allocate(Value tensor, MemRefType type, ValueRange dynamic) {
  Value memref = places.lookup(tensor);
  if (auto output = outputs.find(tensor); output != outputs.end())
    memref = allocateOutput(output->second, tensor, dynamic);
  else if (!memref || memref.getType() != type)
    memref = memref::AllocOp::create(b, loc, type, dynamic);
  bind(tensor, memref);
  return memref;
}

Value HostLowering::result(Value tensor) {
  MemRefType type = bufferType(tensor.getType());
  SmallVector<Value> dynamic;
  for (auto [i, dim] : llvm::enumerate(shapes.dims(tensor)))
    if (type.isDynamicDim(i))
      dynamic.push_back(index(dim));
  return allocate(tensor, type, dynamic);
}

Value HostLowering::result(Value tensor, ValueRange extents) {
  MemRefType type = bufferType(tensor.getType());
  for (auto [i, extent] : llvm::enumerate(extents)) {
    if (type.isDynamicDim(i))
      continue;
    Value declared = index(type.getDimSize(i));
    Value same = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, extent, declared);
    check(same, "expected dimension " + Twine(i) + " to be %lld but got %lld", {declared, extent});
  }
  return allocate(tensor, type, dynamicOf(type, extents));
}

Value HostLowering::scratch(MemRefType type, ValueRange dynamicSizes) {
  return memref::AllocOp::create(b, loc, type, dynamicSizes);
}

Value HostLowering::view(Value memref, MemRefType type, ValueRange extents) {
  if (memref.getType() == type && type.hasStaticShape())
    return memref;
  // Dense strides follow from the extents.
  SmallVector<OpFoldResult> sizes, strides(type.getRank(), b.getIndexAttr(1));
  Value stride;
  int64_t known = 1;
  for (int64_t i = type.getRank() - 1; i >= 0; --i) {
    strides[i] = stride ? OpFoldResult(stride) : OpFoldResult(b.getIndexAttr(known));
    if (!stride && !type.isDynamicDim(i)) {
      known *= type.getDimSize(i);
      continue;
    }
    Value extent = type.isDynamicDim(i) ? extents[i] : index(type.getDimSize(i));
    stride = arith::MulIOp::create(b, loc, stride ? stride : index(known), extent);
  }
  for (int64_t i = 0; i < type.getRank(); ++i)
    sizes.push_back(type.isDynamicDim(i) ? OpFoldResult(extents[i]) : OpFoldResult(b.getIndexAttr(type.getDimSize(i))));
  auto strided = StridedLayoutAttr::get(b.getContext(), 0, [&] {
    SmallVector<int64_t> values;
    for (OpFoldResult s : strides)
      values.push_back(getConstantIntValue(s).value_or(ShapedType::kDynamic));
    return values;
  }());
  auto castType = MemRefType::get(type.getShape(), type.getElementType(), strided);
  Value cast = memref::ReinterpretCastOp::create(b, loc, castType, memref, b.getIndexAttr(0), sizes, strides);
  return memref::CastOp::create(b, loc, type, cast);
}

Value HostLowering::weight(Attribute source, RankedTensorType type, std::optional<Packing> packing) {
  MemRefType memory = bufferType(type);
  if (packing) {
    SmallVector<int64_t> shape(type.getShape());
    for (auto [dim, tile] : llvm::zip(packing->innerDims, packing->innerTiles))
      shape[dim] = llvm::divideCeil(shape[dim], tile);
    if (int64_t outputTile = rt::getOutputTile(packing->encoding))
      for (int64_t &extent : MutableArrayRef(shape).take_back(2))
        extent += outputTile - 1;
    SmallVector<int64_t> packed;
    for (int64_t dim : packing->outerPermutation)
      packed.push_back(shape[dim]);
    Type element = memory.getElementType();
    if (packing->encoding == rt::Encoding::bf16_pieces) {
      packed = llvm::to_vector(rt::Bf16Pieces::getShape(packed[0], packed[1], packing->innerTiles.front()));
      element = b.getI32Type();
    } else if (packing->encoding == rt::Encoding::fixed24) {
      packed.append({rt::Fixed24::words, llvm::product_of(packing->innerTiles) / rt::Fixed24::quarters});
      element = b.getI32Type();
    } else if (packing->encoding == rt::Encoding::fixed24_scales) {
      packed.clear();
      for (auto [dim, tile] : llvm::zip(packing->innerDims, packing->innerTiles))
        packed.push_back(shape[dim] * tile);
    } else {
      packed.append(packing->innerTiles.begin(), packing->innerTiles.end());
    }
    memory = MemRefType::get(packed, element);
  }
  auto list = [&](ArrayRef<int64_t> values) { return b.getDenseI64ArrayAttr(values); };
  DenseI64ArrayAttr dims, tiles, permutation;
  rt::Encoding encoding = packing ? packing->encoding : rt::Encoding::plain;
  if (packing) {
    dims = list(packing->innerDims);
    tiles = list(packing->innerTiles);
    permutation = list(packing->outerPermutation);
  }
  rt::WeightDataOp data;
  for (Operation *known : weights[source]) {
    auto op = cast<rt::WeightDataOp>(known);
    if (op.getTensorType() == type && op.getMemoryType() == memory && op.getInnerDimsPosAttr() == dims &&
        op.getInnerTilesAttr() == tiles && op.getOuterDimsPermAttr() == permutation &&
        op.getEncoding() == encoding)
      data = op;
  }
  if (!data) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(hostFunction);
    data = rt::WeightDataOp::create(b, loc, b.getStringAttr("w" + Twine(constants++)), source, TypeAttr::get(type),
                                    dims, tiles, permutation, TypeAttr::get(memory),
                                    rt::EncodingAttr::get(b.getContext(), encoding), /*offset=*/IntegerAttr());
    weights[source].push_back(data);
  }
  return rt::WeightOp::create(b, loc, memory, data.getSymName());
}

Value HostLowering::broadcastable(Value memref, ArrayRef<SymExpr> dims, ArrayRef<SymExpr> extents) {
  auto type = cast<MemRefType>(memref.getType());
  ArrayRef<SymExpr> aligned = extents.take_back(dims.size());
  bool proven = true;
  for (auto [dim, extent] : llvm::zip(dims, aligned))
    proven &= dim == extent || dim.isConstant(1);
  if (proven)
    return memref;
  if (!type.getLayout().isIdentity()) { // the strides below are those of dense memory
    SmallVector<Value> own = llvm::map_to_vector(dims, [&](SymExpr dim) { return index(dim); });
    Value dense = scratch(MemRefType::get(type.getShape(), type.getElementType()), dynamicOf(type, own));
    memref::CopyOp::create(b, loc, memref, dense);
    memref = dense;
  }
  SmallVector<OpFoldResult> sizes, strides(type.getRank());
  SymExpr stride = shapes.constant(1);
  auto folded = [&](SymExpr expr) {
    auto constant = expr.constant();
    return constant ? OpFoldResult(b.getIndexAttr(*constant)) : OpFoldResult(index(expr));
  };
  for (int64_t i = type.getRank() - 1; i >= 0; --i) {
    strides[i] = folded(stride);
    if (!(dims[i] == aligned[i] || dims[i].isConstant(1))) {
      Value own = index(dims[i]), whole = index(aligned[i]);
      Value isOne = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, own, index(1));
      Value equal = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, own, whole);
      check(arith::OrIOp::create(b, loc, isOne, equal),
            "cannot broadcast dimension " + Twine(i) + ": expected %lld or 1 but got %lld", {whole, own});
      strides[i] = arith::SelectOp::create(b, loc, isOne, index(int64_t(0)), index(stride)).getResult();
    }
    stride = stride * dims[i];
  }
  SmallVector<int64_t> shape, layout;
  for (OpFoldResult extent : strides)
    layout.push_back(getConstantIntValue(extent).value_or(ShapedType::kDynamic));
  for (auto [dim, extent] : llvm::zip(dims, aligned)) {
    SymExpr shown = dim.isConstant(1) ? dim : extent;
    shape.push_back(shown.constant().value_or(ShapedType::kDynamic));
    sizes.push_back(folded(shown));
  }
  auto strided = MemRefType::get(shape, type.getElementType(), StridedLayoutAttr::get(b.getContext(), 0, layout));
  return memref::ReinterpretCastOp::create(b, loc, strided, memref, b.getIndexAttr(0), sizes, strides);
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

/// The names of the model's nodes that an operator comes from.
static std::string sourceNames(Location loc) {
  if (auto name = dyn_cast<NameLoc>(loc))
    return name.getName().str();
  std::string text;
  if (auto fused = dyn_cast<FusedLoc>(loc))
    for (Location part : fused.getLocations()) {
      std::string name = sourceNames(part);
      text += (text.empty() || name.empty() ? "" : " ") + name;
    }
  return text;
}

void HostLowering::check(Value condition, const Twine &message, ValueRange values) {
  if (matchPattern(condition, m_One()))
    return;
  std::string source = sourceNames(loc);
  rt::CheckOp::create(b, loc, condition, (source.empty() ? "" : source + ": ") + message.str(), values);
}

func::CallOp HostLowering::kernel(StringRef name, ValueRange arguments, KernelBody body) {
  SmallVector<Type> types{context.getType()};
  llvm::append_range(types, arguments.getTypes());
  func::FuncOp function;
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(hostFunction);
    function = func::FuncOp::create(b, loc, ("k" + Twine(kernels++) + "_" + name).str(), b.getFunctionType(types, {}));
    function.setPrivate();
    function->setAttr("rt.kernel", b.getUnitAttr());
    Block *entry = function.addEntryBlock();
    b.setInsertionPointToStart(entry);
    body(b, loc, entry->getArgument(0), entry->getArguments().drop_front());
    b.setInsertionPointToEnd(entry);
    func::ReturnOp::create(b, loc);
  }
  SmallVector<Value> operands{context};
  llvm::append_range(operands, arguments);
  auto call = func::CallOp::create(b, loc, function, operands);
  if (std::string source = sourceNames(loc); !source.empty())
    call->setAttr("rt.source", b.getStringAttr(source));
  return call;
}
