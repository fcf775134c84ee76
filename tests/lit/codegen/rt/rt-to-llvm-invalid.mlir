// RUN: ingot-opt %s --split-input-file --ingot-to-llvm --verify-diagnostics

rt.weight_data @w source(dense<1.0> : tensor<4xf32>) : tensor<4xf32> : memref<4xf32>
func.func @weight(%ctx: !llvm.ptr) -> f32 {
  %c0 = arith.constant 0 : index
  // expected-error @+2 {{expected weights with an offset in a function that gets their memory}}
  // expected-error @+1 {{failed to legalize operation 'rt.weight'}}
  %w = rt.weight @w : memref<4xf32>
  %0 = memref.load %w[%c0] : memref<4xf32>
  return %0 : f32
}

// -----

func.func @output(%f: f32) {
  %c0 = arith.constant 0 : index
  // expected-error @+2 {{expected the run's context as the function's first argument}}
  // expected-error @+1 {{failed to legalize operation 'rt.output'}}
  %y = rt.output 0 () : memref<4xf32>
  memref.store %f, %y[%c0] : memref<4xf32>
  return
}

// -----

func.func @allocation(%f: f32) {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{expected row-major memory and the run's context as the function's first argument}}
  %y = memref.alloc() : memref<4xf32>
  memref.store %f, %y[%c0] : memref<4xf32>
  return
}

// -----

func.func @deallocation(%i: i64, %x: memref<4xf32>) {
  // expected-error @+1 {{expected ranked memory and the run's context as the function's first argument}}
  memref.dealloc %x : memref<4xf32>
  return
}

// -----

func.func @check(%c: i1) {
  // expected-error @+2 {{expected the run's context as the function's first argument}}
  // expected-error @+1 {{failed to legalize operation 'rt.check'}}
  rt.check %c, "no"()
  return
}
