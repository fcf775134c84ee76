// RUN: ingot-opt %s --split-input-file --outline-parallel --verify-diagnostics

func.func private @k(%x: memref<4xf32>, %f: f32) attributes {rt.kernel} {
  // expected-error @+1 {{expected the run's context as the first argument of the function around a parallel loop}}
  scf.forall (%i) in (4) {
    memref.store %f, %x[%i] : memref<4xf32>
  }
  return
}

// -----
func.func private @k(%ctx: !llvm.ptr, %t: tensor<4xf32>) -> tensor<4xf32> attributes {rt.kernel} {
  // expected-error @+1 {{expected a parallel loop over memory, but it has 1 results}}
  %r = scf.forall (%i) in (4) shared_outs(%o = %t) -> tensor<4xf32> {
  }
  return %r : tensor<4xf32>
}
