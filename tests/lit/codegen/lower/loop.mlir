// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// A fixed trip count is a for loop; a carried value has two buffers that take turns, and what comes next is computed
// where it belongs: only what the body hands on as it is has to be copied. A scan output is written in place.
// CHECK-LABEL: func.func @fixed
// CHECK: %[[A0:.*]] = memref.alloc() : memref<3xf32>
// CHECK: %[[A1:.*]] = memref.alloc() : memref<3xf32>
// CHECK: memref.copy %{{.*}}, %[[A0]]
// CHECK: %[[B0:.*]] = memref.alloc() : memref<3xf32>
// CHECK: %[[B1:.*]] = memref.alloc() : memref<3xf32>
// CHECK: memref.copy %{{.*}}, %[[B0]]
// CHECK: %[[Y:.*]] = rt.output 1() : memref<5x3xf32>
// CHECK: scf.for %[[I:.*]] = %c0 to %c5
// CHECK-SAME: iter_args(%[[A:.*]] = %[[A0]], %[[NEXT_A:.*]] = %[[A1]], %[[B:.*]] = %[[B0]], %[[NEXT_B:.*]] = %[[B1]])
// CHECK-NOT: memref.alloc
// CHECK: call @k{{.*}}_add(%{{.*}}, %[[A]], %[[B]], %[[NEXT_B]])
// CHECK: memref.copy %[[B]], %[[NEXT_A]]
// CHECK: %[[SLICE:.*]] = memref.subview %[[Y]][%[[I]], 0] [1, 3] [1, 1]
// CHECK: memref.copy %[[NEXT_B]], %[[SLICE]]
// CHECK: scf.yield %[[NEXT_A]], %[[A]], %[[NEXT_B]], %[[B]]
module {
func.func @fixed(%a: tensor<3xf32> {ingot.name = "a"}, %b: tensor<3xf32> {ingot.name = "b"})
    -> (tensor<3xf32> {ingot.name = "l"}, tensor<5x3xf32> {ingot.name = "y"}) {
  %n = ingot.constant tensor<i64> = dense<5> : tensor<i64>
  %true = ingot.constant tensor<i1> = dense<true> : tensor<i1>
  %0:3 = ingot.loop trip %n : tensor<i64> init %a, %b : tensor<3xf32>, tensor<3xf32>
      -> (tensor<3xf32>, tensor<3xf32>, tensor<5x3xf32>) {
  ^bb0(%i: tensor<i64>, %x: tensor<3xf32>, %z: tensor<3xf32>):
    %1 = ingot.add %x, %z : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    ingot.yield %true, %z, %1, %1 : tensor<i1>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
  }
  return %0#1, %0#2 : tensor<3xf32>, tensor<5x3xf32>
}
}

// -----

// What stays as it is stays where it is.
// CHECK-LABEL: func.func @unchanged
// CHECK: memref.copy %arg1, %[[A:[^ ]*]]
// CHECK: scf.for {{.*}} iter_args(%[[Z:[a-z0-9]+]] = %{{.*}}, %[[NEXT:[a-z0-9]+]] = %{{.*}}) ->
// CHECK-NOT: memref.copy
// CHECK: call @k{{.*}}_add(%{{.*}}, %[[A]], %[[Z]], %[[NEXT]])
// CHECK-NOT: memref.copy
// CHECK: scf.yield %[[NEXT]], %[[Z]]
module {
func.func @unchanged(%a: tensor<3xf32> {ingot.name = "a"}, %b: tensor<3xf32> {ingot.name = "b"},
                     %n: tensor<i64> {ingot.name = "n"}) -> (tensor<3xf32> {ingot.name = "l"}) {
  %true = ingot.constant tensor<i1> = dense<true> : tensor<i1>
  %0:2 = ingot.loop trip %n : tensor<i64> init %a, %b : tensor<3xf32>, tensor<3xf32> -> (tensor<3xf32>, tensor<3xf32>) {
  ^bb0(%i: tensor<i64>, %x: tensor<3xf32>, %z: tensor<3xf32>):
    %1 = ingot.add %x, %z : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    ingot.yield %true, %x, %1 : tensor<i1>, tensor<3xf32>, tensor<3xf32>
  }
  return %0#1 : tensor<3xf32>
}
}

// -----

