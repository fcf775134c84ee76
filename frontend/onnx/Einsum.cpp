//===-- Einsum.cpp - Einstein summation -----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operands are contracted from left to right. A pair becomes a matrix product:
// labels of both that are kept are batch dimensions, labels of both that are
// not kept are contracted, the others are rows or columns.
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"
#include "llvm/ADT/StringExtras.h"
#include <map>

using namespace mlir;

namespace ingot::onnx {
namespace {

/// A letter, or 256 + i for the dimension i places from the end of `...`.
using Label = int;
using Labels = SmallVector<Label>;
constexpr Label kEllipsis = 256;

struct Term {
  Value value;
  Labels labels;
};

struct Equation {
  SmallVector<Labels> inputs;
  Labels output;
};

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

/// The labels of one term; `...` stands for \p ellipsisRank dimensions.
std::optional<Labels> parseTerm(Node &node, StringRef text, int64_t ellipsisRank) {
  Labels labels;
  while (!text.empty()) {
    if (text.consume_front("...")) {
      for (int64_t i = ellipsisRank; i > 0; --i)
        labels.push_back(kEllipsis + Label(i));
    } else if (llvm::isAlpha(text.front())) {
      labels.push_back(text.front());
      text = text.drop_front();
    } else {
      return node.fail("unexpected '" + text.take_front(1) + "' in the equation");
    }
  }
  return labels;
}

int64_t countLetters(StringRef term) { return llvm::count_if(term, llvm::isAlpha); }

/// Without an arrow, the result has the labels that occur once, in alphabetical order.
Labels implicitOutput(ArrayRef<Labels> inputs) {
  std::map<Label, int> counts;
  Labels ellipsis, letters;
  for (const Labels &input : inputs)
    for (Label label : input) {
      if (++counts[label] == 1 && label >= kEllipsis)
        ellipsis.push_back(label);
    }
  llvm::sort(ellipsis, std::greater<>());
  for (auto [label, count] : counts)
    if (count == 1 && label < kEllipsis)
      letters.push_back(label);
  ellipsis.append(letters);
  return ellipsis;
}

std::optional<Equation> parseEquation(Node &node) {
  std::string text = node.string("equation", "").str();
  llvm::erase(text, ' ');
  auto [left, right] = StringRef(text).split("->");
  SmallVector<StringRef> terms;
  left.split(terms, ',');
  if (terms.size() != node.operandCount())
    return node.fail("expected " + Twine(node.operandCount()) + " terms in the equation but got " +
                     Twine(terms.size()));
  Equation equation;
  int64_t widest = 0;
  for (auto [index, term] : llvm::enumerate(terms)) {
    int64_t ellipsisRank = term.contains("...") ? node.rank(index) - countLetters(term) : 0;
    if (ellipsisRank < 0 || countLetters(term) + ellipsisRank != node.rank(index))
      return node.fail("expected operand " + Twine(index) + " of rank " + Twine(countLetters(term)) + " but got rank " +
                       Twine(node.rank(index)));
    auto labels = parseTerm(node, term, ellipsisRank);
    if (!labels)
      return std::nullopt;
    equation.inputs.push_back(*labels);
    widest = std::max(widest, ellipsisRank);
  }
  if (text.find("->") == std::string::npos) {
    equation.output = implicitOutput(equation.inputs);
    return equation;
  }
  auto output = parseTerm(node, right, widest);
  if (!output)
    return std::nullopt;
  equation.output = *output;
  for (auto [index, label] : llvm::enumerate(*output)) {
    bool known = llvm::any_of(equation.inputs, [&](const Labels &input) { return llvm::is_contained(input, label); });
    if (!known || llvm::is_contained(ArrayRef(*output).take_front(index), label))
      return node.fail("the equation's result has a label twice or one that no operand has");
  }
  return equation;
}

//===----------------------------------------------------------------------===//
// Contraction
//===----------------------------------------------------------------------===//

class Contraction {
public:
  explicit Contraction(GraphBuilder &graph) : graph(graph) {}

  /// Leaves each label of \p term once: the diagonal where it was there twice.
  Term diagonal(Term term);
  /// Sums over the labels that are not in \p kept.
  Term sum(Term term, const Labels &kept);
  /// The product of two terms with the labels of \p kept left.
  Term multiply(const Term &a, const Term &b, const Labels &kept);
  Value permute(const Term &term, const Labels &order);

private:
  /// Dimension sizes of \p labels of \p term, as vectors of one element.
  void appendDims(const Term &term, const Labels &labels, SmallVectorImpl<Value> &dims);
  /// \p term as [batch..., product of rows, product of columns].
  Value matrix(const Term &term, const Labels &batch, const Labels &rows, const Labels &columns);

