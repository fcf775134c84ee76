// RUN: ingot-opt %s --widen-half --split-input-file | FileCheck %s

// Inputs and constants are cast once, everything between is f32, the result has its declared type.
// CHECK-LABEL: func.func @half(
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf16>) -> tensor<2x3xf16>
// CHECK: %[[WX:.*]] = ingot.cast %[[X]] : (tensor<2x3xf16>) -> tensor<2x3xf32>
// CHECK: %[[C:.*]] = ingot.constant tensor<f16>
// CHECK: %[[WC:.*]] = ingot.cast %[[C]] : (tensor<f16>) -> tensor<f32>
// CHECK: %[[S:.*]] = ingot.add %[[WX]], %[[WC]] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
// CHECK: %[[R:.*]] = ingot.cast %[[S]] : (tensor<2x3xf32>) -> tensor<2x3xf16>
// CHECK: return %[[R]]
func.func @half(%x: tensor<2x3xf16>) -> tensor<2x3xf16> {
  %c = ingot.constant tensor<f16> = dense<1.0> : tensor<f16>
  %0 = ingot.add %x, %c : (tensor<2x3xf16>, tensor<f16>) -> tensor<2x3xf16>
  return %0 : tensor<2x3xf16>
}

// -----

// Other types are left alone.
// CHECK-LABEL: func.func @others
// CHECK-NOT: ingot.cast
func.func @others(%x: tensor<2xf32>, %y: tensor<2xi16>) -> (tensor<2xf32>, tensor<2xi16>) {
  %0 = ingot.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  %1 = ingot.add %y, %y : (tensor<2xi16>, tensor<2xi16>) -> tensor<2xi16>
  return %0, %1 : tensor<2xf32>, tensor<2xi16>
}
