// Taps of a line: four outputs by four vectors of positions a tap, whose sums stay in registers. A window has at most
// three lines, which are unrolled.
// RUN: ingot-opt %s --pass-pipeline='builtin.module(tile-to-vector,canonicalize,cse,func.func(hoist-allocas),expand-strided-metadata,lower-affine,convert-scf-to-cf,convert-to-llvm,reconcile-unrealized-casts)' -o %t.mlir
// RUN: mlir-translate --mlir-to-llvmir %t.mlir -o %t.ll
// RUN: opt -passes='%kernel_passes' -mtriple=x86_64-linux-gnu -mcpu=znver4 %t.ll -S | llc -mcpu=znver4 -o - | FileCheck %s --implicit-check-not=call

// CHECK-LABEL: planes:
// CHECK: vbroadcastss
// CHECK-COUNT-144: {{vfmadd231ps .*%zmm}}
// CHECK-NOT: {{vfmadd|vmul}}
// CHECK: ret
func.func @planes(%x: memref<1x8x8x64xf32>, %w: memref<2x4x4x3x3xf32>, %y: memref<1x8x8x64xf32>) {
  tile.planes_conv ins(%x, %w : memref<1x8x8x64xf32>, memref<2x4x4x3x3xf32>) outs(%y : memref<1x8x8x64xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 4, columns = 64, lanes = 16, unroll = 3, row_block = 8, masks = true, parallel = false>}
      epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
