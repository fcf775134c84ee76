// The inner loop of a row against weights of three bytes: a conversion and a multiply-add for each vector of 16 weights,
// and three shifts for four of them.
// RUN: ingot-opt %s --pass-pipeline='builtin.module(tile-to-vector,canonicalize,cse,expand-strided-metadata,lower-affine,convert-scf-to-cf,convert-to-llvm,reconcile-unrealized-casts)' -o %t.mlir
// RUN: mlir-translate --mlir-to-llvmir %t.mlir -o %t.ll
// RUN: opt -passes='%kernel_passes' -mtriple=x86_64-linux-gnu -mcpu=znver4 %t.ll -S | llc -mcpu=znver4 -o - | FileCheck %s --implicit-check-not=call

// CHECK-LABEL: one_row:
// CHECK:         [[LOOP:.LBB[0-9_]+]]:
// CHECK-NOT:     rsp
// CHECK-DAG:     vpslld $8, {{.*}}%zmm
// CHECK-DAG:     vpshldd $24, {{.*}}%zmm
// CHECK-DAG:     vpshldd $24, {{.*}}%zmm
// CHECK-COUNT-2: vfmadd{{.*}}ps {{.*}}%zmm
// CHECK-NOT:     {{rsp|vpor|vpand|vpsrl}}
// CHECK:         j{{[a-z]+}} [[LOOP]]
// CHECK:         ret
func.func @one_row(%a: memref<1x512xf32>, %b: memref<4x512x3x16xi32>, %out: memref<1x256xf32>) {
  tile.matmul packed ins(%a, %b : memref<1x512xf32>, memref<4x512x3x16xi32>) outs(%out : memref<1x256xf32>)
      {fixed24, schedule = #tile.schedule<rows = 1, columns = 64, lanes = 16, split = 2, parallel = false>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Rows of a number that only the run knows: in the tile of many rows, shifts and conversions are shared by six
// multiply-adds each.
// CHECK-LABEL: rows_at_run_time:
// CHECK:         Inner Loop Header
// CHECK-NOT:     rsp
// CHECK-COUNT-24: vfmadd{{.*}}ps {{.*}}%zmm
// CHECK-NOT:     {{rsp|vfmadd}}
// CHECK:         j{{[a-z]+}}
func.func @rows_at_run_time(%a: memref<?x512xf32>, %b: memref<4x512x3x16xi32>, %out: memref<?x256xf32>) {
  tile.matmul packed ins(%a, %b : memref<?x512xf32>, memref<4x512x3x16xi32>) outs(%out : memref<?x256xf32>)
      {fixed24, schedule = #tile.schedule<rows = 6, columns = 64, lanes = 16, split = 2, row_block = 132, masks = true, parallel = false>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
