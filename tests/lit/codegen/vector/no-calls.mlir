// No call of the C library is left in a kernel on f32, whatever the target.
// RUN: ingot-opt %s --pass-pipeline='builtin.module(func.func(schedule-generics,vectorize-elementwise,vectorize-reduction,expand-math,convert-vector-to-scf),expand-strided-metadata,lower-affine,convert-scf-to-cf,convert-to-llvm,reconcile-unrealized-casts)' -o %t.mlir
// RUN: sed 's/ attributes {rt.target[^{]*//' %t.mlir | mlir-translate --mlir-to-llvmir -o %t.ll
// RUN: llc -mcpu=x86-64-v4 -mattr=+prefer-256-bit -O2 %t.ll -o - | FileCheck %s --implicit-check-not=call
// RUN: llc -mcpu=x86-64-v2 -O2 %t.ll -o - | FileCheck %s --implicit-check-not=call
// RUN: llc -mtriple=aarch64 -O2 %t.ll -o - | FileCheck %s --implicit-check-not='{{[[:space:]]bl[[:space:]]}}'

#id = affine_map<(d0) -> (d0)>
module attributes {rt.target = #tile.target<vector_bits = 256, registers = 16>} {
// CHECK-LABEL: f_unary
func.func @f_unary(%a: memref<?xf32>, %o: memref<?xf32>) {
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : memref<?xf32>) outs(%o : memref<?xf32>) {
  ^bb0(%x: f32, %y: f32):
    %0 = math.exp %x : f32
    %1 = math.exp2 %0 : f32
    %2 = math.expm1 %1 : f32
    %3 = math.sinh %2 : f32
    %4 = math.cosh %3 : f32
    %5 = math.tanh %4 : f32
    %6 = math.erf %5 : f32
    %7 = math.log %6 : f32
    %8 = math.log2 %7 : f32
    %9 = math.log10 %8 : f32
    %10 = math.log1p %9 : f32
    %11 = math.asinh %10 : f32
    %12 = math.acosh %11 : f32
    %13 = math.atanh %12 : f32
    %14 = math.rsqrt %13 : f32
    %15 = math.round %14 : f32
    %16 = math.roundeven %15 : f32
    %17 = math.floor %16 : f32
    %18 = math.ceil %17 : f32
    linalg.yield %18 : f32
  }
  return
}

// CHECK-LABEL: f_trigonometric
func.func @f_trigonometric(%a: memref<?xf32>, %o: memref<?xf32>) {
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : memref<?xf32>) outs(%o : memref<?xf32>) {
  ^bb0(%x: f32, %y: f32):
    %0 = math.sin %x : f32
    %1 = math.cos %0 : f32
    %2 = math.tan %1 : f32
    %3 = math.asin %2 : f32
    %4 = math.acos %3 : f32
    %5 = math.atan %4 : f32
    linalg.yield %5 : f32
  }
  return
}

// CHECK-LABEL: f_binary
func.func @f_binary(%a: memref<?xf32>, %b: memref<?xf32>, %o: memref<?xf32>) {
  linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%a, %b : memref<?xf32>, memref<?xf32>) outs(%o : memref<?xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %0 = math.powf %x, %y : f32
    %1 = arith.remf %0, %y : f32
    %2 = arith.maximumf %0, %1 : f32
    linalg.yield %2 : f32
  }
  return
}
}
