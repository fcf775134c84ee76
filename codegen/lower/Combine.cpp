//===- Combine.cpp - operations that reductions are made of
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Combine.h"

#include "codegen/lower/HostLowering.h"

using namespace ingot;
using namespace mlir;

Combiner ingot::getCombiner(Combining how, Type element) {
  using Kind = arith::AtomicRMWKind;
  static constexpr Kind floats[] = {Kind::addf, Kind::mulf, Kind::maximumf, Kind::minimumf};
  static constexpr Kind signedOnes[] = {Kind::addi, Kind::muli, Kind::maxs, Kind::mins};
  static constexpr Kind unsignedOnes[] = {Kind::addi, Kind::muli, Kind::maxu, Kind::minu};
  auto which = static_cast<unsigned>(how);
  Type body = bodyType(element);
  if (isa<FloatType>(element))
    return {floats[which], body};
  bool isUnsigned = element.isUnsignedInteger() || element.isInteger(1);
  return {isUnsigned ? unsignedOnes[which] : signedOnes[which], body};
}
