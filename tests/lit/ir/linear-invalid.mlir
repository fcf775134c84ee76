// RUN: ingot-opt %s --split-input-file --infer-shapes --verify-diagnostics

func.func @vector(%x: tensor<3xf32>, %y: tensor<3x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{expected operands of rank 2 or more but got 'tensor<3xf32>'}}
  %0 = ingot.matmul %x, %y : (tensor<3xf32>, tensor<3x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// -----

func.func @vector_found_out(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> tensor<?x?xf32> {
  %axes = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
  %r = ingot.reduce sum %x, %axes {keep_dims = false} : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<*xf32>
  // expected-error @+1 {{expected operands of rank 2 or more but got ranks 1 and 2}}
  %0 = ingot.matmul %r, %y : (tensor<*xf32>, tensor<3x4xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @inner(%x: tensor<2x3xf32>, %y: tensor<4x5xf32>) -> tensor<?x?xf32> {
  // expected-error @+1 {{expected 3 rows in the right operand but got 4}}
  %0 = ingot.matmul %x, %y : (tensor<2x3xf32>, tensor<4x5xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @batches(%x: tensor<2x2x3xf32>, %y: tensor<7x3x5xf32>) -> tensor<?x?x?xf32> {
  // expected-error @+1 {{cannot broadcast batch dimension 0: expected 2 but got 7}}
  %0 = ingot.matmul %x, %y : (tensor<2x2x3xf32>, tensor<7x3x5xf32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

func.func @conv_pads(%x: tensor<1x2x8xf32>, %w: tensor<4x2x3xf32>) -> tensor<?x?x?xf32> {
  // expected-error @+1 {{expected 1 dilations and 2 pads but got 1 and 1}}
  %0 = ingot.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1>} : (tensor<1x2x8xf32>, tensor<4x2x3xf32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

func.func @conv_strides(%x: tensor<1x2x8xf32>, %w: tensor<4x2x3xf32>) -> tensor<?x?x?xf32> {
  // expected-error @+1 {{expected positive strides and dilations but got 0}}
  %0 = ingot.conv %x, %w {strides = array<i64: 0>, dilations = array<i64: 1>, pads = array<i64: 1, 1>} : (tensor<1x2x8xf32>, tensor<4x2x3xf32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

func.func @conv_rank(%x: tensor<1x2x8x8xf32>, %w: tensor<4x2x3xf32>) -> tensor<?x?x?xf32> {
  // expected-error @+1 {{expected operands of rank 3 but got 4 and 3}}
  %0 = ingot.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1, 1>} : (tensor<1x2x8x8xf32>, tensor<4x2x3xf32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

func.func @conv_channels(%x: tensor<1x3x8xf32>, %w: tensor<4x2x3xf32>) -> tensor<?x?x?xf32> {
  // expected-error @+1 {{expected 4 channels but got 3}}
  %0 = ingot.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1, 1>, group = 2 : i64} : (tensor<1x3x8xf32>, tensor<4x2x3xf32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

func.func @conv_groups(%x: tensor<1x6x8xf32>, %w: tensor<4x2x3xf32>) -> tensor<?x?x?xf32> {
  // expected-error @+1 {{expected output channels in multiples of 3 groups but got 4}}
  %0 = ingot.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1, 1>, group = 3 : i64} : (tensor<1x6x8xf32>, tensor<4x2x3xf32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

func.func @conv_kernel(%x: tensor<1x2x8xf32>, %w: tensor<4x2x?xf32>) -> tensor<?x?x?xf32> {
  // expected-error @+1 {{expected a weight of static kernel shape}}
  %0 = ingot.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1, 1>} : (tensor<1x2x8xf32>, tensor<4x2x?xf32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

func.func @transposed_rank(%x: tensor<1x2x8xf32>, %w: tensor<2x4xf32>) -> tensor<?x?x?xf32> {
  // expected-error @+1 {{expected operands of rank 3 but got 3 and 2}}
  %0 = ingot.conv_transpose %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 0, 0>, output_padding = array<i64: 0>} : (tensor<1x2x8xf32>, tensor<2x4xf32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

func.func @transposed_channels(%x: tensor<1x2x8xf32>, %w: tensor<3x4x3xf32>) -> tensor<?x?x?xf32> {
  // expected-error @+1 {{expected 3 channels but got 2}}
  %0 = ingot.conv_transpose %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 0, 0>, output_padding = array<i64: 0>} : (tensor<1x2x8xf32>, tensor<3x4x3xf32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

func.func @transposed_kernel(%x: tensor<1x2x8xf32>, %w: tensor<2x4x?xf32>) -> tensor<?x?x?xf32> {
  // expected-error @+1 {{expected a weight of static kernel shape}}
  %0 = ingot.conv_transpose %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 0, 0>, output_padding = array<i64: 0>} : (tensor<1x2x8xf32>, tensor<2x4x?xf32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

func.func @pool_rank(%x: tensor<1x2x8x8xf32>) -> tensor<?x?x?xf32> {
  // expected-error @+1 {{expected an input of rank 3 but got 4}}
  %0 = ingot.pool max %x {kernel = array<i64: 2>, strides = array<i64: 2>, dilations = array<i64: 1>, pads = array<i64: 0, 0>} : (tensor<1x2x8x8xf32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

func.func @resize_axis(%x: tensor<8x9xf32>, %s: tensor<1xi64>) -> tensor<?x?xf32> {
  // expected-error @+1 {{expected an axis below 2 but got 2}}
  %0 = "ingot.resize"(%x, %s) {axes = array<i64: 2>, mode = #ingot<resize_mode linear>, coordinate_mode = #ingot<coordinate_mode half_pixel>, nearest_mode = #ingot<nearest_mode floor>, operandSegmentSizes = array<i32: 1, 0, 0, 1>} : (tensor<8x9xf32>, tensor<1xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @resize_sizes(%x: tensor<8x9xf32>) -> tensor<?x?xf32> {
  %s = ingot.constant tensor<2xi64> = dense<16> : tensor<2xi64>
  // expected-error @+1 {{expected 1 sizes but got 2}}
  %0 = "ingot.resize"(%x, %s) {axes = array<i64: 0>, mode = #ingot<resize_mode linear>, coordinate_mode = #ingot<coordinate_mode half_pixel>, nearest_mode = #ingot<nearest_mode floor>, operandSegmentSizes = array<i32: 1, 0, 0, 1>} : (tensor<8x9xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @resize_scales(%x: tensor<8x9xf32>) -> tensor<?x?xf32> {
  %s = ingot.constant tensor<2xf32> = dense<2.0> : tensor<2xf32>
  // expected-error @+1 {{expected 1 scales but got 2}}
  %0 = "ingot.resize"(%x, %s) {axes = array<i64: 0>, mode = #ingot<resize_mode linear>, coordinate_mode = #ingot<coordinate_mode half_pixel>, nearest_mode = #ingot<nearest_mode floor>, operandSegmentSizes = array<i32: 1, 0, 1, 0>} : (tensor<8x9xf32>, tensor<2xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @resize_scale(%x: tensor<8x9xf32>) -> tensor<?x?xf32> {
  %s = ingot.constant tensor<2xf32> = dense<[2.0, -1.0]> : tensor<2xf32>
  // expected-error @+1 {{expected positive scales but got -1}}
  %0 = "ingot.resize"(%x, %s) {axes = array<i64: 0, 1>, mode = #ingot<resize_mode linear>, coordinate_mode = #ingot<coordinate_mode half_pixel>, nearest_mode = #ingot<nearest_mode floor>, operandSegmentSizes = array<i32: 1, 0, 1, 0>} : (tensor<8x9xf32>, tensor<2xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @grid_sample(%x: tensor<2x3x8xf32>, %g: tensor<2x4x5x2xf32>) -> tensor<?x?x?x?xf32> {
  // expected-error @+1 {{expected input and grid of the same rank, 3 or more, but got 3 and 4}}
  %0 = ingot.grid_sample %x, %g {mode = #ingot<resize_mode linear>, padding_mode = #ingot<padding_mode zeros>} : (tensor<2x3x8xf32>, tensor<2x4x5x2xf32>) -> tensor<?x?x?x?xf32>
  return %0 : tensor<?x?x?x?xf32>
}

// -----

func.func @det(%x: tensor<3xf32>) -> tensor<f32> {
  // expected-error @+1 {{expected a rank of 2 or more but got 1}}
  %0 = ingot.det %x : (tensor<3xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}
