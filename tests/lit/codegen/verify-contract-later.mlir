// RUN: not ingot-opt %s --verify-contract=after=schedule 2>&1 | FileCheck %s --check-prefix=SCHEDULE
// RUN: sed 's/vector_bits = 128/vector_bits = 0/' %s | ingot-opt --verify-contract=after=schedule
// RUN: not ingot-opt %s --verify-contract=after=tile 2>&1 | FileCheck %s --check-prefix=TILE
// RUN: not ingot-opt %s --verify-contract=after=plan 2>&1 | FileCheck %s --check-prefix=PLAN
// RUN: not ingot-opt %s --verify-contract=after=outline 2>&1 | FileCheck %s --check-prefix=OUTLINE
// RUN: not ingot-opt %s --verify-contract=after=llvm 2>&1 | FileCheck %s --check-prefix=LLVM
// RUN: not ingot-opt %s --verify-contract=after=lunch 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: ingot-opt %s --verify-contract=after=lower

// The reference needs no schedules.
// SCHEDULE: after phase 'schedule', expected a schedule on 'tile.matmul'
// TILE: after phase 'tile', expected no operation 'linalg.fill'
// PLAN: after phase 'plan', expected an offset for weight @w
// OUTLINE: after phase 'outline', expected no operation 'scf.forall'
// LLVM: after phase 'llvm', expected no operation 'func.func'
// NAME: expected the name of a phase but got 'lunch'

module attributes {rt.target = #tile.target<vector_bits = 128, registers = 16>} {
func.func private @loads(%ctx: !llvm.ptr, %x: memref<f32>) attributes {rt.kernel} {
  %0 = memref.load %x[] : memref<f32>
  return
}
func.func private @loops(%ctx: !llvm.ptr, %x: memref<4xf32>, %f: f32) attributes {rt.kernel} {
  scf.forall (%i) in (4) {
    memref.store %f, %x[%i] : memref<4xf32>
  }
  return
}
rt.weight_data @w source(dense<1.0> : tensor<4xf32>) : tensor<4xf32> : memref<4xf32>
func.func private @fills(%ctx: !llvm.ptr, %x: memref<4xf32>, %f: f32) attributes {rt.kernel} {
  linalg.fill ins(%f : f32) outs(%x : memref<4xf32>)
  return
}
func.func private @multiplies(%ctx: !llvm.ptr, %a: memref<4x8xf32>, %b: memref<8x16xf32>, %out: memref<4x16xf32>)
    attributes {rt.kernel} {
  tile.matmul row_major ins(%a, %b : memref<4x8xf32>, memref<8x16xf32>) outs(%out : memref<4x16xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func @main(%ctx: !llvm.ptr, %x: memref<4xf32>) attributes {rt.entry} {
  return
}
}