// A condition makes a while loop; a shape that changes travels with its memory, and the scan output grows.
// CHECK-LABEL: func.func @open
// CHECK: %[[R:.*]]:3 = scf.while (%{{.*}} = %c0, %{{.*}} = %true, %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) : (index, i1, memref<1x?xf32>, memref<?xf32>)
// CHECK: arith.cmpi slt
// CHECK: scf.condition
// CHECK: call @k{{.*}}_matmul
// CHECK: scf.if {{.*}} -> (memref<?xf32>)
// CHECK: scf.yield
// CHECK: rt.output 1(%[[R]]#0) : memref<?x1xf32>
module {
func.func @open(%n: tensor<i64> {ingot.name = "n"}, %x: tensor<1x?xf32> {ingot.name = "x", ingot.dims = ["", "L"]},
                %m: tensor<?x?xf32> {ingot.name = "m", ingot.dims = ["K", "M"]}, %e: tensor<1xf32> {ingot.name = "e"})
    -> (tensor<1x?xf32> {ingot.name = "l"}, tensor<?x1xf32> {ingot.name = "y"}) {
  %true = ingot.constant tensor<i1> = dense<true> : tensor<i1>
  %z = ingot.constant tensor<i64> = dense<7> : tensor<i64>
  %0:2 = ingot.loop trip %n : tensor<i64> while %true : tensor<i1> init %x : tensor<1x?xf32>
      -> (tensor<1x?xf32>, tensor<?x1xf32>) {
  ^bb0(%i: tensor<i64>, %v: tensor<1x?xf32>):
    %1 = ingot.matmul %v, %m : (tensor<1x?xf32>, tensor<?x?xf32>) -> tensor<1x?xf32>
    %c = ingot.compare lt %i, %z : (tensor<i64>, tensor<i64>) -> tensor<i1>
    %2 = ingot.neg %e : (tensor<1xf32>) -> tensor<1xf32>
    ingot.yield %c, %1, %2 : tensor<i1>, tensor<1x?xf32>, tensor<1xf32>
  }
  return %0#0, %0#1 : tensor<1x?xf32>, tensor<?x1xf32>
}
}

// -----

// No trip at all: the carried value is what it starts from, the scan output is empty.
// CHECK-LABEL: func.func @never
// CHECK-NOT: scf.for
// CHECK: return
module {
func.func @never(%x: tensor<3xf32> {ingot.name = "x"}) -> (tensor<3xf32> {ingot.name = "y"}, tensor<0x3xf32> {ingot.name = "z"}) {
  %n = ingot.constant tensor<i64> = dense<0> : tensor<i64>
  %t = ingot.constant tensor<i1> = dense<true> : tensor<i1>
  %0:2 = ingot.loop trip %n : tensor<i64> init %x : tensor<3xf32> -> (tensor<3xf32>, tensor<0x3xf32>) {
  ^bb0(%i: tensor<i64>, %v: tensor<3xf32>):
    %1 = ingot.neg %v : (tensor<3xf32>) -> tensor<3xf32>
    ingot.yield %t, %1, %1 : tensor<i1>, tensor<3xf32>, tensor<3xf32>
  }
  return %0#0, %0#1 : tensor<3xf32>, tensor<0x3xf32>
}
}

// -----

// An element whose extents follow from the inputs' needs no memory that grows.
// CHECK-LABEL: func.func @known_elements
// CHECK: %[[Y:.*]] = rt.output 0(%{{.*}}) : memref<5x?xf32>
// CHECK: scf.for %[[I:.*]] = %c0 to %c5
// CHECK-NOT: memref.alloc
// CHECK: %[[SLICE:.*]] = memref.subview %[[Y]][%[[I]], 0]
// CHECK: memref.copy %{{.*}}, %[[SLICE]]
module {
func.func @known_elements(%a: tensor<?xf32> {ingot.name = "a", ingot.dims = ["N"]}) -> (tensor<5x?xf32> {ingot.name = "y"}) {
  %n = ingot.constant tensor<i64> = dense<5> : tensor<i64>
  %true = ingot.constant tensor<i1> = dense<true> : tensor<i1>
  %0:2 = ingot.loop trip %n : tensor<i64> init %a : tensor<?xf32> -> (tensor<?xf32>, tensor<5x?xf32>) {
  ^bb0(%i: tensor<i64>, %x: tensor<?xf32>):
    %1 = ingot.add %x, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
    ingot.yield %true, %1, %1 : tensor<i1>, tensor<?xf32>, tensor<?xf32>
  }
  return %0#1 : tensor<5x?xf32>
}
}
