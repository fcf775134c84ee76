//===- Symbolic.cpp - integer expressions over unknown dimensions ---------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/Symbolic.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cassert>
#include <cmath>
#include <limits>
#include <tuple>

using namespace ingot;
using detail::Monomial;
using detail::SymNode;
using detail::Terms;

bool detail::MonomialLess::operator()(const Monomial &a, const Monomial &b) const {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](const SymAtom *x, const SymAtom *y) { return x->id < y->id; });
}

//===----------------------------------------------------------------------===//
// SymContext
//===----------------------------------------------------------------------===//

struct SymContext::Storage {
  using AtomKey = std::tuple<SymKind, std::string, void *, int64_t, std::vector<unsigned>, double>;
  std::map<AtomKey, std::unique_ptr<SymAtom>> atoms;
  std::map<std::vector<std::pair<std::vector<unsigned>, int64_t>>, std::unique_ptr<SymNode>> nodes;
};

SymContext::SymContext() : storage(std::make_unique<Storage>()) {}
SymContext::~SymContext() = default;

SymExpr SymContext::unique(Terms terms) {
  std::vector<std::pair<std::vector<unsigned>, int64_t>> key;
  for (auto it = terms.begin(); it != terms.end();) {
    if (it->second == 0) {
      it = terms.erase(it);
      continue;
    }
    std::vector<unsigned> ids;
    for (const SymAtom *atom : it->first)
      ids.push_back(atom->id);
    key.emplace_back(std::move(ids), it->second);
    ++it;
  }
  auto &slot = storage->nodes[key];
  if (!slot)
    slot.reset(new SymNode{this, std::move(terms), static_cast<unsigned>(storage->nodes.size())});
  return SymExpr(slot.get());
}

SymExpr SymContext::constant(int64_t value) { return unique({{Monomial{}, value}}); }

SymExpr SymContext::atom(SymAtom atom) {
  std::vector<unsigned> operands;
  for (SymExpr e : atom.operands)
    operands.push_back(e.impl()->id);
  Storage::AtomKey key{atom.kind, atom.name, atom.value.getAsOpaquePointer(), atom.index, operands, atom.factor};
  auto &slot = storage->atoms[key];
  if (!slot) {
    atom.id = storage->atoms.size();
    slot = std::make_unique<SymAtom>(std::move(atom));
  }
  return unique({{Monomial{slot.get()}, 1}});
}

SymExpr SymContext::named(llvm::StringRef name) { return atom({SymKind::Named, name.str(), {}, 0, {}, 0, 0}); }
SymExpr SymContext::dim(mlir::Value value, int64_t index) { return atom({SymKind::Dim, "", value, index, {}, 0, 0}); }
SymExpr SymContext::element(mlir::Value value, int64_t index) {
  return atom({SymKind::Element, "", value, index, {}, 0, 0});
}

//===----------------------------------------------------------------------===//
// SymExpr
//===----------------------------------------------------------------------===//

SymContext &SymExpr::context() const { return *node->context; }

std::optional<int64_t> SymExpr::constant() const {
  if (node->terms.empty())
    return 0;
  if (node->terms.size() == 1 && node->terms.begin()->first.empty())
    return node->terms.begin()->second;
  return std::nullopt;
}

static int64_t atomLowerBound(const SymAtom &atom) {
  constexpr int64_t none = std::numeric_limits<int32_t>::min();
  switch (atom.kind) {
  case SymKind::Named:
  case SymKind::Dim:
    return 0;
  case SymKind::Element:
    return none;
  case SymKind::FloorDiv:
    return atom.operands[0].lowerBound() >= 0 && atom.operands[1].lowerBound() >= 0 ? 0 : none;
  case SymKind::Mod:
    return atom.operands[1].lowerBound() >= 0 ? 0 : none;
  case SymKind::Min:
    return std::min(atom.operands[0].lowerBound(), atom.operands[1].lowerBound());
  case SymKind::Max:
    return std::max(atom.operands[0].lowerBound(), atom.operands[1].lowerBound());
  case SymKind::Broadcast:
    return std::min(atom.operands[0].lowerBound(), atom.operands[1].lowerBound());
  case SymKind::Scale:
    return atom.operands[0].lowerBound() >= 0 && atom.factor >= 0 ? 0 : none;
  }
  return none;
}

