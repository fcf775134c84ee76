// RUN: not ingot-opt %s --verify-contract=after=tile 2>&1 | FileCheck %s --check-prefix=TILE
// RUN: not ingot-opt %s --verify-contract=after=plan 2>&1 | FileCheck %s --check-prefix=PLAN
// RUN: not ingot-opt %s --verify-contract=after=outline 2>&1 | FileCheck %s --check-prefix=OUTLINE
// RUN: not ingot-opt %s --verify-contract=after=llvm 2>&1 | FileCheck %s --check-prefix=LLVM
// RUN: not ingot-opt %s --verify-contract=after=lunch 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: ingot-opt %s --verify-contract=after=lower

// TILE: after phase 'tile', expected no operation 'linalg.fill'
// PLAN: after phase 'plan', expected an offset for weight @w
// OUTLINE: after phase 'outline', expected no operation 'scf.forall'
// LLVM: after phase 'llvm', expected no operation 'func.func'
// NAME: expected the name of a phase but got 'lunch'

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
func.func @main(%ctx: !llvm.ptr, %x: memref<4xf32>) attributes {rt.entry} {
  return
}
