// An f32 product by tile instructions whose right operand stays: besides the products, the next rows are split after the
// first and the fourth product of pieces, and others finished after the fifth, by vectors that are not spilled.
// RUN: ingot-opt %s --pass-pipeline='builtin.module(tile-to-vector,canonicalize,cse,func.func(lower-vectors),expand-strided-metadata,lower-affine,convert-scf-to-cf,convert-to-llvm,reconcile-unrealized-casts)' -o %t.mlir
// RUN: mlir-translate --mlir-to-llvmir %t.mlir -o %t.ll
// RUN: opt -passes='%kernel_passes' -mtriple=x86_64-linux-gnu -mcpu=sapphirerapids %t.ll -S | llc -mcpu=sapphirerapids -o %t.s
// RUN: FileCheck %s --implicit-check-not=call --input-file=%t.s
// RUN: FileCheck %s --check-prefix=MEANWHILE --input-file=%t.s
// RUN: FileCheck %s --check-prefix=SPILLS --input-file=%t.s

// CHECK-LABEL: product:
// CHECK:         ldtilecfg
// CHECK-COUNT-4: tilezero
// CHECK-COUNT-24: tdpbf16ps
// CHECK-NOT:     tdpbf16ps
// CHECK-COUNT-4: tilestored
// CHECK:         vcmpunordps
// CHECK:         tilerelease

// MEANWHILE:     tilezero
// MEANWHILE:     tdpbf16ps
// MEANWHILE:     vpermt2w
// MEANWHILE:     tdpbf16ps
// MEANWHILE:     vpermt2w
// MEANWHILE:     tdpbf16ps
// MEANWHILE:     vmovups %zmm
// MEANWHILE-NOT: tdpbf16ps
// MEANWHILE:     tilestored

// SPILLS:     tilezero
// SPILLS-NOT: {{(vmov|tile).*(Spill|Reload)}}
// SPILLS:     tilestored
func.func @product(%a: memref<64x512xf32>, %b: memref<2x512x32xf32>, %out: memref<64x64xf32>) {
  tile.matmul packed ins(%a, %b : memref<64x512xf32>, memref<2x512x32xf32>) outs(%out : memref<64x64xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 16, column_block = 64, left_depth = 512, right_depth = 512, stream = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
