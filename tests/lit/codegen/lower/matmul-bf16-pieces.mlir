// RUN: ingot-opt %s --lower-graph --split-input-file | FileCheck %s

// Few weights for some rows: the pieces that tile instructions read, of a product and of a 1x1 convolution.
// Neither of many rows, for which weights become pieces soon enough, nor of few, nor of a number that the run decides.
// CHECK: rt.weight_data @{{.*}} : tensor<96x576xf32> pack(inner_dims_pos = [1], inner_tiles = [64], outer_dims_perm = [1, 0])
// CHECK-SAME: : memref<9x4x3x3x16x16xi32> encoding bf16_pieces
// CHECK: tile.matmul packed ins(%{{.*}} : memref<196x96xf32>, memref<9x4x3x3x16x16xi32>)
// CHECK-SAME: bf16_pieces
// CHECK: rt.weight_data @{{.*}} : tensor<576x96xf32> pack(inner_dims_pos = [0], inner_tiles = [64], outer_dims_perm = [0, 1])
// CHECK-SAME: : memref<9x4x3x3x16x16xi32> encoding bf16_pieces
// CHECK: tile.matmul packed ins(%{{.*}} : memref<196x96xf32>, memref<9x4x3x3x16x16xi32>)
// CHECK-SAME: bf16_pieces
// CHECK: tile.matmul packed ins(%{{.*}} : memref<3136x96xf32>, memref<9x96x64xf32>)
// CHECK: tile.matmul packed ins(%{{.*}} : memref<20x96xf32>, memref<{{[0-9]+}}x96x{{[0-9]+}}xf32>)
// CHECK: tile.matmul packed ins(%{{.*}} : memref<?x96xf32>, memref<{{[0-9]+}}x96x{{[0-9]+}}xf32>)
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, funnel_shift = true, amx_bf16 = true, l1 = 49152, l2 = 2097152, stream = 8>} {
func.func @main(%x: tensor<196x96xf32>, %image: tensor<1x14x14x96xf32>, %many: tensor<3136x96xf32>,
                %few: tensor<20x96xf32>, %unknown: tensor<?x96xf32>)
    -> (tensor<196x576xf32>, tensor<1x14x14x576xf32>, tensor<3136x576xf32>, tensor<20x576xf32>, tensor<?x576xf32>) {
  %w = ingot.constant tensor<96x576xf32> = dense<1.0> : tensor<96x576xf32>
  %f = ingot.constant tensor<576x96x1x1xf32> = dense<1.0> : tensor<576x96x1x1xf32>
  %0 = ingot.matmul %x, %w : (tensor<196x96xf32>, tensor<96x576xf32>) -> tensor<196x576xf32>
  %1 = ingot.conv %image, %f {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
      group = 1, channels_last} : (tensor<1x14x14x96xf32>, tensor<576x96x1x1xf32>) -> tensor<1x14x14x576xf32>
  %2 = ingot.matmul %many, %w : (tensor<3136x96xf32>, tensor<96x576xf32>) -> tensor<3136x576xf32>
  %3 = ingot.matmul %few, %w : (tensor<20x96xf32>, tensor<96x576xf32>) -> tensor<20x576xf32>
  %4 = ingot.matmul %unknown, %w : (tensor<?x96xf32>, tensor<96x576xf32>) -> tensor<?x576xf32>
  return %0, %1, %2, %3, %4
      : tensor<196x576xf32>, tensor<1x14x14x576xf32>, tensor<3136x576xf32>, tensor<20x576xf32>, tensor<?x576xf32>
}
}

// -----

// Columns of one wide panel are two panels, whose halves threads can share.
// CHECK: tile.matmul packed ins(%{{.*}} : memref<196x384xf32>, memref<2x2x12x3x16x16xi32>)
// CHECK-SAME: bf16_pieces
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, funnel_shift = true, amx_bf16 = true, l1 = 49152, l2 = 2097152, stream = 8>} {
func.func @main(%x: tensor<196x384xf32>) -> tensor<196x64xf32> {
  %w = ingot.constant tensor<384x64xf32> = dense<1.0> : tensor<384x64xf32>
  %0 = ingot.matmul %x, %w : (tensor<196x384xf32>, tensor<384x64xf32>) -> tensor<196x64xf32>
  return %0 : tensor<196x64xf32>
}
}

// -----

// What is no number has no pieces.
// CHECK-NOT: bf16_pieces
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, funnel_shift = true, amx_bf16 = true, l1 = 49152, l2 = 2097152, stream = 8>} {
func.func @main(%x: tensor<196x96xf32>) -> tensor<196x576xf32> {
  %w = ingot.constant tensor<96x576xf32> = dense<0x7F800000> : tensor<96x576xf32>
  %0 = ingot.matmul %x, %w : (tensor<196x96xf32>, tensor<96x576xf32>) -> tensor<196x576xf32>
  return %0 : tensor<196x576xf32>
}
}
