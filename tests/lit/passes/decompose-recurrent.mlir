// RUN: ingot-opt %s --split-input-file --decompose-recurrent --canonicalize --cse | FileCheck %s

// Weights of a direction are ranges of the same file; the input's product comes before the loop.
// CHECK-LABEL: @lstm
// CHECK-DAG: %[[W0:.*]] = ingot.constant tensor<16x3xf32> = #ingot.external<"m", 0, 192>
// CHECK-DAG: %[[W1:.*]] = ingot.constant tensor<16x3xf32> = #ingot.external<"m", 192, 192>
// CHECK-DAG: %[[R0:.*]] = ingot.constant tensor<16x4xf32> = #ingot.external<"m", 384, 256>
// CHECK: %[[X:.*]] = ingot.matmul %arg0, %[[W0]] {transpose_b}
// CHECK: %[[T:.*]] = ingot.squeeze
// CHECK: ingot.loop trip %[[T]] : tensor<i64> init {{.*}} -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x?x4xf32>) {
// CHECK: ^bb0(%[[I:.*]]: tensor<i64>, %[[H:.*]]: tensor<?x4xf32>, %[[C:.*]]: tensor<?x4xf32>)
// CHECK: ingot.gather %[[X]], %[[I]]
// CHECK: ingot.matmul %[[H]], %[[R0]] {transpose_b}
// CHECK: %[[IN:.*]] = ingot.compare lt %{{.*}}, %arg1
// CHECK: ingot.select
// The other direction counts down and is put into order at the end.
// CHECK: ingot.matmul %arg0, %[[W1]] {transpose_b}
// CHECK: ingot.loop
// CHECK: %[[TIME:.*]] = ingot.sub
// CHECK: ingot.gather %{{.*}}, %[[TIME]]
// CHECK: ingot.slice
// CHECK: ingot.concat {{.*}} {axis = 1 : i64} : (tensor<?x1x?x4xf32>, tensor<?x1x?x4xf32>) -> tensor<?x2x?x4xf32>
func.func @lstm(%x: tensor<?x?x3xf32>, %l: tensor<?xi32>) -> (tensor<?x2x?x4xf32>, tensor<2x?x4xf32>) {
  %w = ingot.constant tensor<2x16x3xf32> = #ingot.external<"m", 0, 384>
  %r = ingot.constant tensor<2x16x4xf32> = #ingot.external<"m", 384, 512>
  %y, %h, %c = "ingot.recurrent"(%x, %w, %r, %l) <{operandSegmentSizes = array<i32: 1, 1, 1, 0, 1, 0, 0, 0>,
      kind = #ingot<recurrent_kind lstm>, direction = #ingot<direction bidirectional>, hidden_size = 4 : i64,
      activations = ["Sigmoid", "Tanh", "Tanh", "Sigmoid", "Tanh", "Tanh"],
      alpha = array<f64: 0.0, 0.0, 0.0, 0.0, 0.0, 0.0>, beta = array<f64: 0.0, 0.0, 0.0, 0.0, 0.0, 0.0>}>
      : (tensor<?x?x3xf32>, tensor<2x16x3xf32>, tensor<2x16x4xf32>, tensor<?xi32>)
      -> (tensor<?x2x?x4xf32>, tensor<2x?x4xf32>, tensor<2x?x4xf32>)
  return %y, %h : tensor<?x2x?x4xf32>, tensor<2x?x4xf32>
}

// -----

// One step needs no loop; what nobody reads is not built.
// CHECK-LABEL: @gru
// CHECK-NOT: ingot.loop
// CHECK: ingot.sigmoid
// CHECK: ingot.min
// CHECK-NOT: ingot.loop
// CHECK: return
func.func @gru(%x: tensor<1x2x3xf32>) -> tensor<1x2x4xf32> {
  %w = ingot.constant tensor<1x12x3xf32> = dense<0.5> : tensor<1x12x3xf32>
  %r = ingot.constant tensor<1x12x4xf32> = dense<0.25> : tensor<1x12x4xf32>
  %b = ingot.constant tensor<1x24xf32> = dense<0.125> : tensor<1x24xf32>
  %y, %h = "ingot.recurrent"(%x, %w, %r, %b) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 0, 0, 0, 0>,
      kind = #ingot<recurrent_kind gru>, direction = #ingot<direction forward>, hidden_size = 4 : i64,
      activations = ["Sigmoid", "HardSigmoid"], alpha = array<f64: 0.0, 0.2>, beta = array<f64: 0.0, 0.5>,
      linear_before_reset}>
      : (tensor<1x2x3xf32>, tensor<1x12x3xf32>, tensor<1x12x4xf32>, tensor<1x24xf32>)
      -> (tensor<1x1x2x4xf32>, tensor<1x2x4xf32>)
  return %h : tensor<1x2x4xf32>
}

// -----

// Other loops stay as they are.
// CHECK-LABEL: @other
// CHECK-NEXT: %[[R:.*]] = ingot.relu %arg0
// CHECK-NEXT: return %[[R]]
func.func @other(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %0 = ingot.relu %x : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}