int64_t SymExpr::lowerBound() const {
  constexpr int64_t none = std::numeric_limits<int32_t>::min();
  int64_t bound = 0;
  for (const auto &[monomial, coefficient] : node->terms) {
    if (monomial.empty()) {
      bound += coefficient;
      continue;
    }
    int64_t term = 1;
    for (const SymAtom *atom : monomial) {
      int64_t factor = atomLowerBound(*atom);
      if (factor < 0)
        return none;
      term *= factor;
    }
    if (coefficient < 0)
      return none;
    bound += coefficient * term;
  }
  return bound;
}

SymExpr SymExpr::operator+(SymExpr rhs) const {
  Terms terms = node->terms;
  for (const auto &[monomial, coefficient] : rhs.node->terms)
    terms[monomial] += coefficient;
  return context().unique(std::move(terms));
}

SymExpr SymExpr::operator*(SymExpr rhs) const {
  Terms terms;
  for (const auto &[a, ca] : node->terms)
    for (const auto &[b, cb] : rhs.node->terms) {
      Monomial product(a);
      product.insert(product.end(), b.begin(), b.end());
      llvm::sort(product, [](const SymAtom *x, const SymAtom *y) { return x->id < y->id; });
      terms[product] += ca * cb;
    }
  return context().unique(std::move(terms));
}

SymExpr SymExpr::operator-(SymExpr rhs) const { return *this + rhs * -1; }
SymExpr SymExpr::operator+(int64_t rhs) const { return *this + context().constant(rhs); }
SymExpr SymExpr::operator-(int64_t rhs) const { return *this + context().constant(-rhs); }
SymExpr SymExpr::operator*(int64_t rhs) const { return *this * context().constant(rhs); }
SymExpr SymExpr::floorDiv(int64_t rhs) const { return floorDiv(context().constant(rhs)); }
SymExpr SymExpr::ceilDiv(int64_t rhs) const { return (*this + (rhs - 1)).floorDiv(rhs); }

/// dividend / divisor for single terms, where it divides exactly.
static std::optional<std::pair<Monomial, int64_t>> divideTerm(const Monomial &dividend, int64_t coefficient,
                                                              const Monomial &divisor, int64_t by) {
  if (by == 0 || coefficient % by != 0)
    return std::nullopt;
  Monomial quotient = dividend;
  for (const SymAtom *atom : divisor) {
    auto it = llvm::find(quotient, atom);
    if (it == quotient.end())
      return std::nullopt;
    quotient.erase(it);
  }
  return std::make_pair(quotient, coefficient / by);
}

SymExpr SymExpr::floorDiv(SymExpr rhs) const {
  auto numerator = constant(), denominator = rhs.constant();
  if (numerator && denominator && *denominator != 0)
    return context().constant(llvm::divideFloorSigned(*numerator, *denominator));
  if (denominator == 1 || numerator == 0)
    return numerator == 0 ? context().constant(0) : *this;
  if (rhs.node->terms.size() == 1) {
    // floor((d * q + r) / d) = q + floor(r / d), term by term.
    const auto &[monomial, coefficient] = *rhs.node->terms.begin();
    Terms quotient, rest;
    for (const auto &[m, c] : node->terms) {
      if (auto divided = divideTerm(m, c, monomial, coefficient))
        quotient[divided->first] += divided->second;
      else
        rest[m] = c;
    }
    if (!quotient.empty()) {
      SymExpr remainder = context().unique(rest);
      return context().unique(quotient) + remainder.floorDiv(rhs);
    }
  }
  return context().atom({SymKind::FloorDiv, "", {}, 0, {*this, rhs}, 0, 0});
}

SymExpr SymExpr::mod(SymExpr rhs) const {
  auto a = constant(), b = rhs.constant();
  if (a && b && *b != 0)
    return context().constant(*a - *b * llvm::divideFloorSigned(*a, *b));
  if (b == 1)
    return context().constant(0);
  return context().atom({SymKind::Mod, "", {}, 0, {*this, rhs}, 0, 0});
}

