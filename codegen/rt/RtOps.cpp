//===-- RtOps.cpp - the rt dialect ---------------------------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/rt/Bf16Pieces.h"
#include "codegen/rt/Fixed24.h"
#include "codegen/rt/Rt.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/Support/MathExtras.h"

#include "codegen/rt/RtDialect.cpp.inc"
#include "codegen/rt/RtEnums.cpp.inc"

using namespace mlir;

namespace ingot::rt {

namespace {
/// A transposed buffer is the same memory; MLIR does not say so, and memory is planned by what views what.
struct TransposeIsView : ViewLikeOpInterface::ExternalModel<TransposeIsView, memref::TransposeOp> {
  Value getViewSource(Operation *op) const { return llvm::cast<memref::TransposeOp>(op).getIn(); }
};
} // namespace

void RtDialect::initialize() {
  memref::TransposeOp::attachInterface<TransposeIsView>(*getContext());
  addOperations<
#define GET_OP_LIST
#include "codegen/rt/RtOps.cpp.inc"
      >();
}

int64_t getElementBytes(Type elementType) {
  if (elementType.isIndex())
    return 8;
  return llvm::divideCeil(elementType.getIntOrFloatBitWidth(), 8);
}

//===--------------------------------------------------------------------------------------------===//
// weight_data, weight
//===--------------------------------------------------------------------------------------------===//

static ParseResult parsePackingField(OpAsmParser &parser, StringRef keyword, DenseI64ArrayAttr &values) {
  if (failed(parser.parseOptionalKeyword(keyword)))
    return success();
  if (parser.parseEqual())
    return failure();
  values = llvm::dyn_cast_or_null<DenseI64ArrayAttr>(DenseI64ArrayAttr::parse(parser, Type()));
  if (!values)
    return failure();
  (void)parser.parseOptionalComma();
  return success();
}

static ParseResult parsePacking(OpAsmParser &parser, DenseI64ArrayAttr &innerDimsPos, DenseI64ArrayAttr &innerTiles,
                                DenseI64ArrayAttr &outerDimsPerm) {
  if (failed(parser.parseOptionalKeyword("pack")))
    return success();
  return failure(parser.parseLParen() || parsePackingField(parser, "inner_dims_pos", innerDimsPos) ||
                 parsePackingField(parser, "inner_tiles", innerTiles) ||
                 parsePackingField(parser, "outer_dims_perm", outerDimsPerm) || parser.parseRParen());
}

static void printPacking(OpAsmPrinter &printer, Operation *, DenseI64ArrayAttr innerDimsPos,
                         DenseI64ArrayAttr innerTiles, DenseI64ArrayAttr outerDimsPerm) {
  std::pair<StringRef, DenseI64ArrayAttr> fields[] = {
      {"inner_dims_pos", innerDimsPos}, {"inner_tiles", innerTiles}, {"outer_dims_perm", outerDimsPerm}};
  StringRef separator = " pack(";
  for (auto [keyword, values] : fields) {
    if (!values)
      continue;
    printer << separator << keyword << " = ";
    values.print(printer);
    separator = ", ";
  }
  if (separator == ", ")
    printer << ")";
}

static ArrayRef<int64_t> valuesOf(std::optional<ArrayRef<int64_t>> values) {
  return values.value_or(ArrayRef<int64_t>());
}

/// Checks that the packing's positions fit a tensor of `rank` dims.
static LogicalResult verifyPacking(WeightDataOp op, int64_t rank) {
  ArrayRef<int64_t> positions = valuesOf(op.getInnerDimsPos());
  ArrayRef<int64_t> tiles = valuesOf(op.getInnerTiles());
  ArrayRef<int64_t> permutation = valuesOf(op.getOuterDimsPerm());
  if (positions.size() != tiles.size())
    return op.emitOpError("expected one tile for each of the ") << positions.size() << " inner dims but got "
                                                                << tiles.size();
  llvm::SmallBitVector tiled(rank), permuted(rank);
  for (auto [position, tile] : llvm::zip(positions, tiles)) {
    if (position < 0 || position >= rank || tiled.test(position))
      return op.emitOpError("expected distinct inner dims below ") << rank << " but got " << position;
    if (tile <= 0)
      return op.emitOpError("expected a positive tile but got ") << tile;
    tiled.set(position);
  }
  if (!permutation.empty() && (int64_t)permutation.size() != rank)
    return op.emitOpError("expected a permutation of ") << rank << " dims but got " << permutation.size() << " values";
  for (int64_t position : permutation) {
    if (position < 0 || position >= rank || permuted.test(position))
      return op.emitOpError("expected distinct outer dims below ") << rank << " but got " << position;
    permuted.set(position);
  }
  return success();
}

int64_t getOutputTile(Encoding encoding) {
  return encoding == Encoding::winograd2 ? 2 : encoding == Encoding::winograd4 ? 4 : 0;
}

/// Kernels as Winograd's transformation takes them.
static LogicalResult verifyWinograd(WeightDataOp op) {
  RankedTensorType tensor = op.getTensorType();
  ArrayRef<int64_t> kernel = tensor.getShape().take_back(2);
  bool isTiled = llvm::any_of(valuesOf(op.getInnerDimsPos()), [&](int64_t dim) { return dim >= tensor.getRank() - 2; });
  if (!tensor.getElementType().isF32() || kernel != ArrayRef<int64_t>{3, 3} || isTiled)
    return op.emitOpError("expected kernels of 3x3xf32, untiled, for encoding ")
           << stringifyEncoding(op.getEncoding()) << " but got " << tensor;
  return success();
}

/// Columns as `fixed24` takes them: what the inner dims count.
static LogicalResult verifyFixed24(WeightDataOp op) {
  RankedTensorType tensor = op.getTensorType();
  if (!tensor.getElementType().isF32() || !Fixed24::Matrix::get(tensor.getShape(), valuesOf(op.getInnerDimsPos())))
    return op.emitOpError("expected f32, and the first or last dims to be the inner ones, for encoding ")
           << stringifyEncoding(op.getEncoding()) << " but got " << tensor;
  if (int64_t columns = llvm::product_of(valuesOf(op.getInnerTiles())); columns % Fixed24::quarters != 0)
    return op.emitOpError("expected panels of a multiple of ") << Fixed24::quarters << " columns but got " << columns;
  return success();
}

/// A matrix in panels of its one inner dim, of whole vectors.
static LogicalResult verifyBf16Pieces(WeightDataOp op) {
  RankedTensorType tensor = op.getTensorType();
  ArrayRef<int64_t> columns = valuesOf(op.getInnerDimsPos()), outer = valuesOf(op.getOuterDimsPerm());
  if (!tensor.getElementType().isF32() || tensor.getRank() != 2 || columns.size() != 1 || outer.size() != 2 ||
      outer.front() != columns.front())
    return op.emitOpError("expected f32 in panels of one of two dims for encoding bf16_pieces but got ") << tensor;
  if (int64_t tile = valuesOf(op.getInnerTiles()).front(); tile % Bf16Pieces::words != 0)
    return op.emitOpError("expected panels of a multiple of ") << Bf16Pieces::words << " columns but got " << tile;
  return success();
}

static SmallVector<int64_t> getPackedShape(WeightDataOp op) {
  SmallVector<int64_t> tiled(op.getTensorType().getShape());
  if (int64_t tile = getOutputTile(op.getEncoding()))
    for (int64_t &extent : MutableArrayRef(tiled).take_back(2))
      extent += tile - 1;
  SmallVector<int64_t> shape;
  if (op.getEncoding() == Encoding::fixed24_scales) {
    for (auto [position, tile] : llvm::zip(valuesOf(op.getInnerDimsPos()), valuesOf(op.getInnerTiles())))
      shape.push_back(llvm::alignTo(tiled[position], tile));
    return shape;
  }
  for (auto [position, tile] : llvm::zip(valuesOf(op.getInnerDimsPos()), valuesOf(op.getInnerTiles())))
    tiled[position] = llvm::divideCeil(tiled[position], tile);
  for (int64_t position : valuesOf(op.getOuterDimsPerm()))
    shape.push_back(tiled[position]);
  if (shape.empty())
    shape = tiled;
  if (op.getEncoding() == Encoding::bf16_pieces)
    return llvm::to_vector(Bf16Pieces::getShape(shape[0], shape[1], valuesOf(op.getInnerTiles()).front()));
  if (op.getEncoding() == Encoding::fixed24)
    shape.append({Fixed24::words, llvm::product_of(valuesOf(op.getInnerTiles())) / Fixed24::quarters});
  else
    llvm::append_range(shape, valuesOf(op.getInnerTiles()));
  return shape;
}

LogicalResult WeightDataOp::verify() {
  RankedTensorType tensor = getTensorType();
  auto memory = llvm::dyn_cast<MemRefType>(getMemory());
  if (!tensor.hasStaticShape() || !memory || !memory.hasStaticShape())
    return emitOpError("expected static shapes but got ") << tensor << " and " << getMemory();
  if (failed(verifyPacking(*this, tensor.getRank())))
    return failure();
  bool isFixed24 = getEncoding() == Encoding::fixed24 || getEncoding() == Encoding::fixed24_scales;
  if ((isFixed24 && failed(verifyFixed24(*this))) ||
      (getEncoding() == Encoding::bf16_pieces && failed(verifyBf16Pieces(*this))) ||
      (getOutputTile(getEncoding()) && failed(verifyWinograd(*this))))
    return failure();
  SmallVector<int64_t> shape = getPackedShape(*this);
  if (memory.getShape() != ArrayRef(shape))
    return emitOpError("expected memory of shape [") << shape << "] but got [" << memory.getShape() << "]";
  if (!memory.getLayout().isIdentity())
    return emitOpError("expected row-major memory but got ") << memory;
  int64_t bytes = getElementBytes(tensor.getElementType());
  if (bytes != getElementBytes(memory.getElementType()))
    return emitOpError("expected elements of ") << bytes << " bytes but got "
                                                << memory.getElementType();
  return success();
}

int64_t WeightDataOp::getBytes() {
  return getMemoryType().getNumElements() * getElementBytes(getMemoryType().getElementType());
}

LogicalResult WeightOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto data = symbols.lookupNearestSymbolFrom<WeightDataOp>(*this, getWeightAttr());
  if (!data)
    return emitOpError("expected the name of a weight but got ") << getWeightAttr();
  if (data.getMemory() != getResult().getType())
    return emitOpError("expected ") << data.getMemory() << " but got " << getResult().getType();
  return success();
}

