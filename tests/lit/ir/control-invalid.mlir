// RUN: ingot-opt %s --split-input-file --infer-shapes --verify-diagnostics

func.func @if_yields(%c: tensor<i1>, %x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @+1 {{expected each region to yield 1 values but got 2}}
  %0 = ingot.if %c : (tensor<i1>) -> tensor<3xf32> {
    ingot.yield %x : tensor<3xf32>
  } else {
    ingot.yield %x, %x : tensor<3xf32>, tensor<3xf32>
  }
  return %0 : tensor<3xf32>
}

// -----

func.func @if_ranks(%c: tensor<i1>, %x: tensor<3xf32>, %y: tensor<3x1xf32>) -> tensor<*xf32> {
  // expected-error @+1 {{expected both branches to give result 0 the same rank but got 1 and 2}}
  %0 = ingot.if %c : (tensor<i1>) -> tensor<*xf32> {
    ingot.yield %x : tensor<3xf32>
  } else {
    ingot.yield %y : tensor<3x1xf32>
  }
  return %0 : tensor<*xf32>
}

// -----

func.func @fail() -> tensor<*xf32> {
  // expected-error @+1 {{result rank is known neither from operands nor from the model}}
  %0 = ingot.fail "no" : tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @loop_arguments(%n: tensor<i64>, %x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @+1 {{expected a region of 2 arguments but got 1}}
  %0 = ingot.loop trip %n : tensor<i64> init %x : tensor<3xf32> -> (tensor<3xf32>) {
  ^bb0(%i: tensor<i64>):
    %true = ingot.constant tensor<i1> = dense<true> : tensor<i1>
    ingot.yield %true, %x : tensor<i1>, tensor<3xf32>
  }
  return %0 : tensor<3xf32>
}

// -----

func.func @loop_yields(%n: tensor<i64>, %x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @+1 {{expected the region to yield 2 values but got 1}}
  %0 = ingot.loop trip %n : tensor<i64> init %x : tensor<3xf32> -> (tensor<3xf32>) {
  ^bb0(%i: tensor<i64>, %y: tensor<3xf32>):
    ingot.yield %y : tensor<3xf32>
  }
  return %0 : tensor<3xf32>
}

// -----

func.func @loop_rank(%n: tensor<i64>, %x: tensor<3xf32>) -> tensor<*xf32> {
  // expected-error @+1 {{expected carried value 0 to keep rank 1 but got 2}}
  %0 = ingot.loop trip %n : tensor<i64> init %x : tensor<3xf32> -> (tensor<*xf32>) {
  ^bb0(%i: tensor<i64>, %y: tensor<*xf32>):
    %true = ingot.constant tensor<i1> = dense<true> : tensor<i1>
    %z = ingot.unsqueeze %y {axes = array<i64: 0>} : (tensor<*xf32>) -> tensor<*xf32>
    ingot.yield %true, %z : tensor<i1>, tensor<*xf32>
  }
  return %0 : tensor<*xf32>
}

// -----

func.func @recurrent_rank(%x: tensor<4x3xf32>, %w: tensor<1x5x3xf32>, %r: tensor<1x5x5xf32>) {
  // expected-error @+1 {{expected x, w and r of rank 3 but got 2, 3 and 3}}
  %0, %1 = "ingot.recurrent"(%x, %w, %r) {kind = #ingot<recurrent_kind rnn>, direction = #ingot<direction forward>,
      hidden_size = 5 : i64, activations = ["Tanh"], alpha = array<f64: 0.0>, beta = array<f64: 0.0>,
      operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 0, 0>}
      : (tensor<4x3xf32>, tensor<1x5x3xf32>, tensor<1x5x5xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?xf32>)
  return
}

// -----

func.func @recurrent_gates(%x: tensor<4x2x3xf32>, %w: tensor<1x5x3xf32>, %r: tensor<1x5x5xf32>) {
  // expected-error @+1 {{expected w with 15 rows but got 5}}
  %0, %1 = "ingot.recurrent"(%x, %w, %r) {kind = #ingot<recurrent_kind gru>, direction = #ingot<direction forward>,
      hidden_size = 5 : i64, activations = ["Sigmoid", "Tanh"], alpha = array<f64: 0.0, 0.0>, beta = array<f64: 0.0, 0.0>,
      operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 0, 0>}
      : (tensor<4x2x3xf32>, tensor<1x5x3xf32>, tensor<1x5x5xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?xf32>)
  return
}

// -----

func.func @recurrent_columns(%x: tensor<4x2x7xf32>, %w: tensor<1x5x3xf32>, %r: tensor<1x5x5xf32>) {
  // expected-error @+1 {{expected w with 7 columns but got 3}}
  %0, %1 = "ingot.recurrent"(%x, %w, %r) {kind = #ingot<recurrent_kind rnn>, direction = #ingot<direction forward>,
      hidden_size = 5 : i64, activations = ["Tanh"], alpha = array<f64: 0.0>, beta = array<f64: 0.0>,
      operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 0, 0>}
      : (tensor<4x2x7xf32>, tensor<1x5x3xf32>, tensor<1x5x5xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?xf32>)
  return
}

// -----

func.func @fused_arguments(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @+1 {{expected region arguments of types 'tensor<3xf32>' but got 'tensor<4xf32>'}}
  %0 = ingot.fused %x : (tensor<3xf32>) -> tensor<3xf32> {
  ^bb0(%y: tensor<4xf32>):
    %1 = "ingot.relu"(%y) : (tensor<4xf32>) -> tensor<3xf32>
    ingot.yield %1 : tensor<3xf32>
  }
  return %0 : tensor<3xf32>
}

// -----

func.func @fused_yield(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @+1 {{expected the region to yield 'tensor<3xf32>'}}
  %0 = ingot.fused %x : (tensor<3xf32>) -> tensor<3xf32> {
  ^bb0(%y: tensor<3xf32>):
    ingot.yield %y, %y : tensor<3xf32>, tensor<3xf32>
  }
  return %0 : tensor<3xf32>
}
