//===- Gradient.td - derivatives that are not yet operators
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_GRADIENT
#define INGOT_IR_GRADIENT

include "ir/Dialect.td"

def GradientOp : Ingot_PureOp<"gradient"> {
  let summary = "derivatives of the sum of y's elements with respect to each x";
  let description = [{
    Results are shaped like the xs. The pass `differentiate` puts the operators that compute them in its place.
    Source: ONNX ai.onnx.preview.training Gradient.
  }];
  let arguments = (ins AnyTensor:$y, Variadic<AnyTensor>:$xs);
  let results = (outs Variadic<AnyTensor>:$gradients);
  let hasVerifier = 1;
}

#endif // INGOT_IR_GRADIENT
