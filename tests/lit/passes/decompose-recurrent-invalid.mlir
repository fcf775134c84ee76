// RUN: ingot-opt %s --split-input-file --decompose-recurrent --verify-diagnostics

func.func @activation(%x: tensor<4x2x3xf32>, %w: tensor<1x5x3xf32>, %r: tensor<1x5x5xf32>) -> tensor<1x2x5xf32> {
  // expected-error @+1 {{activation 'Sine' is unknown}}
  %0, %1 = "ingot.recurrent"(%x, %w, %r) {kind = #ingot<recurrent_kind rnn>, direction = #ingot<direction forward>,
      hidden_size = 5 : i64, activations = ["Sine"], alpha = array<f64: 0.0>, beta = array<f64: 0.0>,
      operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 0, 0>}
      : (tensor<4x2x3xf32>, tensor<1x5x3xf32>, tensor<1x5x5xf32>) -> (tensor<4x1x2x5xf32>, tensor<1x2x5xf32>)
  return %1 : tensor<1x2x5xf32>
}
