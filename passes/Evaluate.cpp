//===- Evaluate.cpp - operators on constants, at compile time
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/Evaluate.h"

#include "ir/Weights.h"

#include "mlir/IR/DialectResourceBlobManager.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <optional>

using namespace ingot;
using namespace mlir;

namespace {

/// Reads and writes single elements as numbers.
class Elements {
public:
  explicit Elements(Type element) : element(element), bytes(elementBytes(element)) {}

  bool isFloat() const { return isa<FloatType>(element); }

  double loadFloat(const char *data) const {
    if (element.isF32()) {
      float value;
      std::memcpy(&value, data, sizeof(value));
      return value;
    }
    if (!isFloat())
      return element.isUnsignedInteger() ? static_cast<double>(static_cast<uint64_t>(loadInteger(data)))
                                         : static_cast<double>(loadInteger(data));
    uint64_t bits = 0;
    std::memcpy(&bits, data, bytes);
    APFloat value(cast<FloatType>(element).getFloatSemantics(), APInt(element.getIntOrFloatBitWidth(), bits));
    bool losesInfo;
    value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInfo);
    return value.convertToDouble();
  }

  int64_t loadInteger(const char *data) const {
    uint64_t bits = 0;
    std::memcpy(&bits, data, bytes);
    unsigned shift = 64 - 8 * bytes;
    if (element.isUnsignedInteger() || element.isInteger(1) || shift == 0)
      return static_cast<int64_t>(bits);
    return static_cast<int64_t>(bits << shift) >> shift;
  }

  void storeFloat(char *data, double value) const {
    if (element.isF32()) {
      auto rounded = static_cast<float>(value);
      std::memcpy(data, &rounded, sizeof(rounded));
      return;
    }
    if (!isFloat())
      return storeInteger(data, element.isInteger(1) ? value != 0 : static_cast<int64_t>(value));
    APFloat rounded(value);
    bool losesInfo;
    rounded.convert(cast<FloatType>(element).getFloatSemantics(), APFloat::rmNearestTiesToEven, &losesInfo);
    uint64_t bits = rounded.bitcastToAPInt().getZExtValue();
    std::memcpy(data, &bits, bytes);
  }

  void storeInteger(char *data, int64_t value) const { std::memcpy(data, &value, bytes); }

  Type element;
  int64_t bytes;
};

/// The position of an operand's element, while result indices count up; strides are 0 where the operand broadcasts.
struct Cursor {
  const ConstantData *data;
  SmallVector<int64_t> strides; ///< one a result dimension, in elements
  int64_t offset = 0;

  const char *at(int64_t bytes) const { return data->bytes.data() + (data->splat ? 0 : offset * bytes); }
};

} // namespace

static SmallVector<int64_t> denseStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t i = static_cast<int64_t>(shape.size()) - 2; i >= 0; --i)
    strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

/// Runs `body` for every index of `shape`, in row-major order, with the cursors moved along.
static void forEach(ArrayRef<int64_t> shape, MutableArrayRef<Cursor> cursors, llvm::function_ref<void(int64_t)> body) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  SmallVector<int64_t> index(shape.size(), 0);
  for (int64_t position = 0; position < count; ++position) {
    body(position);
    for (int64_t d = static_cast<int64_t>(shape.size()) - 1; d >= 0; --d) {
      for (Cursor &cursor : cursors)
        cursor.offset += cursor.strides[d];
      if (++index[d] < shape[d])
        break;
      for (Cursor &cursor : cursors)
        cursor.offset -= cursor.strides[d] * shape[d];
      index[d] = 0;
    }
  }
}

