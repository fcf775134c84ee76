// RUN: ingot-opt %s --lower-graph --canonicalize --cse | FileCheck %s
// A constant is filled in and the input copied over it; other modes copy the inside, and compute positions only for what
// is in front of it and behind it.

// CHECK-LABEL: func.func private @k0_pad
// CHECK: linalg.generic
// CHECK-SAME: outs(%[[OUT:.*]] : memref<2x10xf32>)
// CHECK: memref.subview %{{.*}}[0, 0] [2, 5] [1, 1] : memref<2x6xf32>
// CHECK: memref.subview %[[OUT]][0, 5] [2, 5] [1, 1]
// CHECK-LABEL: func.func private @k1_pad
// CHECK: memref.subview %[[OUT:.*]][0, 0] [2, 3] [1, 1] : memref<2x10xf32>
// CHECK: linalg.generic
// CHECK: %[[ROW:.*]] = linalg.index 0
// CHECK: arith.remsi
// CHECK: memref.load %{{.*}}[%[[ROW]], %{{.*}}]
// CHECK: memref.subview %[[OUT]][0, 9] [2, 1] [1, 1]
// CHECK: memref.load %{{.*}}[
// CHECK: memref.subview %[[OUT]][0, 3] [2, 6] [1, 1]
// CHECK: linalg.generic
// CHECK-NOT: memref.load
// CHECK: return
// CHECK-LABEL: func.func @main
// CHECK: rt.check %{{.*}}, "expected pads that leave at least 0 elements but got %lld"
module attributes {rt.name = "t"} {
func.func @main(%x: tensor<2x6xf32>, %pads: tensor<4xi64>) -> (tensor<2x10xf32>, tensor<2x10xf32>, tensor<?x?xf32>) {
  %crop = ingot.constant tensor<4xi64> = dense<[0, 5, 0, -1]> : tensor<4xi64>
  %both = ingot.constant tensor<4xi64> = dense<[0, 3, 0, 1]> : tensor<4xi64>
  %1 = ingot.pad %x, %crop : (tensor<2x6xf32>, tensor<4xi64>) -> tensor<2x10xf32>
  %2 = ingot.pad %x, %both {mode = #ingot<pad_mode reflect>} : (tensor<2x6xf32>, tensor<4xi64>) -> tensor<2x10xf32>
  %3 = ingot.pad %x, %pads : (tensor<2x6xf32>, tensor<4xi64>) -> tensor<?x?xf32>
  return %1, %2, %3 : tensor<2x10xf32>, tensor<2x10xf32>, tensor<?x?xf32>
}
}
