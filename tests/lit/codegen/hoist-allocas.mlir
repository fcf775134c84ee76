// RUN: ingot-opt %s --hoist-allocas | FileCheck %s

// CHECK-LABEL: func.func @loop
func.func @loop(%n: index, %f: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: memref.alloca() : memref<16xf32>
  // CHECK: scf.for
  scf.for %i = %c0 to %n step %c1 {
    // CHECK-NOT: memref.alloca() : memref<16xf32>
    %a = memref.alloca() : memref<16xf32>
    memref.store %f, %a[%c0] : memref<16xf32>
    // A size that is computed here cannot move.
    // CHECK: memref.alloca(%{{.*}}) : memref<?xf32>
    %b = memref.alloca(%i) : memref<?xf32>
    memref.store %f, %b[%c0] : memref<?xf32>
  }
  return
}
