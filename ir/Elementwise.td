//===- Elementwise.td - one result element from the operands' elements at its position
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_ELEMENTWISE
#define INGOT_IR_ELEMENTWISE

include "ir/Dialect.td"

class Ingot_ElementwiseOp<string mnemonic, list<Trait> traits = []> : Ingot_Op<mnemonic,
    traits # [Pure, BroadcastShapes, ShapeInferenceOpInterface, ElementwiseOpInterface]> {
  let results = (outs AnyTensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

class Ingot_UnaryOp<string mnemonic, string sum> : Ingot_ElementwiseOp<mnemonic> {
  let summary = sum;
  let arguments = (ins AnyTensor:$input);
}
class Ingot_BinaryOp<string mnemonic, string sum, list<Trait> traits = []> : Ingot_ElementwiseOp<mnemonic, traits> {
  let summary = sum;
  let arguments = (ins AnyTensor:$lhs, AnyTensor:$rhs);
}

def AbsOp : Ingot_UnaryOp<"abs", "|x|">;
def NegOp : Ingot_UnaryOp<"neg", "-x">;
def SignOp : Ingot_UnaryOp<"sign", "-1, 0 or 1">;
def ExpOp : Ingot_UnaryOp<"exp", "e^x">;
def LogOp : Ingot_UnaryOp<"log", "natural logarithm">;
def SqrtOp : Ingot_UnaryOp<"sqrt", "square root">;
def ReciprocalOp : Ingot_UnaryOp<"reciprocal", "1 / x">;
def SinOp : Ingot_UnaryOp<"sin", "sine">;
def CosOp : Ingot_UnaryOp<"cos", "cosine">;
def TanOp : Ingot_UnaryOp<"tan", "tangent">;
def AsinOp : Ingot_UnaryOp<"asin", "arc sine">;
def AcosOp : Ingot_UnaryOp<"acos", "arc cosine">;
def AtanOp : Ingot_UnaryOp<"atan", "arc tangent">;
def SinhOp : Ingot_UnaryOp<"sinh", "hyperbolic sine">;
def CoshOp : Ingot_UnaryOp<"cosh", "hyperbolic cosine">;
def TanhOp : Ingot_UnaryOp<"tanh", "hyperbolic tangent">;
def AsinhOp : Ingot_UnaryOp<"asinh", "inverse hyperbolic sine">;
def AcoshOp : Ingot_UnaryOp<"acosh", "inverse hyperbolic cosine">;
def AtanhOp : Ingot_UnaryOp<"atanh", "inverse hyperbolic tangent">;
def ErfOp : Ingot_UnaryOp<"erf", "Gauss error function">;
def CeilOp : Ingot_UnaryOp<"ceil", "towards positive infinity">;
def FloorOp : Ingot_UnaryOp<"floor", "towards negative infinity">;
def RoundOp : Ingot_UnaryOp<"round", "to the nearest integer, halves to even">;
def ReluOp : Ingot_UnaryOp<"relu", "max(x, 0)">;
def SigmoidOp : Ingot_UnaryOp<"sigmoid", "1 / (1 + e^-x)">;
def SoftplusOp : Ingot_UnaryOp<"softplus", "log(1 + e^x)">;
def SiluOp : Ingot_UnaryOp<"silu", "x * sigmoid(x)">;
def HardSwishOp : Ingot_UnaryOp<"hard_swish", "x * clamp(x / 6 + 1 / 2, 0, 1)">;
def NotOp : Ingot_UnaryOp<"not", "logical negation of a boolean">;
def BitNotOp : Ingot_UnaryOp<"bit_not", "bitwise complement">;
def IsNanOp : Ingot_UnaryOp<"is_nan", "whether x is not a number (boolean result)">;

def GeluOp : Ingot_ElementwiseOp<"gelu"> {
  let summary = "x * Phi(x), exact with erf or approximated with tanh";
  let arguments = (ins AnyTensor:$input, UnitAttr:$tanh);
}
def IsInfOp : Ingot_ElementwiseOp<"is_inf"> {
  let summary = "whether x is infinite, of the signs asked for (boolean result)";
  let arguments = (ins AnyTensor:$input, DefaultValuedAttr<BoolAttr, "true">:$positive,
                       DefaultValuedAttr<BoolAttr, "true">:$negative);
}
def CastOp : Ingot_ElementwiseOp<"cast"> {
  let summary = "the value in the result's element type";
  let description = [{
    Float to integer truncates towards zero; to boolean compares with zero.
  }];
  let arguments = (ins AnyTensor:$input);
  let hasFolder = 1;
}

def AddOp : Ingot_BinaryOp<"add", "x + y", [Commutative]> { let hasFolder = 1; }
def SubOp : Ingot_BinaryOp<"sub", "x - y"> { let hasFolder = 1; }
def MulOp : Ingot_BinaryOp<"mul", "x * y", [Commutative]> { let hasFolder = 1; }
def DivOp : Ingot_BinaryOp<"div", "x / y; integers truncate towards zero"> { let hasFolder = 1; }
def PowOp : Ingot_BinaryOp<"pow", "x ^ y, in the type of x">;
def MaxOp : Ingot_BinaryOp<"max", "the larger one; a NaN wins">;
def MinOp : Ingot_BinaryOp<"min", "the smaller one; a NaN wins">;
def AndOp : Ingot_BinaryOp<"and", "logical and of booleans">;
def OrOp : Ingot_BinaryOp<"or", "logical or of booleans">;
def XorOp : Ingot_BinaryOp<"xor", "logical exclusive or of booleans">;
def BitAndOp : Ingot_BinaryOp<"bit_and", "bitwise and">;
def BitOrOp : Ingot_BinaryOp<"bit_or", "bitwise or">;
def BitXorOp : Ingot_BinaryOp<"bit_xor", "bitwise exclusive or">;
def ShiftLeftOp : Ingot_BinaryOp<"shift_left", "x << y; 0 when y reaches the width">;
def ShiftRightOp : Ingot_BinaryOp<"shift_right", "x >> y, logical; 0 when y reaches the width">;

def ModOp : Ingot_ElementwiseOp<"mod"> {
  let summary = "remainder: sign of the divisor, or of the dividend with fmod";
  let arguments = (ins AnyTensor:$lhs, AnyTensor:$rhs, UnitAttr:$fmod);
}

def Ingot_Predicate : Ingot_Enum<"Predicate", ["eq", "ne", "lt", "le", "gt", "ge"]>;
def Ingot_PredicateAttr : Ingot_EnumAttr<Ingot_Predicate, "predicate">;
def CompareOp : Ingot_ElementwiseOp<"compare"> {
  let summary = "compares; boolean result, false for NaN except with ne";
  let arguments = (ins Ingot_PredicateAttr:$predicate, AnyTensor:$lhs, AnyTensor:$rhs);
  let assemblyFormat = "$predicate $lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}
def SelectOp : Ingot_ElementwiseOp<"select"> {
  let summary = "condition ? x : y";
  let arguments = (ins AnyTensor:$condition, AnyTensor:$lhs, AnyTensor:$rhs);
}
def ClampOp : Ingot_ElementwiseOp<"clamp"> {
  let summary = "min(max(x, low), high)";
  let arguments = (ins AnyTensor:$input, AnyTensor:$low, AnyTensor:$high);
}
def QuantizeOp : Ingot_ElementwiseOp<"quantize"> {
  let summary = "saturate(round_half_even(x / scale) + zero_point)";
  let description = [{
    Source: ONNX QuantizeLinear. `scale` and `zero_point` broadcast against the
    input: the importer gives per-axis ones trailing 1-dimensions.
  }];
  let arguments = (ins AnyTensor:$input, AnyTensor:$scale, AnyTensor:$zero_point);
}
def DequantizeOp : Ingot_ElementwiseOp<"dequantize"> {
  let summary = "(x - zero_point) * scale";
  let description = [{ Source: ONNX DequantizeLinear; broadcasting as in `quantize`. }];
  let arguments = (ins AnyTensor:$input, AnyTensor:$scale, AnyTensor:$zero_point);
}

#endif // INGOT_IR_ELEMENTWISE
