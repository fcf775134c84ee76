//===- Symbolic.h - integer expressions over unknown dimensions -----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A dimension that is not known when the model is compiled is an expression
// over symbols. Expressions are kept in one normal form, a polynomial over
// atoms, and are uniqued: two dimensions are provably equal exactly when their
// SymExprs are the same pointer.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_SYMBOLIC_H
#define INGOT_IR_SYMBOLIC_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMapInfo.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ingot {

class SymContext;
class SymExpr;

/// What a polynomial'"'"'s variables are.
enum class SymKind {
  Named,    ///< a dimension of the model'"'"'s inputs, by its name
  Dim,      ///< dimension `index` of `value`, known only at run time
  Element,  ///< element `index` of the integer tensor `value`
  FloorDiv, ///< floor(operands[0] / operands[1])
  Mod,      ///< operands[0] - operands[1] * floor(operands[0] / operands[1])
  Min,
  Max,
  Broadcast, ///< operands[0] == 1 ? operands[1] : operands[0]
  Scale ///< floor(operands[0] * factor), factor a finite double
};

namespace detail {
struct SymNode;
} // namespace detail

/// A uniqued integer expression; a pointer, cheap to copy, compared by identity.
class SymExpr {
public:
  SymExpr() = default;

  explicit operator bool() const { return node; }
  bool operator==(SymExpr other) const { return node == other.node; }
  bool operator!=(SymExpr other) const { return node != other.node; }

  /// The value, where the expression is a constant.
  std::optional<int64_t> constant() const;
  bool isConstant(int64_t value) const { return constant() == value; }
  /// A proven lower bound; dimensions are never negative.
  int64_t lowerBound() const;

  SymExpr operator+(SymExpr rhs) const;
  SymExpr operator-(SymExpr rhs) const;
  SymExpr operator*(SymExpr rhs) const;
  SymExpr operator+(int64_t rhs) const;
  SymExpr operator-(int64_t rhs) const;
  SymExpr operator*(int64_t rhs) const;
  SymExpr floorDiv(SymExpr rhs) const;
  SymExpr floorDiv(int64_t rhs) const;
  SymExpr ceilDiv(int64_t rhs) const;
  SymExpr mod(SymExpr rhs) const;
  SymExpr min(SymExpr rhs) const;
  SymExpr max(SymExpr rhs) const;
  /// What this and `rhs` broadcast to, one of them being 1 or both equal.
  SymExpr broadcast(SymExpr rhs) const;
  /// floor(this * factor).
  SymExpr scale(double factor) const;

  std::string str() const;
  SymContext &context() const;
  const detail::SymNode *impl() const { return node; }

private:
  friend class SymContext;
  friend struct llvm::DenseMapInfo<SymExpr>;
  explicit SymExpr(const detail::SymNode *node) : node(node) {}
  const detail::SymNode *node = nullptr;
};

/// A variable of the polynomials.
struct SymAtom {
  SymKind kind;
  std::string name;                   ///< Named
  mlir::Value value;                  ///< Dim, Element
  int64_t index = 0;                  ///< Dim, Element
  llvm::SmallVector<SymExpr, 2> operands; ///< FloorDiv, Mod, Min, Max, Broadcast, Scale
  double factor = 0;                  ///< Scale
  unsigned id = 0;                    ///< order of creation, the order inside monomials
};

namespace detail {
/// A product of atoms, sorted by id; empty for the constant term.
using Monomial = std::vector<const SymAtom *>;
struct MonomialLess {
  bool operator()(const Monomial &a, const Monomial &b) const;
};
using Terms = std::map<Monomial, int64_t, MonomialLess>;
struct SymNode {
  SymContext *context;
  Terms terms; ///< no zero coefficient; empty is the constant 0
  unsigned id; ///< order of creation
};
} // namespace detail

/// Owns and uniques expressions.
class SymContext {
public:
  SymContext();
  ~SymContext();
  SymContext(const SymContext &) = delete;

  SymExpr constant(int64_t value);
  SymExpr named(llvm::StringRef name);
  SymExpr dim(mlir::Value value, int64_t index);
  SymExpr element(mlir::Value value, int64_t index);

private:
  friend class SymExpr;
  SymExpr unique(detail::Terms terms);
  SymExpr atom(SymAtom atom);

  struct Storage;
  std::unique_ptr<Storage> storage;
};

/// The product of `dims`, 1 for none.
SymExpr product(SymContext &context, llvm::ArrayRef<SymExpr> dims);

} // namespace ingot

namespace llvm {
template <> struct DenseMapInfo<ingot::SymExpr> {
  using Pointer = DenseMapInfo<const ingot::detail::SymNode *>;
  static ingot::SymExpr getEmptyKey() { return ingot::SymExpr(Pointer::getEmptyKey()); }
  static ingot::SymExpr getTombstoneKey() { return ingot::SymExpr(Pointer::getTombstoneKey()); }
  static unsigned getHashValue(ingot::SymExpr e) { return Pointer::getHashValue(e.impl()); }
  static bool isEqual(ingot::SymExpr a, ingot::SymExpr b) { return a == b; }
};
} // namespace llvm

#endif // INGOT_IR_SYMBOLIC_H
