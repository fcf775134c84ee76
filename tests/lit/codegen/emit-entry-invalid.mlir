// RUN: ingot-opt %s --split-input-file --emit-entry --verify-diagnostics
// RUN: not ingot-opt %s --split-input-file --plan-memory 2>&1 | FileCheck %s

// CHECK: error: expected the run's context as the first argument of the host function
// expected-error @+1 {{expected the run's context as the first argument of the host function}}
func.func @main(%x: memref<4xf32>) attributes {rt.entry, rt.outputs = []} {
  return
}

// -----
// expected-error @+1 {{expected 'rt.outputs' on the host function}}
func.func @main(%ctx: !llvm.ptr) attributes {rt.entry} {
  return
}

// -----
// expected-error @+1 {{expected 'rt.type' on argument 1 of the host function}}
func.func @main(%ctx: !llvm.ptr, %x: memref<4xf32> {rt.name = "x"}) attributes {rt.entry, rt.outputs = []} {
  return
}
