//===- Attention.td - scaled dot product attention
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_ATTENTION
#define INGOT_IR_ATTENTION

include "ir/Dialect.td"

def Ingot_CausalKind : Ingot_Enum<"CausalKind", ["none", "first", "last"]>;
def Ingot_CausalKindAttr : Ingot_EnumAttr<Ingot_CausalKind, "causal_kind">;
def AttentionOp : Ingot_PureOp<"attention"> {
  let summary = "softmax(scale * query key^T + mask) value";
  let description = [{
    query [.., L, D], key [.., S, D] and value [.., S, V] give [.., L, V]; leading dimensions broadcast. A dimension of
    heads that share a key is one where key and value have extent 1.

    A score is `scale` times the product, then `softcap * tanh(score / softcap)` where `softcap` is not 0. `mask`
    broadcasts to [.., L, S]: numbers are added to the scores; where it is boolean, scores of false become `excluded`.
    `causal`: query i sees the keys up to i with `first`, up to i + S - L (so that the last one sees all) with `last`.
    A query all of whose scores are -infinity gives zeros.

    `query_perm`, `key_perm` and `value_perm` transpose an operand first, `result_perm` transposes the result, as
    `ingot.transpose` would: models keep [batch, rows, heads, columns] around an attention. The last dimension stays.
  }];
  let arguments = (ins AnyTensor:$query, AnyTensor:$key, AnyTensor:$value, Optional<AnyTensor>:$mask, F64Attr:$scale,
      DefaultValuedAttr<Ingot_CausalKindAttr, "::ingot::CausalKind::none">:$causal,
      DefaultValuedAttr<F64Attr, "0.0">:$softcap,
      DefaultValuedAttr<F64Attr, "-std::numeric_limits<double>::infinity()">:$excluded,
      OptionalAttr<DenseI64ArrayAttr>:$query_perm, OptionalAttr<DenseI64ArrayAttr>:$key_perm,
      OptionalAttr<DenseI64ArrayAttr>:$value_perm, OptionalAttr<DenseI64ArrayAttr>:$result_perm);
  let results = (outs AnyTensor:$result);
  let builders = [OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$query, "::mlir::Value":$key,
                                 "::mlir::Value":$value, "::mlir::Value":$mask, "double":$scale,
                                 "::ingot::CausalKind":$causal, "double":$softcap, "double":$excluded)>];
  let hasCanonicalizer = 1;
  let hasVerifier = 1;
}

#endif // INGOT_IR_ATTENTION