//===--------------------------------------------------------------------------------------------===//
// output, arena, plan
//===--------------------------------------------------------------------------------------------===//

LogicalResult OutputOp::verify() {
  MemRefType type = getResult().getType();
  if (getSizes().size() != (size_t)type.getNumDynamicDims())
    return emitOpError("expected ") << type.getNumDynamicDims() << " sizes but got " << getSizes().size();
  if (!type.getLayout().isIdentity())
    return emitOpError("expected row-major memory but got ") << type;
  if (getPlace() && getPlace().getType() != type)
    return emitOpError("expected a place of type ") << type << " but got " << getPlace().getType();
  return success();
}

LogicalResult ArenaOp::verify() {
  MemRefType type = getResult().getType();
  if (type.getRank() != 1 || !type.getElementType().isInteger(8) || !type.hasStaticShape())
    return emitOpError("expected memref<Nxi8> but got ") << type;
  return success();
}

LogicalResult PlanOp::inferReturnTypes(MLIRContext *context, std::optional<Location>, Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  types.push_back(MemRefType::get({ShapedType::kDynamic}, IntegerType::get(context, 8)));
  types.append(adaptor.getSizes().size(), IndexType::get(context));
  return success();
}

LogicalResult PlanOp::verify() {
  size_t count = getSizes().size();
  if (getFirst().size() != count || getLast().size() != count)
    return emitOpError("expected ") << count << " lifetimes but got " << getFirst().size() << " first and "
                                    << getLast().size() << " last steps";
  for (auto [first, last] : llvm::zip(getFirst(), getLast()))
    if (first > last)
      return emitOpError("expected lifetimes that end after they begin but got ") << first << " to " << last;
  return success();
}

