//===-- WeightsObject.cpp - the weights of a model as bytes of its artifact ----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/WeightsObject.h"

#include "codegen/PackWeight.h"
#include "codegen/rt/Bf16Pieces.h"
#include "codegen/rt/Fixed24.h"
#include "codegen/tile/WinogradTransform.h"
#include "ir/Weights.h"

using namespace mlir;

namespace ingot {

static std::vector<int64_t> copy(std::optional<ArrayRef<int64_t>> values) {
  return values ? values->vec() : std::vector<int64_t>();
}

WeightsObject::WeightsObject(ArrayRef<ModuleOp> modules) {
  DenseSet<uint64_t> placed;
  for (ModuleOp module : modules)
    for (auto op : module.getOps<rt::WeightDataOp>()) {
      uint64_t offset = op.getOffset().value_or(0);
      if (op.getBytes() != 0 && !placed.insert(offset).second)
        continue;
      weights.push_back({op.getSource(), op.getTensorType(), op.getMemoryType(), copy(op.getInnerDimsPos()),
                         copy(op.getInnerTiles()), copy(op.getOuterDimsPerm()), op.getEncoding(), offset});
      bytes = std::max<uint64_t>(bytes, offset + op.getBytes());
    }
  llvm::sort(weights, [](const Weight &a, const Weight &b) { // an empty one has the same offset as the next
    return std::pair(a.offset, a.type.getNumElements()) < std::pair(b.offset, b.type.getNumElements());
  });
}

/// The scales of the columns, or the elements in units of these. Columns of several parts are two dims.
void WeightsObject::writeFixed24(const Weight &weight, const PackedTensor &tensor, llvm::raw_ostream &out) const {
  ArrayRef<char> elements(tensor.data, weight.type.getNumElements() * tensor.elementBytes);
  auto matrix = rt::Fixed24::Matrix::get(tensor.shape, weight.innerDimsPos);
  std::vector<float> scales = rt::Fixed24::chooseScales(elements, *matrix);
  assert((int64_t)scales.size() == matrix->columns() && "the encoding was chosen for these elements");
  auto columns = llvm::map_to_vector(weight.innerDimsPos, [&](int64_t dim) { return tensor.shape[dim]; });
  // In the order of the columns, each part padded, or in that of the panels.
  bool inPanels = weight.encoding == rt::Encoding::fixed24;
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(columns.size()));
  PackedTensor padded{reinterpret_cast<const char *>(scales.data()), sizeof(float), /*splat=*/false, columns, dims,
                      weight.innerTiles, dims};
  SmallVector<int64_t> lastDim{dims.back()}, lastTile{weight.innerTiles.back()};
  if (!inPanels) {
    padded.innerDimsPos = lastDim;
    padded.innerTiles = lastTile;
  }
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  writePacked(padded, stream);
  if (!inPanels) {
    out << bytes;
    return;
  }
  ArrayRef<float> ordered(reinterpret_cast<const float *>(bytes.data()), bytes.size() / sizeof(float));
  rt::Fixed24Stream encoder(out, ordered, matrix->steps(), llvm::product_of(weight.innerTiles));
  writePacked(tensor, encoder);
}

/// Of two dims, the one that is not cut into panels counts steps.
static void writeBf16Pieces(const PackedTensor &tensor, llvm::raw_ostream &out) {
  rt::Bf16PiecesStream encoder(out, tensor.shape[1 - tensor.innerDimsPos.front()], tensor.innerTiles.front());
  writePacked(tensor, encoder);
}

static void writeWinograd(PackedTensor tensor, int64_t outputTile, llvm::raw_ostream &out) {
  auto transform = tile::WinogradTransform::get(outputTile);
  SmallVector<int64_t> shape(tensor.shape);
  SmallVector<char> splat; // as many as there are, all equal
  if (tensor.splat)
    for (int64_t i = 0, count = llvm::product_of(shape); i < count; ++i)
      splat.append(tensor.data, tensor.data + tensor.elementBytes);
  ArrayRef<char> plain(tensor.splat ? splat.data() : tensor.data, llvm::product_of(shape) * tensor.elementBytes);
  std::vector<float> kernels = transform.transformKernels(plain);
  tensor.splat = false;
  for (int64_t &extent : MutableArrayRef(shape).take_back(2))
    extent = transform.inputTile();
  tensor.data = reinterpret_cast<const char *>(kernels.data());
  tensor.shape = shape;
  writePacked(tensor, out);
}

llvm::Error WeightsObject::writeWeight(const Weight &weight, llvm::raw_ostream &out) const {
  llvm::Expected<ConstantData> data = readConstant(weight.source, weight.type);
  if (!data)
    return data.takeError();
  PackedTensor packed{data->bytes.data(),    rt::getElementBytes(weight.type.getElementType()),
                      data->splat,           weight.type.getShape(),
                      weight.innerDimsPos,   weight.innerTiles,
                      weight.outerDimsPerm};
  if (weight.encoding == rt::Encoding::plain)
    writePacked(packed, out);
  else if (weight.encoding == rt::Encoding::bf16_pieces)
    writeBf16Pieces(packed, out);
  else if (int64_t outputTile = rt::getOutputTile(weight.encoding))
    writeWinograd(packed, outputTile, out);
  else
    writeFixed24(weight, packed, out);
  return llvm::Error::success();
}

llvm::Error WeightsObject::write(llvm::raw_ostream &out) const {
  uint64_t start = out.tell();
  for (const Weight &weight : weights) {
    out.write_zeros(weight.offset - (out.tell() - start));
    if (llvm::Error error = writeWeight(weight, out))
      return error;
  }
  return llvm::Error::success();
}

} // namespace ingot