  GraphBuilder &graph;
};

Term Contraction::diagonal(Term term) {
  for (size_t i = 0; i < term.labels.size() && term.value; ++i)
    for (size_t j = term.labels.size() - 1; j > i; --j) {
      if (term.labels[i] != term.labels[j])
        continue;
      // Elements off the diagonal count 0, then the second dimension is summed away.
      Type i64 = graph.builder.getI64Type(), element = GraphBuilder::element(term.value);
      Value extent = graph.squeeze(graph.dimOf(term.value, int64_t(i)), 0);
      Value positions = graph.make<RangeOp>(i64, graph.scalar64(0), extent, graph.scalar64(1));
      auto along = [&](size_t axis) {
        SmallVector<int64_t> others;
        for (size_t d = 0; d < term.labels.size(); ++d)
          if (d != axis)
            others.push_back(int64_t(d));
        return graph.unsqueeze(positions, others);
      };
      Value onDiagonal = graph.compare(Predicate::eq, along(i), along(j));
      Value kept = graph.select(onDiagonal, term.value, graph.scalar(element, 0));
      term.value = graph.reduce(ReduceKind::sum, kept, int64_t(j), /*keepDims=*/false);
      term.labels.erase(term.labels.begin() + j);
    }
  return term;
}

Term Contraction::sum(Term term, const Labels &kept) {
  SmallVector<int64_t> axes;
  Labels left;
  for (auto [index, label] : llvm::enumerate(term.labels)) {
    if (llvm::is_contained(kept, label))
      left.push_back(label);
    else
      axes.push_back(int64_t(index));
  }
  return {graph.reduce(ReduceKind::sum, term.value, axes, /*keepDims=*/false), left};
}

Value Contraction::permute(const Term &term, const Labels &order) {
  SmallVector<int64_t> perm;
  for (Label label : order)
    perm.push_back(llvm::find(term.labels, label) - term.labels.begin());
  return graph.transpose(term.value, perm);
}

void Contraction::appendDims(const Term &term, const Labels &labels, SmallVectorImpl<Value> &dims) {
  for (Label label : labels)
    dims.push_back(graph.dimOf(term.value, llvm::find(term.labels, label) - term.labels.begin()));
}

Value Contraction::matrix(const Term &term, const Labels &batch, const Labels &rows, const Labels &columns) {
  Labels order(batch);
  order.append(rows);
  order.append(columns);
  SmallVector<Value> dims;
  appendDims(term, batch, dims);
  for (const Labels *group : {&rows, &columns}) {
    SmallVector<Value> parts{graph.integers(1)};
    appendDims(term, *group, parts);
    Value product = parts[0];
    for (Value part : ArrayRef<Value>(parts).drop_front())
      product = graph.binary<MulOp>(product, part);
    dims.push_back(product);
  }
  return graph.reshape(permute(term, order), graph.concat(dims, 0));
}

Term Contraction::multiply(const Term &a, const Term &b, const Labels &kept) {
  Labels batch, rows, columns, contracted;
  for (Label label : a.labels) {
    if (!llvm::is_contained(b.labels, label))
      rows.push_back(label);
    else
      (llvm::is_contained(kept, label) ? batch : contracted).push_back(label);
  }
  for (Label label : b.labels)
    if (!llvm::is_contained(a.labels, label))
      columns.push_back(label);
  Value left = matrix(a, batch, rows, contracted), right = matrix(b, batch, contracted, columns);
  if (!left || !right)
    return {};
  Value product = graph.make<MatMulOp>(GraphBuilder::element(left), left, right, /*transpose_a=*/false,
                                       /*transpose_b=*/false);
  Labels labels(batch);
  labels.append(rows);
  labels.append(columns);
  // A batch dimension of `...` may be 1 on one side: the product knows the extent.
  SmallVector<Value> dims;
  for (size_t i = 0; product && i < batch.size(); ++i)
    dims.push_back(graph.dimOf(product, int64_t(i)));
  appendDims(a, rows, dims);
  appendDims(b, columns, dims);
  if (dims.empty())
    return {graph.reshape(product, ArrayRef<int64_t>()), labels};
  return {graph.reshape(product, graph.concat(dims, 0)), labels};
}

Value importEinsum(Node &node) {
  auto equation = parseEquation(node);
  if (!equation)
    return {};
  Contraction contraction(node.graph);
  SmallVector<Term> terms;
  for (auto [value, labels] : llvm::zip_equal(node.allOperands(), equation->inputs))
    terms.push_back(contraction.diagonal({value, labels}));
  Term result;
  for (size_t i = 0; i < terms.size(); ++i) {
    // Labels that the result or a later operand has.
    Labels later(equation->output);
    for (const Term &other : ArrayRef(terms).drop_front(i + 1))
      later.append(other.labels);
    Labels needed(later);
    if (i > 0)
      needed.append(result.labels);
    Term term = contraction.sum(terms[i], needed);
    if (!term.value)
      return {};
    result = i == 0 ? term : contraction.multiply(result, term, later);
    if (!result.value)
      return {};
    // What only this pair had is summed already where both had it.
    result = contraction.sum(result, later);
  }
  return contraction.permute(result, equation->output);
}

} // namespace

void registerEinsum(Registry &registry) { registry.addValue("Einsum", 12, 1, importEinsum); }

} // namespace ingot::onnx
