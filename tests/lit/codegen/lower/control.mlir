// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// Branches yield memory; captured values are read where they are.
// CHECK-LABEL: func.func @branch
// CHECK: %[[C:.*]] = arith.cmpi ne
// CHECK: %[[R:.*]] = scf.if %[[C]] -> (memref<?xf32>) {
// CHECK: call @k{{.*}}_relu
// CHECK: memref.cast {{.*}} to memref<?xf32>
// CHECK: } else {
// CHECK: call @k{{.*}}_neg
// CHECK: memref.copy %[[R]]
module {
func.func @branch(%c: tensor<i1> {ingot.name = "c"}, %x: tensor<3xf32> {ingot.name = "x"},
                  %z: tensor<4xf32> {ingot.name = "z"}) -> (tensor<?xf32> {ingot.name = "y"}) {
  %0 = ingot.if %c : (tensor<i1>) -> tensor<?xf32> {
    %1 = ingot.relu %x : (tensor<3xf32>) -> tensor<3xf32>
    ingot.yield %1 : tensor<3xf32>
  } else {
    %1 = ingot.neg %z : (tensor<4xf32>) -> tensor<4xf32>
    ingot.yield %1 : tensor<4xf32>
  }
  return %0 : tensor<?xf32>
}
}

// -----

// A known condition leaves one branch, whatever the rank of the other's result.
// CHECK-LABEL: func.func @known
// CHECK-NOT: scf.if
// CHECK: call @k{{.*}}_relu
// CHECK-NOT: scf.if
module {
func.func @known(%x: tensor<3xf32> {ingot.name = "x"}) -> (tensor<3xf32> {ingot.name = "y"}) {
  %c = ingot.constant tensor<i1> = dense<true> : tensor<i1>
  %0 = ingot.if %c : (tensor<i1>) -> tensor<3xf32> {
    %1 = ingot.relu %x : (tensor<3xf32>) -> tensor<3xf32>
    ingot.yield %1 : tensor<3xf32>
  } else {
    %1 = ingot.unsqueeze %x {axes = array<i64: 0>} : (tensor<3xf32>) -> tensor<1x3xf32>
    ingot.yield %1 : tensor<1x3xf32>
  }
  return %0 : tensor<3xf32>
}
}

// -----

// An operator that stands for an error ends the run in its branch; its message is a format.
// CHECK-LABEL: func.func @fail
// CHECK: scf.if
// CHECK: rt.check %false, "expected 6 elements, 100%% of them"
module {
func.func @fail(%c: tensor<i1> {ingot.name = "c"}, %x: tensor<3xf32> {ingot.name = "x"})
    -> (tensor<3xf32> {ingot.name = "y"}) {
  %0 = ingot.if %c : (tensor<i1>) -> tensor<3xf32> {
    %1 = ingot.fail "expected 6 elements, 100% of them" : tensor<3xf32>
    ingot.yield %1 : tensor<3xf32>
  } else {
    %1 = ingot.neg %x : (tensor<3xf32>) -> tensor<3xf32>
    ingot.yield %1 : tensor<3xf32>
  }
  return %0 : tensor<3xf32>
}
}
