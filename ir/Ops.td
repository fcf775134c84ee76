//===- Ops.td - every operator of the dialect
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

include "ir/Dialect.td"
include "ir/Elementwise.td"
include "ir/Shape.td"
include "ir/Index.td"
include "ir/Reduce.td"
include "ir/Linear.td"
include "ir/Attention.td"
include "ir/Control.td"
