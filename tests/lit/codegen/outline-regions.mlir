// RUN: ingot-opt %s --outline-regions | FileCheck %s

// What the region uses becomes arguments, constants are copied; memory that nothing else used shares is not shared.
// CHECK-LABEL: func.func private @kernel_part(
// CHECK-SAME: %[[X:.*]]: memref<8xf32> {llvm.noalias}, %[[I:.*]]: index) attributes {passthrough = ["noinline"]}
// CHECK: %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CHECK: memref.store %[[ONE]], %[[X]][%[[I]]]
// CHECK: return
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: %[[X:.*]]: memref<8xf32> {llvm.noalias}, %[[I:.*]]: index)
// CHECK-NOT: execute_region
// CHECK: call @kernel_part(%[[X]], %[[I]])
// CHECK-NEXT: return
func.func private @kernel(%x: memref<8xf32> {llvm.noalias}, %i: index) attributes {rt.kernel} {
  %one = arith.constant 1.0 : f32
  scf.execute_region no_inline {
    memref.store %one, %x[%i] : memref<8xf32>
    scf.yield
  }
  return
}

// Others stay where they are.
// CHECK-LABEL: func.func private @inlined(
// CHECK: scf.execute_region {
// CHECK: scf.execute_region -> f32 no_inline
func.func private @inlined(%x: memref<8xf32>, %i: index) attributes {rt.kernel} {
  %one = arith.constant 1.0 : f32
  scf.execute_region {
    memref.store %one, %x[%i] : memref<8xf32>
    scf.yield
  }
  %two = scf.execute_region -> f32 no_inline {
    scf.yield %one : f32
  }
  memref.store %two, %x[%i] : memref<8xf32>
  return
}
