// The same with sixteen registers of eight lanes: twelve sums, two vectors of weights, a factor.
// RUN: ingot-opt %s --pass-pipeline='builtin.module(tile-to-vector,canonicalize,cse,func.func(hoist-allocas),expand-strided-metadata,lower-affine,convert-scf-to-cf,convert-to-llvm,reconcile-unrealized-casts)' -o %t.mlir
// RUN: mlir-translate --mlir-to-llvmir %t.mlir -o %t.ll
// RUN: opt -passes='%kernel_passes' -mtriple=x86_64-linux-gnu -mcpu=x86-64-v3 %t.ll -S | llc -mcpu=x86-64-v3 -o - \
// RUN:   | FileCheck %s --implicit-check-not=call --implicit-check-not='32-byte Spill' --implicit-check-not='32-byte Reload'

// CHECK-LABEL: product:
// CHECK: Inner Loop Header
// CHECK-NOT: {{rsp|vmul|vadd}}
// CHECK-COUNT-12: vfmadd231ps {{.*}}%ymm
// CHECK-NOT: {{rsp|vfmadd|vmul|vadd}}
// CHECK: j{{n?e|b}}
func.func @product(%a: memref<510x256xf32>, %b: memref<16x256x16xf32>, %out: memref<510x256xf32>) {
  tile.matmul packed ins(%a, %b : memref<510x256xf32>, memref<16x256x16xf32>) outs(%out : memref<510x256xf32>)
      {schedule = #tile.schedule<rows = 6, columns = 16, lanes = 8, row_block = 126, parallel = false>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
