// A tile of two outputs by two lines by two vectors: what a channel's three taps of a line read is loaded once, and the
// sums stay in registers.
// RUN: ingot-opt %s --pass-pipeline='builtin.module(tile-to-vector,canonicalize,cse,func.func(hoist-allocas),expand-strided-metadata,lower-affine,convert-scf-to-cf,convert-to-llvm,reconcile-unrealized-casts)' -o %t.mlir
// RUN: mlir-translate --mlir-to-llvmir %t.mlir -o %t.ll
// RUN: opt -passes='%kernel_passes' -mtriple=x86_64-linux-gnu -mcpu=znver4 %t.ll -S | llc -mcpu=znver4 -o %t.s
// RUN: FileCheck %s --implicit-check-not=call < %t.s
// RUN: FileCheck %s --check-prefix=SHUFFLE < %t.s

// CHECK-LABEL: lines:
// CHECK-COUNT-72: {{vfmadd[0-9]+ps .*%zmm}}
// CHECK-NOT: {{vfmadd|vmul|vmova?ps .*%zmm.*\(%rsp}}
// CHECK: ret

// Two taps of four lines by two vectors.
// SHUFFLE-COUNT-16: {{vperm[a-z0-9]+|valignd}}
// SHUFFLE-NOT: {{vperm|valignd}}
func.func @lines(%x: memref<1x16x8x32xf32>, %w: memref<4x2x4x3x3xf32>, %y: memref<1x8x8x32xf32>) {
  tile.planes_conv ins(%x, %w : memref<1x16x8x32xf32>, memref<4x2x4x3x3xf32>) outs(%y : memref<1x8x8x32xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 2, columns = 32, lanes = 16, row_block = 8, line_block = 2, masks = true, parallel = false>}
      epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
