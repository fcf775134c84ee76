// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s
// Bounds known now are part of the view; others are clamped in the host program and handed to the kernel.

// CHECK-LABEL: func.func private @k0_slice
// CHECK: memref.subview %{{.*}}[0, 5] [%{{.*}}, 3] [1, -2] : memref<?x6xf32> to memref<?x3xf32, strided<[6, -2], offset: 5>>
// CHECK-LABEL: func.func private @k1_slice(
// CHECK-SAME: %[[X:[^:]*]]: memref<?x6xf32>, %{{[^:]*}}: memref<?x?xf32>, %[[S0:[^:]*]]: index, %[[S1:[^:]*]]: index
// CHECK: memref.subview %[[X]][%[[S0]], %[[S1]]] [%{{.*}}, %{{.*}}] [1, 1]
// CHECK: func.func @main
// CHECK-NOT: rt.check
// CHECK: call @k0_slice(%{{[^,]*}}, %{{[^,]*}}, %{{[^,]*}}) :
// Axes of run-time length must be as many as starts.
// CHECK: rt.check %{{.*}}, "expected %lld elements but got %lld"
// CHECK: rt.output 1(%{{.*}}, %{{.*}})
// CHECK: call @k1_slice
module attributes {rt.name = "t"} {
func.func @main(%x: tensor<?x6xf32> {ingot.name = "x", ingot.dims = ["N", ""]},
                %starts: tensor<2xi64>, %ends: tensor<2xi64>, %axes: tensor<?xi64>)
    -> (tensor<?x3xf32>, tensor<?x?xf32>) {
  %start = ingot.constant tensor<1xi64> = dense<-1> : tensor<1xi64>
  %end = ingot.constant tensor<1xi64> = dense<-100> : tensor<1xi64>
  %axis = ingot.constant tensor<1xi64> = dense<1> : tensor<1xi64>
  %step = ingot.constant tensor<1xi64> = dense<-2> : tensor<1xi64>
  %0 = "ingot.slice"(%x, %start, %end, %axis, %step) {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1>}
      : (tensor<?x6xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x3xf32>
  %1 = "ingot.slice"(%x, %starts, %ends, %axes) {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
      : (tensor<?x6xf32>, tensor<2xi64>, tensor<2xi64>, tensor<?xi64>) -> tensor<?x?xf32>
  return %0, %1 : tensor<?x3xf32>, tensor<?x?xf32>
}
}

// -----

// A slice of a tensor without elements, where a group reads it: strides, not a subview, which would be out of bounds.
// CHECK-LABEL: func.func @empty_rows
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [0, 4], strides: [8, 1]
module {
func.func @empty_rows(%x: tensor<0x8xf32> {ingot.name = "x"},
                      %b: tensor<1x4xf32> {ingot.name = "b"}) 
    -> (tensor<0x4xf32> {ingot.name = "y"}) {
  %0 = ingot.fused %x, %b : (tensor<0x8xf32>, tensor<1x4xf32>) -> tensor<0x4xf32> {
  ^bb0(%xx: tensor<0x8xf32>, %bb: tensor<1x4xf32>):
    %s = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
    %e = ingot.constant tensor<1xi64> = dense<4> : tensor<1xi64>
    %a = ingot.constant tensor<1xi64> = dense<1> : tensor<1xi64>
    %1 = ingot.slice %xx, %s, %e, %a {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>} 
        : (tensor<0x8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<0x4xf32>
    %2 = ingot.add %1, %bb : (tensor<0x4xf32>, tensor<1x4xf32>) -> tensor<0x4xf32>
    ingot.yield %2 : tensor<0x4xf32>
  }
  return %0 : tensor<0x4xf32>
}
}
