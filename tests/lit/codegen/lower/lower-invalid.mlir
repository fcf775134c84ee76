// RUN: ingot-opt %s --split-input-file --lower-graph --verify-diagnostics

module {
func.func @no_lowering(%x: tensor<4x2x3xf32> {ingot.name = "x"}, %w: tensor<1x5x3xf32> {ingot.name = "w"},
                       %r: tensor<1x5x5xf32> {ingot.name = "r"}) -> (tensor<1x2x5xf32> {ingot.name = "y"}) {
  // expected-error @+1 {{operator has no lowering}}
  %0, %1 = "ingot.recurrent"(%x, %w, %r) {kind = #ingot<recurrent_kind rnn>, direction = #ingot<direction forward>,
      hidden_size = 5 : i64, activations = ["Tanh"], alpha = array<f64: 0.0>, beta = array<f64: 0.0>,
      operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 0, 0>}
      : (tensor<4x2x3xf32>, tensor<1x5x3xf32>, tensor<1x5x5xf32>) -> (tensor<4x1x2x5xf32>, tensor<1x2x5xf32>)
  return %1 : tensor<1x2x5xf32>
}
}

// -----

module {
func.func @conv_dimensions(%x: tensor<1x2x3x3x3x3xf32> {ingot.name = "x"}, %w: tensor<4x2x1x1x1x1xf32> {ingot.name = "w"})
    -> (tensor<1x4x3x3x3x3xf32> {ingot.name = "y"}) {
  // expected-error @+1 {{expected at most 3 spatial dimensions but got 4}}
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1, 1, 1>,
      pads = array<i64: 0, 0, 0, 0, 0, 0, 0, 0>} : (tensor<1x2x3x3x3x3xf32>, tensor<4x2x1x1x1x1xf32>) -> tensor<1x4x3x3x3x3xf32>
  return %0 : tensor<1x4x3x3x3x3xf32>
}
}

// -----

module {
func.func @conv_weight(%x: tensor<1x2x8xf32> {ingot.name = "x"}, %w: tensor<?x2x3xf32> {ingot.name = "w", ingot.dims = ["O", "", ""]})
    -> (tensor<1x?x6xf32> {ingot.name = "y"}) {
  // expected-error @+1 {{expected a weight of static shape but got 'tensor<?x2x3xf32>'}}
  %0 = ingot.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 0, 0>}
      : (tensor<1x2x8xf32>, tensor<?x2x3xf32>) -> tensor<1x?x6xf32>
  return %0 : tensor<1x?x6xf32>
}
}

// -----

module {
func.func @tuples(%x: tensor<3x4xf32> {ingot.name = "x"}, %i: tensor<5x?xi64> {ingot.name = "i", ingot.dims = ["", "T"]})
    -> (tensor<5xf32> {ingot.name = "y"}) {
  // expected-error @+1 {{expected index tuples of known length but got 'tensor<5x?xi64>'}}
  %0 = ingot.gather_nd %x, %i : (tensor<3x4xf32>, tensor<5x?xi64>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}
}

// -----

module {
func.func @grid_sample(%x: tensor<2x3x8xi32> {ingot.name = "x"}, %g: tensor<2x4x1xf32> {ingot.name = "g"})
    -> (tensor<2x3x4xi32> {ingot.name = "y"}) {
  // expected-error @+1 {{expected a floating-point input but got 'tensor<2x3x8xi32>'}}
  %0 = ingot.grid_sample %x, %g {mode = #ingot<resize_mode linear>, padding_mode = #ingot<padding_mode zeros>}
      : (tensor<2x3x8xi32>, tensor<2x4x1xf32>) -> tensor<2x3x4xi32>
  return %0 : tensor<2x3x4xi32>
}
}

// -----

module {
func.func @expand(%x: tensor<2x3xf32> {ingot.name = "x"}, %s: tensor<?xi64> {ingot.name = "s", ingot.dims = ["R"]})
    -> (tensor<?xf32> {ingot.name = "y"}) {
  // expected-error @+1 {{expected a result of rank 2 or more but got rank 1}}
  %0 = ingot.expand %x, %s : (tensor<2x3xf32>, tensor<?xi64>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
}

// -----

module {
func.func @antialias(%x: tensor<?x9xf32> {ingot.name = "x", ingot.dims = ["N", ""]}, %s: tensor<1xf32> {ingot.name = "s"})
    -> (tensor<?x9xf32> {ingot.name = "y"}) {
  // expected-error @+1 {{antialiasing with a scale that is not known when the model is compiled is not supported}}
  %0 = "ingot.resize"(%x, %s) {axes = array<i64: 0>, mode = #ingot<resize_mode linear>, antialias,
      coordinate_mode = #ingot<coordinate_mode half_pixel>, nearest_mode = #ingot<nearest_mode floor>,
      operandSegmentSizes = array<i32: 1, 0, 1, 0>} : (tensor<?x9xf32>, tensor<1xf32>) -> tensor<?x9xf32>
  return %0 : tensor<?x9xf32>
}
}

// -----

module {
func.func @scatter_ranks(%x: tensor<3x4xf32> {ingot.name = "x"}, %i: tensor<2xi64> {ingot.name = "i"},
                         %u: tensor<2xf32> {ingot.name = "u"}) -> (tensor<3x4xf32> {ingot.name = "y"}) {
  // expected-error @+1 {{expected indices and updates of rank 2 but got 1 and 1}}
  %0 = ingot.scatter_elements %x, %i, %u {axis = 0} : (tensor<3x4xf32>, tensor<2xi64>, tensor<2xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
}

// -----

module {
func.func @scatter_updates(%x: tensor<3x4xf32> {ingot.name = "x"}, %i: tensor<2x1xi64> {ingot.name = "i"},
                           %u: tensor<2xf32> {ingot.name = "u"}) -> (tensor<3x4xf32> {ingot.name = "y"}) {
  // expected-error @+1 {{expected updates of rank 2 but got rank 1}}
  %0 = ingot.scatter_nd %x, %i, %u : (tensor<3x4xf32>, tensor<2x1xi64>, tensor<2xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
}

// -----

module {
func.func @scatter_tuples(%x: tensor<3x4xf32> {ingot.name = "x"}, %i: tensor<2x3xi64> {ingot.name = "i"},
                          %u: tensor<2xf32> {ingot.name = "u"}) -> (tensor<3x4xf32> {ingot.name = "y"}) {
  // expected-error @+1 {{expected index tuples of a known length up to 2 but got 'tensor<2x3xi64>'}}
  %0 = ingot.scatter_nd %x, %i, %u : (tensor<3x4xf32>, tensor<2x3xi64>, tensor<2xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
}

// -----

module {
func.func @boxes(%x: tensor<1x6x4xf64> {ingot.name = "x"}, %s: tensor<1x1x6xf32> {ingot.name = "s"})
    -> (tensor<?x3xi64> {ingot.name = "y"}) {
  // expected-error @+1 {{expected f32 tensors of rank 3 but got 'tensor<1x6x4xf64>'}}
  %0 = "ingot.non_max_suppression"(%x, %s) {operandSegmentSizes = array<i32: 1, 1, 0, 0, 0>}
      : (tensor<1x6x4xf64>, tensor<1x1x6xf32>) -> tensor<?x3xi64>
  return %0 : tensor<?x3xi64>
}
}
