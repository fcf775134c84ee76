//===-- WeightsObject.cpp - the weights of a model as bytes of its artifact ----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/WeightsObject.h"

#include "codegen/PackWeight.h"
#include "codegen/rt/Fixed24.h"
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

/// The scales of the columns, or the elements in units of these.
void WeightsObject::writeFixed24(const Weight &weight, const PackedTensor &tensor, llvm::raw_ostream &out) const {
  int64_t columnDim = weight.innerDimsPos.front();
  ArrayRef<char> matrix(tensor.data, weight.type.getNumElements() * tensor.elementBytes);
  std::vector<float> scales = rt::Fixed24::chooseScales(matrix, tensor.shape, columnDim);
  assert((int64_t)scales.size() == tensor.shape[columnDim] && "the encoding was chosen for these elements");
  scales.resize(llvm::alignTo(scales.size(), weight.innerTiles.front()));
  if (weight.encoding == rt::Encoding::fixed24_scales) {
    out.write(reinterpret_cast<const char *>(scales.data()), scales.size() * sizeof(float));
    return;
  }
  rt::Fixed24Stream encoder(out, scales, tensor.shape[1 - columnDim]);
  writePacked(tensor, encoder);
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
