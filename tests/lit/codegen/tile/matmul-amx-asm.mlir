// An f32 product by tile instructions: 24 products of tiles and 14 loads for 32 steps, registers as they were named, and
// no tile stored but the sums. After each product of pieces, some of what comes next is split, by vectors that are not
// spilled.
// RUN: ingot-opt %s --pass-pipeline='builtin.module(tile-to-vector,canonicalize,cse,func.func(lower-vectors),expand-strided-metadata,lower-affine,convert-scf-to-cf,convert-to-llvm,reconcile-unrealized-casts)' -o %t.mlir
// RUN: mlir-translate --mlir-to-llvmir %t.mlir -o %t.ll
// RUN: opt -passes='%kernel_passes' -mtriple=x86_64-linux-gnu -mcpu=sapphirerapids %t.ll -S | llc -mcpu=sapphirerapids -o %t.s
// RUN: FileCheck %s --implicit-check-not=call --input-file=%t.s
// RUN: FileCheck %s --check-prefix=STORES --input-file=%t.s
// RUN: FileCheck %s --check-prefix=SPILLS --input-file=%t.s

// CHECK-LABEL: product:
// CHECK:         ldtilecfg
// CHECK:         tileloadd {{.*}}, %tmm4
// CHECK:         tileloadd {{.*}}, %tmm5
// CHECK:         tileloadd {{.*}}, %tmm6
// CHECK-NEXT:    tileloadd {{.*}}, %tmm7
// CHECK-NEXT:    tdpbf16ps %tmm6, %tmm4, %tmm0
// CHECK-NEXT:    tdpbf16ps %tmm7, %tmm4, %tmm1
// CHECK-NEXT:    tdpbf16ps %tmm6, %tmm5, %tmm2
// CHECK-NEXT:    tdpbf16ps %tmm7, %tmm5, %tmm3
// CHECK-NOT:     tdpbf16ps
// CHECK:         vpermt2w
// CHECK:         tileloadd {{.*}}, %tmm6
// CHECK:         tileloadd {{.*}}, %tmm7
// CHECK-COUNT-20: tdpbf16ps
// CHECK-NOT:     tdpbf16ps
// CHECK:         tilerelease

// STORES-COUNT-4: tilestored
// STORES-NOT:     tilestored

// SPILLS-NOT: {{(vmov|tile).*(Spill|Reload)}}
func.func @product(%a: memref<64x512xf32>, %b: memref<2x512x32xf32>, %out: memref<64x64xf32>) {
  tile.matmul packed ins(%a, %b : memref<64x512xf32>, memref<2x512x32xf32>) outs(%out : memref<64x64xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 64, column_block = 64, left_depth = 512, right_depth = 256, overlap = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
