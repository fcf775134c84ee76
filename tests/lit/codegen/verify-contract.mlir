// RUN: ingot-opt %s --split-input-file --verify-contract=after=lower --verify-diagnostics

// What the phase may leave is accepted.
func.func private @k(%ctx: !llvm.ptr, %x: memref<4xf32>) attributes {rt.kernel} {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%x : memref<4xf32>)
  scf.forall (%i) in (4) {
    memref.store %zero, %x[%i] : memref<4xf32>
  }
  return
}
func.func @main(%ctx: !llvm.ptr, %x: memref<4xf32>) attributes {rt.entry} {
  func.call @k(%ctx, %x) : (!llvm.ptr, memref<4xf32>) -> ()
  return
}

// -----
func.func @main(%ctx: !llvm.ptr, %x: memref<4xf32>) attributes {rt.entry} {
  // expected-error @+1 {{after phase 'lower', expected no operation 'bufferization.to_tensor'}}
  %t = bufferization.to_tensor %x : memref<4xf32> to tensor<4xf32>
  return
}

// -----
func.func @main(%ctx: !llvm.ptr, %x: tensor<4xf32>) attributes {rt.entry} {
  // expected-error @+1 {{after phase 'lower', expected memory but got 'tensor<4xf32>'}}
  %t = arith.addf %x, %x : tensor<4xf32>
  return
}

// -----
func.func private @k(%ctx: !llvm.ptr) attributes {rt.kernel} {
  // expected-error @+1 {{after phase 'lower', expected no allocation in kernel @k}}
  %a = memref.alloc() : memref<4xf32>
  return
}

// -----
func.func private @k(%ctx: !llvm.ptr, %n: index) attributes {rt.kernel} {
  // expected-error @+1 {{after phase 'lower', expected static sizes on the stack but got 'memref<?xf32>'}}
  %a = memref.alloca(%n) : memref<?xf32>
  return
}

// -----
// expected-error @+1 {{after phase 'lower', expected a host function, marked 'rt.entry'}}
module {
}