//===--------------------------------------------------------------------------------------------===//
// check, flag
//===--------------------------------------------------------------------------------------------===//

static LogicalResult verifyMessage(Operation *op, StringRef message, size_t values) {
  size_t places = message.count("%lld");
  if (places > 2)
    return op->emitOpError("expected at most 2 values in a message but got ") << places;
  if (places != values)
    return op->emitOpError("expected ") << places << " values for the message but got " << values;
  return success();
}

LogicalResult CheckOp::verify() { return verifyMessage(*this, getMessage(), getValues().size()); }
LogicalResult FlagOp::verify() { return verifyMessage(*this, getMessage(), getValues().size()); }

//===--------------------------------------------------------------------------------------------===//
// ranges, parallel
//===--------------------------------------------------------------------------------------------===//

void RangesOp::build(OpBuilder &builder, OperationState &state, Value count) {
  state.addOperands(count);
  Type index = builder.getIndexType();
  state.addRegion()->emplaceBlock().addArguments({index, index}, {state.location, state.location});
}

LogicalResult RangesOp::verifyRegions() {
  SmallVector<Type> expected(2, IndexType::get(getContext()));
  if (getBody().getArgumentTypes() != ArrayRef<Type>(expected))
    return emitOpError("expected a body with arguments (") << expected << ") but got (" << getBody().getArgumentTypes()
                                                           << ")";
  return success();
}

LogicalResult ParallelOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto body = symbols.lookupNearestSymbolFrom<FunctionOpInterface>(*this, getBodyAttr());
  if (!body)
    return emitOpError("expected the name of a function but got ") << getBodyAttr();
  SmallVector<Type> expected(2, IndexType::get(getContext()));
  llvm::append_range(expected, getCaptures().getTypes());
  if (body.getArgumentTypes() != ArrayRef<Type>(expected))
    return emitOpError("expected a body with arguments (") << expected << ") but got (" << body.getArgumentTypes()
                                                           << ")";
  return success();
}

} // namespace ingot::rt

#define GET_OP_CLASSES
#include "codegen/rt/RtOps.cpp.inc"
