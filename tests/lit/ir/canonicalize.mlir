// RUN: ingot-opt %s --canonicalize --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @transposes
// CHECK-NEXT: return %arg0
func.func @transposes(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = ingot.transpose %x {perm = array<i64: 1, 2, 0>} : (tensor<2x3x4xf32>) -> tensor<3x4x2xf32>
  %1 = ingot.transpose %0 {perm = array<i64: 2, 0, 1>} : (tensor<3x4x2xf32>) -> tensor<2x3x4xf32>
  return %1 : tensor<2x3x4xf32>
}

// -----

// Only a dimension of extent 1 moves: no data does.
// CHECK-LABEL: func.func @ones
// CHECK-NOT: ingot.transpose
// CHECK: ingot.squeeze
// CHECK: ingot.unsqueeze
func.func @ones(%x: tensor<1x1x4x5xf32>) -> tensor<1x4x5x1xf32> {
  %0 = ingot.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x1x4x5xf32>) -> tensor<1x4x5x1xf32>
  return %0 : tensor<1x4x5x1xf32>
}

// -----

// CHECK-LABEL: func.func @product
// CHECK-NEXT: ingot.matmul %arg0, %arg1 {transpose_b}
func.func @product(%x: tensor<5x2x3xf32>, %y: tensor<5x4x3xf32>) -> tensor<5x2x4xf32> {
  %0 = ingot.transpose %y {perm = array<i64: 0, 2, 1>} : (tensor<5x4x3xf32>) -> tensor<5x3x4xf32>
  %1 = ingot.matmul %x, %0 : (tensor<5x2x3xf32>, tensor<5x3x4xf32>) -> tensor<5x2x4xf32>
  return %1 : tensor<5x2x4xf32>
}

// -----

// Batch dimensions move too, real data moves, a shape copies a dimension of the view before it: all stay.
// CHECK-LABEL: func.func @stays
// CHECK: ingot.transpose
// CHECK: ingot.matmul
// CHECK-NOT: transpose_b
// CHECK: ingot.flatten
// CHECK: ingot.reshape
func.func @stays(%x: tensor<5x2x3xf32>, %y: tensor<3x5x4xf32>) -> (tensor<5x2x4xf32>, tensor<5x2x3xf32>) {
  %0 = ingot.transpose %y {perm = array<i64: 1, 0, 2>} : (tensor<3x5x4xf32>) -> tensor<5x3x4xf32>
  %1 = ingot.matmul %x, %0 : (tensor<5x2x3xf32>, tensor<5x3x4xf32>) -> tensor<5x2x4xf32>
  %2 = ingot.flatten %x {axis = 1 : i64} : (tensor<5x2x3xf32>) -> tensor<5x6xf32>
  %s = ingot.constant tensor<3xi64> = dense<[0, 2, 3]> : tensor<3xi64>
  %3 = ingot.reshape %2, %s : (tensor<5x6xf32>, tensor<3xi64>) -> tensor<5x2x3xf32>
  return %1, %3 : tensor<5x2x4xf32>, tensor<5x2x3xf32>
}

// -----

// CHECK-LABEL: func.func @views
// CHECK: %[[S:.*]] = ingot.constant
// CHECK-NEXT: ingot.reshape %arg0, %[[S]]
// CHECK-NEXT: return
func.func @views(%x: tensor<5x2x3xf32>) -> tensor<30xf32> {
  %0 = ingot.unsqueeze %x {axes = array<i64: 0>} : (tensor<5x2x3xf32>) -> tensor<1x5x2x3xf32>
  %1 = ingot.squeeze %0 {axes = array<i64: 0>} : (tensor<1x5x2x3xf32>) -> tensor<5x2x3xf32>
  %2 = ingot.flatten %1 {axis = 1 : i64} : (tensor<5x2x3xf32>) -> tensor<5x6xf32>
  %s = ingot.constant tensor<1xi64> = dense<-1> : tensor<1xi64>
  %3 = ingot.reshape %2, %s : (tensor<5x6xf32>, tensor<1xi64>) -> tensor<30xf32>
  return %3 : tensor<30xf32>
}

// -----

// A convolution along one dimension in two: the other one goes, with its stride.
// CHECK-LABEL: func.func @flat_image
// CHECK: %[[X:.*]] = ingot.squeeze %arg0 {axes = array<i64: 3>}
// CHECK: ingot.conv %[[X]], %{{.*}} {dilations = array<i64: 2>, group = 2 : i64, pads = array<i64: 1, 3>, strides = array<i64: 1>}
// CHECK-SAME: (tensor<?x4x9xf32>, tensor<6x2x3xf32>) -> tensor<?x6x9xf32>
// CHECK: ingot.unsqueeze
func.func @flat_image(%x: tensor<?x4x9x1xf32>, %w: tensor<6x2x3x1xf32>) -> tensor<?x6x9x1xf32> {
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 2>, dilations = array<i64: 2, 1>, pads = array<i64: 1, 0, 3, 0>,
      group = 2} : (tensor<?x4x9x1xf32>, tensor<6x2x3x1xf32>) -> tensor<?x6x9x1xf32>
  return %0 : tensor<?x6x9x1xf32>
}