static Cursor broadcastCursor(const ConstantData &data, ArrayRef<int64_t> shape) {
  ArrayRef<int64_t> own = data.type.getShape();
  SmallVector<int64_t> dense = denseStrides(own), strides(shape.size(), 0);
  for (size_t i = 0; i < own.size(); ++i)
    if (own[i] != 1)
      strides[i + shape.size() - own.size()] = dense[i];
  return {&data, strides, 0};
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

using FloatFn = std::function<double(ArrayRef<double>)>;
using IntegerFn = std::function<int64_t(ArrayRef<int64_t>)>;

template <typename T> static bool holds(Predicate predicate, T lhs, T rhs) {
  switch (predicate) {
  case Predicate::eq: return lhs == rhs;
  case Predicate::ne: return lhs != rhs;
  case Predicate::lt: return lhs < rhs;
  case Predicate::le: return lhs <= rhs;
  case Predicate::gt: return lhs > rhs;
  case Predicate::ge: return lhs >= rhs;
  }
  llvm_unreachable("unknown predicate");
}

/// The larger and the smaller number; a NaN wins.
static double larger(double x, double y) { return std::isnan(x) || x > y ? x : y; }
static double smaller(double x, double y) { return std::isnan(x) || x < y ? x : y; }

static FloatFn floatFunction(Operation *op) {
  using X = ArrayRef<double>;
  return llvm::TypeSwitch<Operation *, FloatFn>(op)
      .Case<AddOp>([](auto) { return [](X x) { return x[0] + x[1]; }; })
      .Case<SubOp>([](auto) { return [](X x) { return x[0] - x[1]; }; })
      .Case<MulOp>([](auto) { return [](X x) { return x[0] * x[1]; }; })
      .Case<DivOp>([](auto) { return [](X x) { return x[0] / x[1]; }; })
      .Case<PowOp>([](auto) { return [](X x) { return std::pow(x[0], x[1]); }; })
      .Case<MaxOp>([](auto) { return [](X x) { return larger(x[0], x[1]); }; })
      .Case<MinOp>([](auto) { return [](X x) { return smaller(x[0], x[1]); }; })
      .Case<ClampOp>([](auto) { return [](X x) { return smaller(larger(x[0], x[1]), x[2]); }; })
      .Case<NegOp>([](auto) { return [](X x) { return -x[0]; }; })
      .Case<AbsOp>([](auto) { return [](X x) { return std::abs(x[0]); }; })
      .Case<SqrtOp>([](auto) { return [](X x) { return std::sqrt(x[0]); }; })
      .Case<ExpOp>([](auto) { return [](X x) { return std::exp(x[0]); }; })
      .Case<LogOp>([](auto) { return [](X x) { return std::log(x[0]); }; })
      .Case<ReciprocalOp>([](auto) { return [](X x) { return 1 / x[0]; }; })
      .Case<SinOp>([](auto) { return [](X x) { return std::sin(x[0]); }; })
      .Case<CosOp>([](auto) { return [](X x) { return std::cos(x[0]); }; })
      .Case<TanhOp>([](auto) { return [](X x) { return std::tanh(x[0]); }; })
      .Case<ErfOp>([](auto) { return [](X x) { return std::erf(x[0]); }; })
      .Case<ReluOp>([](auto) { return [](X x) { return larger(x[0], 0); }; })
      .Case<SigmoidOp>([](auto) { return [](X x) { return 1 / (1 + std::exp(-x[0])); }; })
      .Case<FloorOp>([](auto) { return [](X x) { return std::floor(x[0]); }; })
      .Case<CeilOp>([](auto) { return [](X x) { return std::ceil(x[0]); }; })
      .Case<SelectOp>([](auto) { return [](X x) { return x[0] != 0 ? x[1] : x[2]; }; })
      .Case<CompareOp>([](auto compare) {
        return [predicate = compare.getPredicate()](X x) { return double(holds(predicate, x[0], x[1])); };
      })
      .Case<DequantizeOp>([](auto) { return [](X x) { return (x[0] - x[2]) * x[1]; }; })
      .Default(FloatFn());
}

static IntegerFn integerFunction(Operation *op) {
  using X = ArrayRef<int64_t>;
  return llvm::TypeSwitch<Operation *, IntegerFn>(op)
      .Case<AddOp>([](auto) { return [](X x) { return int64_t(uint64_t(x[0]) + uint64_t(x[1])); }; })
      .Case<SubOp>([](auto) { return [](X x) { return int64_t(uint64_t(x[0]) - uint64_t(x[1])); }; })
      .Case<MulOp>([](auto) { return [](X x) { return int64_t(uint64_t(x[0]) * uint64_t(x[1])); }; })
      .Case<NegOp>([](auto) { return [](X x) { return int64_t(-uint64_t(x[0])); }; })
      .Case<AbsOp>([](auto) { return [](X x) { return x[0] < 0 ? int64_t(-uint64_t(x[0])) : x[0]; }; })
      .Case<MaxOp>([](auto) { return [](X x) { return std::max(x[0], x[1]); }; })
      .Case<MinOp>([](auto) { return [](X x) { return std::min(x[0], x[1]); }; })
      .Case<ClampOp>([](auto) { return [](X x) { return std::min(std::max(x[0], x[1]), x[2]); }; })
      .Case<NotOp>([](auto) { return [](X x) { return int64_t(x[0] == 0); }; })
      .Case<AndOp>([](auto) { return [](X x) { return x[0] & x[1]; }; })
      .Case<OrOp>([](auto) { return [](X x) { return x[0] | x[1]; }; })
      .Case<SelectOp>([](auto) { return [](X x) { return x[0] != 0 ? x[1] : x[2]; }; })
      .Case<CompareOp>([](auto compare) {
        return [predicate = compare.getPredicate()](X x) { return int64_t(holds(predicate, x[0], x[1])); };
      })
      .Default(IntegerFn());
}

/// What the operator computes with: the type of its result, or of what it compares.
static Type computedType(Operation *op, ArrayRef<ConstantData> operands, RankedTensorType type) {
  return isa<CompareOp>(op) ? operands[0].type.getElementType() : type.getElementType();
}

/// Whether it tells the larger number from the smaller one, which `int64_t` does not for unsigned ones of 64 bits.
static bool ordersWideUnsigned(Operation *op, Type computed) {
  return isa<CompareOp, MaxOp, MinOp, ClampOp, AbsOp>(op) && computed.isUnsignedInteger(64);
}

/// Casts keep integers exact, whatever their width.
static void castElement(const Elements &from, const Elements &to, const char *source, char *target) {
  if (to.element.isInteger(1))
    return to.storeInteger(target, from.isFloat() ? from.loadFloat(source) != 0 : from.loadInteger(source) != 0);
  if (from.isFloat() || to.isFloat())
    return to.storeFloat(target, from.loadFloat(source));
  to.storeInteger(target, from.loadInteger(source));
}

static Attribute evaluateElementwise(Operation *op, ArrayRef<ConstantData> operands, RankedTensorType type) {
  FloatFn inFloat = floatFunction(op);
  IntegerFn inInteger = integerFunction(op);
  Elements result(type.getElementType());
  Type computed = computedType(op, operands, type);
  bool isCast = isa<CastOp>(op), floats = isa<FloatType>(computed);
  if (isa<DequantizeOp>(op) ? !floats : !isCast && !(floats ? inFloat != nullptr : inInteger != nullptr))
    return {};
  if (ordersWideUnsigned(op, computed))
    return {};
  SmallVector<Cursor> cursors;
  SmallVector<Elements> readers;
  for (const ConstantData &data : operands) {
    cursors.push_back(broadcastCursor(data, type.getShape()));
    readers.emplace_back(data.type.getElementType());
  }
  std::vector<char> bytes(type.getNumElements() * result.bytes);
  forEach(type.getShape(), cursors, [&](int64_t position) {
    char *target = bytes.data() + position * result.bytes;
    if (isCast)
      return castElement(readers[0], result, cursors[0].at(readers[0].bytes), target);
    if (floats) {
      SmallVector<double, 4> x;
      for (auto [cursor, reader] : llvm::zip(cursors, readers))
        x.push_back(reader.loadFloat(cursor.at(reader.bytes)));
      return result.storeFloat(target, inFloat(x));
    }
    SmallVector<int64_t, 4> x;
    for (auto [cursor, reader] : llvm::zip(cursors, readers))
      x.push_back(reader.loadInteger(cursor.at(reader.bytes)));
    result.storeInteger(target, inInteger(x));
  });
  return makeConstant(type, bytes);
}

namespace {
/// What a reduction starts from, takes in, and ends with.
struct Accumulation {
  double start;
  double (*add)(double sum, double x);
  double (*finish)(double sum, double count) = [](double sum, double) { return sum; };
};
} // namespace

static std::optional<Accumulation> getAccumulation(ReduceKind kind) {
  auto sum = [](double sum, double x) { return sum + x; };
  auto squares = [](double sum, double x) { return sum + x * x; };
  auto magnitudes = [](double sum, double x) { return sum + std::abs(x); };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  switch (kind) {
  case ReduceKind::sum: return Accumulation{0, sum};
  case ReduceKind::mean: return Accumulation{0, sum, [](double sum, double count) { return sum / count; }};
  case ReduceKind::l1: return Accumulation{0, magnitudes};
  case ReduceKind::l2: return Accumulation{0, squares, [](double sum, double) { return std::sqrt(sum); }};
  case ReduceKind::sum_square: return Accumulation{0, squares};
  case ReduceKind::max: // a NaN stays
    return Accumulation{-infinity, [](double most, double x) { return std::isnan(most) || most > x ? most : x; }};
  case ReduceKind::min:
    return Accumulation{infinity, [](double least, double x) { return std::isnan(least) || least < x ? least : x; }};
  default: return std::nullopt;
  }
}

/// Reductions of numbers, such as those that weights are normalized by; in double precision.
static Attribute evaluateReduce(ReduceOp op, const ConstantData &data, RankedTensorType type) {
  Elements elements(type.getElementType());
  std::optional<Accumulation> reduction = getAccumulation(op.getKind());
  ArrayRef<int64_t> shape = data.type.getShape();
  if (!reduction || !elements.isFloat() || op.getDynamicAxes() || data.type.getNumElements() == 0)
    return {};
  SmallVector<int64_t> axes = op.getAxes() ? SmallVector<int64_t>(*op.getAxes()) : SmallVector<int64_t>{};
  bool all = axes.empty() && !op.getNoopWithEmptyAxes();
  // The result's stride for each dimension, 0 along those that are reduced.
  SmallVector<int64_t> strides(shape.size(), 0);
  int64_t count = 1;
  for (auto d = static_cast<int64_t>(shape.size()) - 1; d >= 0; --d) {
    if (all || llvm::is_contained(axes, d))
      continue;
    strides[d] = count;
    count *= shape[d];
  }
  std::vector<double> sums(count, reduction->start);
  SmallVector<Cursor> cursors{broadcastCursor(data, shape), {nullptr, strides}};
  forEach(shape, cursors, [&](int64_t) {
    double &sum = sums[cursors[1].offset];
    sum = reduction->add(sum, elements.loadFloat(cursors[0].at(elements.bytes)));
  });
  std::vector<char> bytes(count * elements.bytes);
  for (int64_t i = 0; i < count; ++i)
    elements.storeFloat(bytes.data() + i * elements.bytes,
                        reduction->finish(sums[i], double(data.type.getNumElements() / count)));
  return makeConstant(type, bytes);
}

/// All elements as doubles, the last two dimensions swapped if asked for.
static std::vector<double> readMatrices(const ConstantData &data, bool transpose) {
  SmallVector<int64_t> shape(data.type.getShape()), strides = denseStrides(shape);
  size_t rank = shape.size();
  if (transpose) {
    std::swap(shape[rank - 1], shape[rank - 2]);
    std::swap(strides[rank - 1], strides[rank - 2]);
  }
  Elements elements(data.type.getElementType());
  std::vector<double> values(data.type.getNumElements());
  Cursor cursor{&data, strides};
  forEach(shape, MutableArrayRef<Cursor>(cursor),
          [&](int64_t position) { values[position] = elements.loadFloat(cursor.at(elements.bytes)); });
  return values;
}

/// Products of weights, such as projections of relative positions; in double precision.
static Attribute evaluateMatMul(MatMulOp op, ArrayRef<ConstantData> operands, RankedTensorType type) {
  constexpr int64_t mostMultiplyAdds = int64_t(1) << 31; // a second or two
  Elements elements(type.getElementType());
  ArrayRef<int64_t> left = operands[0].type.getShape(), shape = type.getShape();
  int64_t rank = type.getRank(), rows = shape[rank - 2], columns = shape[rank - 1];
  int64_t depth = left[left.size() - (op.getTransposeA() ? 2 : 1)];
  auto isFloat = [](const ConstantData &data) { return isa<FloatType>(data.type.getElementType()); };
  if (!elements.isFloat() || !llvm::all_of(operands, isFloat) || type.getNumElements() == 0 || depth == 0 ||
      type.getNumElements() > mostMultiplyAdds / depth)
    return {};
  std::vector<double> a = readMatrices(operands[0], op.getTransposeA());
  std::vector<double> b = readMatrices(operands[1], op.getTransposeB()), sums(columns);
  std::vector<char> bytes(type.getNumElements() * elements.bytes);
  // The batch, in matrices: where one of a broadcast operand begins.
  auto matrices = [&](const ConstantData &data, int64_t size) {
    ArrayRef<int64_t> own = data.type.getShape().drop_back(2);
    SmallVector<int64_t> dense = denseStrides(own), strides(rank - 2, 0);
    for (size_t i = 0; i < own.size(); ++i)
      if (own[i] != 1)
        strides[i + strides.size() - own.size()] = dense[i] * size;
    return Cursor{nullptr, strides};
  };
  SmallVector<Cursor> cursors{matrices(operands[0], rows * depth), matrices(operands[1], depth * columns)};
  char *target = bytes.data();
  forEach(shape.drop_back(2), cursors, [&](int64_t) {
    for (int64_t row = 0; row < rows; ++row) {
      std::fill(sums.begin(), sums.end(), 0);
      for (int64_t step = 0; step < depth; ++step) {
        double factor = a[cursors[0].offset + row * depth + step];
        const double *line = &b[cursors[1].offset + step * columns];
        for (int64_t column = 0; column < columns; ++column)
          sums[column] += factor * line[column];
      }
      for (double sum : sums) {
        elements.storeFloat(target, sum);
        target += elements.bytes;
      }
    }
  });
  return makeConstant(type, bytes);
}

//===----------------------------------------------------------------------===//
// Movement
//===----------------------------------------------------------------------===//

/// Copies the elements that the strides and offset pick, over the result's extents or what these are products of.
static Attribute copyFrom(const ConstantData &data, SmallVector<int64_t> strides, int64_t offset, RankedTensorType type,
                          ArrayRef<int64_t> extents) {
  int64_t stride = elementBytes(type.getElementType());
  std::vector<char> bytes(type.getNumElements() * stride);
  Cursor cursor{&data, std::move(strides), offset};
  forEach(extents, MutableArrayRef<Cursor>(cursor),
          [&](int64_t position) { std::memcpy(bytes.data() + position * stride, cursor.at(stride), stride); });
  return makeConstant(type, bytes);
}

static Attribute copyFrom(const ConstantData &data, SmallVector<int64_t> strides, int64_t offset,
                          RankedTensorType type) {
  return copyFrom(data, std::move(strides), offset, type, type.getShape());
}

static Attribute evaluateTile(const ConstantData &data, RankedTensorType type) {
  ArrayRef<int64_t> own = data.type.getShape();
  SmallVector<int64_t> dense = denseStrides(own), strides, extents;
  for (auto [all, extent, stride] : llvm::zip_equal(type.getShape(), own, dense)) {
    extents.append({extent ? all / extent : 0, extent});
    strides.append({0, stride});
  }
  return copyFrom(data, strides, 0, type, extents);
}

static Attribute evaluateTranspose(TransposeOp op, const ConstantData &data, RankedTensorType type) {
  SmallVector<int64_t> dense = denseStrides(data.type.getShape()), strides;
  for (int64_t axis : op.getPerm())
    strides.push_back(dense[axis]);
  return copyFrom(data, strides, 0, type);
}

static Attribute evaluateConcat(ConcatOp op, ArrayRef<ConstantData> operands, RankedTensorType type) {
  int64_t stride = elementBytes(type.getElementType()), axis = op.getAxis(), outer = 1;
  for (int64_t d = 0; d < axis; ++d)
    outer *= type.getDimSize(d);
  std::vector<char> bytes;
  bytes.reserve(type.getNumElements() * stride);
  for (int64_t i = 0; i < outer; ++i)
    for (const ConstantData &data : operands) {
      int64_t block = outer == 0 ? 0 : data.type.getNumElements() / outer;
      for (int64_t e = 0; e < block; ++e) {
        const char *from = data.bytes.data() + (data.splat ? 0 : (i * block + e) * stride);
        bytes.insert(bytes.end(), from, from + stride);
      }
    }
  return makeConstant(type, bytes);
}

static Attribute evaluateSlice(SliceOp op, ArrayRef<ConstantData> operands, RankedTensorType type) {
  const ConstantData &data = operands[0];
  SmallVector<int64_t> starts = operands[1].toIntegers(), axes, steps;
  unsigned next = 3;
  if (op.getAxes())
    axes = operands[next++].toIntegers();
  if (op.getSteps())
    steps = operands[next].toIntegers();
  SmallVector<int64_t> strides = denseStrides(data.type.getShape());
  int64_t offset = 0;
  for (size_t i = 0; i < starts.size(); ++i) {
    int64_t axis = axes.empty() ? static_cast<int64_t>(i) : axes[i], step = steps.empty() ? 1 : steps[i];
    axis += axis < 0 ? data.type.getRank() : 0;
    int64_t extent = data.type.getDimSize(axis), start = starts[i];
    start = start < 0 ? std::max<int64_t>(start + extent, 0) : std::min(start, step > 0 ? extent : extent - 1);
    offset += start * strides[axis];
    strides[axis] *= step;
  }
  return copyFrom(data, strides, offset, type);
}

static Attribute evaluateGather(GatherOp op, ArrayRef<ConstantData> operands, RankedTensorType type) {
  const ConstantData &data = operands[0];
  int64_t stride = elementBytes(type.getElementType()), axis = op.getAxis(), outer = 1, inner = 1;
  for (int64_t d = 0; d < data.type.getRank(); ++d)
    (d < axis ? outer : inner) *= d == axis ? 1 : data.type.getDimSize(d);
  int64_t extent = data.type.getDimSize(axis);
  std::vector<char> bytes;
  bytes.reserve(type.getNumElements() * stride);
  SmallVector<int64_t> indices = operands[1].toIntegers();
  for (int64_t i = 0; i < outer; ++i)
    for (int64_t index : indices) {
      int64_t at = index < 0 ? index + extent : index;
      if (at < 0 || at >= extent)
        return {}; // the run time reports it
      // A row of a splat is its one element, again and again.
      const char *from = data.bytes.data() + (data.splat ? 0 : (i * extent + at) * inner * stride);
      for (int64_t run = 0; run < (data.splat ? inner : 1); ++run)
        bytes.insert(bytes.end(), from, from + (data.splat ? 1 : inner) * stride);
    }
  return makeConstant(type, bytes);
}

static Attribute evaluate(Operation *op, ArrayRef<ConstantData> operands) {
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (op->getNumResults() != 1 || !type || !type.hasStaticShape())
    return {};
  return llvm::TypeSwitch<Operation *, Attribute>(op)
      .Case<TransposeOp>([&](auto transpose) { return evaluateTranspose(transpose, operands[0], type); })
      .Case<ExpandOp>(
          [&](auto) { return copyFrom(operands[0], broadcastCursor(operands[0], type.getShape()).strides, 0, type); })
      .Case<ConcatOp>([&](auto concat) { return evaluateConcat(concat, operands, type); })
      .Case<SliceOp>([&](auto slice) { return evaluateSlice(slice, operands, type); })
      .Case<TileOp>([&](auto) { return evaluateTile(operands[0], type); })
      .Case<MatMulOp>([&](auto matmul) { return evaluateMatMul(matmul, operands, type); })
      .Case<ReduceOp>([&](auto reduce) { return evaluateReduce(reduce, operands[0], type); })
      .Case<GatherOp>([&](auto gather) { return evaluateGather(gather, operands, type); })
      .Case<ConstantOfShapeOp>([&](ConstantOfShapeOp fill) -> Attribute {
        auto value = dyn_cast<DenseElementsAttr>(fill.getValue());
        return value ? value.resizeSplat(type) : Attribute();
      })
      .Default([&](Operation *) { return evaluateElementwise(op, operands, type); });
}

Attribute ingot::reshapeConstant(Attribute value, RankedTensorType type) {
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    return dense.reshape(type);
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  return value; // in a file: its type is the constant's alone
}

Attribute ingot::evaluateConstants(Operation *op) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (isa<ViewOpInterface>(op)) {
    auto viewed = op->getOperand(0).getDefiningOp<ConstantOp>();
    return viewed ? reshapeConstant(viewed.getValue(), type) : Attribute();
  }
  SmallVector<ConstantData> operands;
  for (Value operand : op->getOperands()) {
    std::optional<ConstantData> data = getConstantData(operand);
    if (!data)
      return {};
    operands.push_back(std::move(*data));
  }
  return evaluate(op, operands);
}
