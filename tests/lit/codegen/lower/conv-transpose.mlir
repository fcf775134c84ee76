// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s
// RUN: ingot-opt %s --split-input-file --lower-graph --tile-schedule --tile-to-vector -o /dev/null

// Stride 2 and a kernel of 3: even positions meet taps 2 and 0, odd ones the middle one. Each phase writes every second
// position; the one with a single tap is a product.
// CHECK-DAG: source(dense<{{\[\[\[}}3.000000e+00, 1.000000e+00]]]> : tensor<1x1x2xf32>)
// CHECK-DAG: source(dense<2.000000e+00> : tensor<1x1x1xf32>)
// CHECK-LABEL: func.func @phases
// CHECK: %[[OUT:.*]] = memref.alloc() : memref<1x9x1xf32>
// CHECK: memref.subview %[[OUT]][0, 0, 0] [1, 5, 1] [1, 2, 1]
// CHECK: call @{{.*}}_conv(
// CHECK: memref.subview %[[OUT]][0, 1, 0] [1, 4, 1] [1, 2, 1]
// CHECK: call @{{.*}}_conv
module {
func.func @phases(%x: tensor<1x1x4xf32> {ingot.name = "x"}) -> (tensor<1x1x9xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<1x1x3xf32> = dense<[[[1.0, 2.0, 3.0]]]> : tensor<1x1x3xf32>
  %0 = ingot.conv_transpose %x, %w {strides = array<i64: 2>, dilations = array<i64: 1>, pads = array<i64: 0, 0>,
      output_padding = array<i64: 0>} : (tensor<1x1x4xf32>, tensor<1x1x3xf32>) -> tensor<1x1x9xf32>
  return %0 : tensor<1x1x9xf32>
}
}

// -----

// One line of input, of several images: a phase writes a line of each, which with the images' own dimension are not rows
// one behind the other.
// CHECK-LABEL: func.func @line_of_images
// CHECK: %[[PHASE:.*]] = memref.subview %{{.*}}[0, 0, 0, 0] [2, 1, 15, 23]
// CHECK: memref.collapse_shape %[[PHASE]] {{\[\[}}0, 1], [2], [3]]
module {
func.func @line_of_images(%x: tensor<2x5x1x15xf32> {ingot.name = "x"}) -> (tensor<2x23x3x15xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<5x23x1x1xf32> = dense<1.0> : tensor<5x23x1x1xf32>
  %0 = ingot.conv_transpose %x, %w {strides = array<i64: 3, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
      output_padding = array<i64: 2, 0>} : (tensor<2x5x1x15xf32>, tensor<5x23x1x1xf32>) -> tensor<2x23x3x15xf32>
  return %0 : tensor<2x23x3x15xf32>
}
}

// -----

// Weights of the run, groups, a dynamic extent; stride 1 is one phase over the whole output.
// CHECK: func.func private @{{.*}}_select_taps
// CHECK: func.func private @{{.*}}_pack
// CHECK-LABEL: func.func @groups
// CHECK-NOT: memref.subview
module {
func.func @groups(%x: tensor<1x4x?xf32> {ingot.name = "x", ingot.dims = ["", "", "L"]}, %w: tensor<4x3x3xf32> {ingot.name = "w"})
    -> (tensor<1x6x?xf32> {ingot.name = "y"}) {
  %0 = ingot.conv_transpose %x, %w {strides = array<i64: 1>, dilations = array<i64: 2>, pads = array<i64: 1, 1>,
      output_padding = array<i64: 0>, group = 2} : (tensor<1x4x?xf32>, tensor<4x3x3xf32>) -> tensor<1x6x?xf32>
  return %0 : tensor<1x6x?xf32>
}
}

// -----

// A stride longer than the output: only the phases that have a position.
// CHECK-LABEL: func.func @short
// CHECK-COUNT-2: call @{{.*}}_conv
// CHECK-NOT: call @{{.*}}_conv
module {
func.func @short(%x: tensor<1x1x1xf32> {ingot.name = "x"}) -> (tensor<1x1x2xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<1x1x2xf32> = dense<1.0> : tensor<1x1x2xf32>
  %0 = ingot.conv_transpose %x, %w {strides = array<i64: 3>, dilations = array<i64: 1>, pads = array<i64: 0, 0>,
      output_padding = array<i64: 0>} : (tensor<1x1x1xf32>, tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
  return %0 : tensor<1x1x2xf32>
}
}
