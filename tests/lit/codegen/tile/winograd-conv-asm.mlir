// The product of a point of the transformed tiles: 24 multiply-adds a step, sums in registers until they are stored.
// RUN: ingot-opt %s --pass-pipeline='builtin.module(tile-to-vector,canonicalize,cse,func.func(hoist-allocas),expand-strided-metadata,lower-affine,convert-scf-to-cf,convert-to-llvm,reconcile-unrealized-casts)' -o %t.mlir
// RUN: mlir-translate --mlir-to-llvmir %t.mlir -o %t.ll
// RUN: opt -passes='%kernel_passes' -mtriple=x86_64-linux-gnu -mcpu=znver4 %t.ll -S | llc -mcpu=znver4 -o - | FileCheck %s --implicit-check-not=call

// CHECK-LABEL: winograd:
// CHECK: vbroadcastss
// CHECK-NOT: rsp
// CHECK-COUNT-24: vfmadd231ps {{.*}}%zmm
// CHECK-NOT: {{vfmadd|vmul}}
// CHECK: ret
func.func @winograd(%x: memref<1x12x16x32xf32>, %w: memref<1x1x4x4x32x32xf32>, %y: memref<1x12x16x32xf32>) {
  tile.winograd_conv ins(%x, %w : memref<1x12x16x32xf32>, memref<1x1x4x4x32x32xf32>)
      outs(%y : memref<1x12x16x32xf32>)
      {pads = array<i64: 1, 1>, schedule = #tile.schedule<rows = 12, columns = 32, lanes = 16, row_block = 12, masks = true, parallel = false>}
      epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