/// The sign of a - b, where it is proven: -1 for a <= b, 1 for a >= b.
static std::optional<int> order(SymExpr a, SymExpr b) {
  if ((a - b).lowerBound() >= 0)
    return 1;
  if ((b - a).lowerBound() >= 0)
    return -1;
  // A dimension never reaches the sentinels that ONNX uses for "to the end".
  constexpr int64_t huge = std::numeric_limits<int32_t>::max();
  if (auto c = b.constant(); c && *c >= huge)
    return -1;
  if (auto c = a.constant(); c && *c >= huge)
    return 1;
  return std::nullopt;
}

SymExpr SymExpr::min(SymExpr rhs) const {
  if (auto sign = order(*this, rhs))
    return *sign < 0 ? *this : rhs;
  SymExpr a = *this, b = rhs;
  if (b.node->id < a.node->id)
    std::swap(a, b);
  return context().atom({SymKind::Min, "", {}, 0, {a, b}, 0, 0});
}

SymExpr SymExpr::max(SymExpr rhs) const {
  if (auto sign = order(*this, rhs))
    return *sign < 0 ? rhs : *this;
  SymExpr a = *this, b = rhs;
  if (b.node->id < a.node->id)
    std::swap(a, b);
  return context().atom({SymKind::Max, "", {}, 0, {a, b}, 0, 0});
}

/// Whether `expr` is min(whole, x) for an x that is 1 or more.
static bool isPieceOf(SymExpr expr, SymExpr whole) {
  const detail::Terms &terms = expr.impl()->terms;
  if (terms.size() != 1 || terms.begin()->first.size() != 1 || terms.begin()->second != 1)
    return false;
  const SymAtom &atom = *terms.begin()->first.front();
  if (atom.kind != SymKind::Min)
    return false;
  auto [a, b] = std::pair(atom.operands[0], atom.operands[1]);
  return (a == whole && b.lowerBound() >= 1) || (b == whole && a.lowerBound() >= 1);
}

SymExpr SymExpr::broadcast(SymExpr rhs) const {
  // A piece, such as of a table of as many positions as a model has at most, is the whole or 1.
  if (*this == rhs || rhs.isConstant(1) || isPieceOf(rhs, *this))
    return *this;
  if (isConstant(1) || isPieceOf(*this, rhs))
    return rhs;
  SymExpr a = *this, b = rhs;
  if (b.node->id < a.node->id)
    std::swap(a, b);
  return context().atom({SymKind::Broadcast, "", {}, 0, {a, b}, 0, 0});
}

SymExpr SymExpr::scale(double factor) const {
  assert(std::isfinite(factor) && "scale factors are checked by the importer");
  if (auto c = constant())
    return context().constant(static_cast<int64_t>(std::floor(static_cast<double>(*c) * factor)));
  if (factor == std::floor(factor) && std::abs(factor) < 1e9)
    return *this * static_cast<int64_t>(factor);
  return context().atom({SymKind::Scale, "", {}, 0, {*this}, factor, 0});
}

static std::string atomName(const SymAtom &atom) {
  auto call = [&](const char *name) {
    std::string text = std::string(name) + "(" + atom.operands[0].str();
    return text + (atom.operands.size() > 1 ? ", " + atom.operands[1].str() : std::string()) + ")";
  };
  switch (atom.kind) {
  case SymKind::Named:
    return atom.name;
  case SymKind::Dim:
    return "d" + std::to_string(atom.id);
  case SymKind::Element:
    return "e" + std::to_string(atom.id);
  case SymKind::FloorDiv:
    return call("floordiv");
  case SymKind::Mod:
    return call("mod");
  case SymKind::Min:
    return call("min");
  case SymKind::Max:
    return call("max");
  case SymKind::Broadcast:
    return call("broadcast");
  case SymKind::Scale:
    return call("scale") + "*" + std::to_string(atom.factor);
  }
  return "?";
}

std::string SymExpr::str() const {
  if (node->terms.empty())
    return "0";
  std::string text;
  for (const auto &[monomial, coefficient] : node->terms) {
    std::string term;
    for (const SymAtom *atom : monomial)
      term += (term.empty() ? "" : "*") + atomName(*atom);
    if (term.empty() || coefficient != 1)
      term = std::to_string(coefficient) + (term.empty() ? "" : "*" + term);
    text += (text.empty() ? "" : " + ") + term;
  }
  return text;
}

SymExpr ingot::product(SymContext &context, llvm::ArrayRef<SymExpr> dims) {
  SymExpr result = context.constant(1);
  for (SymExpr dim : dims)
    result = result * dim;
  return result;
}
