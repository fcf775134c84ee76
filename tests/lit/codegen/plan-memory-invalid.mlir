// RUN: ingot-opt %s --split-input-file --plan-memory --verify-diagnostics

func.func @main(%ctx: !llvm.ptr, %f: f32) attributes {rt.entry, rt.outputs = []} {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{no memory is as large as 'memref<4611686018427387904xf32>'}}
  %a = memref.alloc() : memref<4611686018427387904xf32>
  memref.store %f, %a[%c0] : memref<4611686018427387904xf32>
  return
}

// -----

// Each of them fits, but not all at once.
// expected-error @+1 {{the intermediates of all 3 buffers do not fit in memory}}
func.func @main(%ctx: !llvm.ptr, %f: f32) attributes {rt.entry, rt.outputs = []} {
  %c0 = arith.constant 0 : index
  %a = memref.alloc() : memref<2000000000000000000xf32>
  %b = memref.alloc() : memref<2000000000000000000xf32>
  %c = memref.alloc() : memref<2000000000000000000xf32>
  memref.store %f, %a[%c0] : memref<2000000000000000000xf32>
  memref.store %f, %b[%c0] : memref<2000000000000000000xf32>
  memref.store %f, %c[%c0] : memref<2000000000000000000xf32>
  memref.store %f, %a[%c0] : memref<2000000000000000000xf32>
  memref.store %f, %b[%c0] : memref<2000000000000000000xf32>
  return
}