// -----

// One spatial dimension stays; a padded one and an unknown one too.
// CHECK-LABEL: func.func @images
// CHECK-NOT: ingot.squeeze
// CHECK: return
func.func @images(%x: tensor<1x4x1xf32>, %w: tensor<6x4x1xf32>, %y: tensor<1x4x1x?xf32>, %v: tensor<6x4x1x1xf32>)
    -> (tensor<1x6x1xf32>, tensor<1x6x3x?xf32>) {
  %0 = ingot.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 0, 0>}
      : (tensor<1x4x1xf32>, tensor<6x4x1xf32>) -> tensor<1x6x1xf32>
  %1 = ingot.conv %y, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 0, 1, 0>}
      : (tensor<1x4x1x?xf32>, tensor<6x4x1x1xf32>) -> tensor<1x6x3x?xf32>
  return %0, %1 : tensor<1x6x1xf32>, tensor<1x6x3x?xf32>
}

// -----

// Taps that meet only padding go, on each side and along each dimension by itself.
// CHECK-LABEL: func.func @wide_kernel
// CHECK: %[[W:.*]] = ingot.slice %arg1,
// CHECK-SAME: -> tensor<6x4x1x3xf32>
// CHECK: %[[V:.*]] = ingot.slice %[[W]],
// CHECK-SAME: -> tensor<6x4x1x2xf32>
// CHECK: ingot.conv %arg0, %[[V]] {dilations = array<i64: 9, 9>, pads = array<i64: 0, 4, 0, 5>, strides = array<i64: 1, 1>}
func.func @wide_kernel(%x: tensor<?x4x8x10xf32>, %w: tensor<6x4x3x3xf32>) -> tensor<?x6x8x10xf32> {
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 9, 9>, pads = array<i64: 9, 4, 9, 14>}
      : (tensor<?x4x8x10xf32>, tensor<6x4x3x3xf32>) -> tensor<?x6x8x10xf32>
  return %0 : tensor<?x6x8x10xf32>
}

// -----

// Each tap meets the input somewhere; where the outer one does not, the input would have to be cropped; the extents are
// only known at run time.
// CHECK-LABEL: func.func @near_taps
// CHECK-NOT: ingot.slice
// CHECK: return
func.func @near_taps(%x: tensor<1x4x10xf32>, %w: tensor<6x4x3xf32>, %y: tensor<1x4x?xf32>)
    -> (tensor<1x6x10xf32>, tensor<1x6x1xf32>, tensor<1x6x?xf32>) {
  %0 = ingot.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 9>, pads = array<i64: 9, 9>}
      : (tensor<1x4x10xf32>, tensor<6x4x3xf32>) -> tensor<1x6x10xf32>
  %1 = ingot.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 9>, pads = array<i64: 2, 7>}
      : (tensor<1x4x10xf32>, tensor<6x4x3xf32>) -> tensor<1x6x1xf32>
  %2 = ingot.conv %y, %w {strides = array<i64: 1>, dilations = array<i64: 9>, pads = array<i64: 9, 9>}
      : (tensor<1x4x?xf32>, tensor<6x4x3xf32>) -> tensor<1x6x?xf32>
  return %0, %1, %2 : tensor<1x6x10xf32>, tensor<1x6x1xf32>, tensor<1x6x?xf32>
}

// -----

// CHECK-LABEL: func.func @turned_image
// CHECK-NEXT: %[[T:.*]] = ingot.transpose %arg0 {perm = array<i64: 0, 2, 1>} : (tensor<?x4x9xf32>) -> tensor<?x9x4xf32>
// CHECK-NEXT: return %[[T]]
func.func @turned_image(%x: tensor<?x4x9xf32>) -> tensor<?x9x4xf32> {
  %0 = ingot.unsqueeze %x {axes = array<i64: 3>} : (tensor<?x4x9xf32>) -> tensor<?x4x9x1xf32>
  %1 = ingot.transpose %0 {perm = array<i64: 0, 2, 3, 1>} : (tensor<?x4x9x1xf32>) -> tensor<?x9x1x4xf32>
  %2 = ingot.squeeze %1 {axes = array<i64: 2>} : (tensor<?x9x1x4xf32>) -> tensor<?x9x4xf32>
  return %2 : tensor<?x9x4xf32>
}

// -----

// A transpose that others read stays as it is.
// CHECK-LABEL: func.func @turned_twice
// CHECK: ingot.transpose %arg0 {perm = array<i64: 0, 2, 3, 1>}
// CHECK: ingot.squeeze
func.func @turned_twice(%x: tensor<?x4x9x1xf32>) -> (tensor<?x9x1x4xf32>, tensor<?x9x4xf32>) {
  %1 = ingot.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<?x4x9x1xf32>) -> tensor<?x9x1x4xf32>
  %2 = ingot.squeeze %1 {axes = array<i64: 2>} : (tensor<?x9x1x4xf32>) -> tensor<?x9x4xf32>
  return %1, %2 : tensor<?x9x1x4xf32>, tensor<?x9x4xf32>
}
