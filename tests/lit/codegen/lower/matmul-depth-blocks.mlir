// RUN: truncate -s 4423680 %t.weights
// RUN: sed 's|WEIGHTS|%t.weights|' %s | ingot-opt --lower-graph --split-input-file | FileCheck %s

// Few columns and a long reduction: two halves of it, as a batch, and a kernel that adds their sums up.
// CHECK: func.func private @[[halves:.*matmul]]({{.*}}, %[[a:.*]]: memref<64x9216xf32>, %[[b:.*]]: memref<2x9216x64xf32>, %[[sums:.*]]: memref<2x64x128xf32>)
// CHECK: %[[left:.*]] = memref.reinterpret_cast %[[a]] to offset: [0], sizes: [2, 64, 4608], strides: [4608, 9216, 1]
// CHECK: %[[right:.*]] = memref.reinterpret_cast %[[b]] to offset: [0], sizes: [2, 2, 4608, 64], strides: [294912, 589824, 64, 1]
// CHECK: tile.matmul packed ins(%[[left]], %[[right]] : {{.*}}) outs(%[[sums]] : memref<2x64x128xf32>)
// CHECK: func.func private @[[sum:.*sum]]({{.*}}, %[[sums:.*]]: memref<2x64x128xf32>, %[[out:.*]]: memref<64x128xf32>, %[[bias:.*]]: memref<128xf32>)
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[sums]], %[[sums]], %[[bias]] : {{.*}}) outs(%[[out]] :
// CHECK-NEXT: ^bb0(%[[first:.*]]: f32, %[[second:.*]]: f32, %[[element:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: %[[both:.*]] = arith.addf %[[first]], %[[second]]
// CHECK-NEXT: arith.addf %[[both]], %[[element]]
// CHECK: func.func @main
// CHECK: %[[memory:.*]] = memref.alloc() : memref<2x64x128xf32>
// CHECK: call @[[halves]]({{.*}}, %[[memory]])
// CHECK: call @[[sum]](%{{[^,]*}}, %[[memory]],
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, amx_bf16 = true, l1 = 49152, l2 = 2097152, stream = 4>} {
func.func @main(%x: tensor<64x9216xf32>) -> tensor<64x128xf32> {
  %w = ingot.constant tensor<9216x128xf32> = dense<0x7F800000> : tensor<9216x128xf32>
  %bias = ingot.constant tensor<128xf32> = dense_resource<bias> : tensor<128xf32>
  %0 = ingot.fused %x, %w, %bias : (tensor<64x9216xf32>, tensor<9216x128xf32>, tensor<128xf32>) -> tensor<64x128xf32> {
  ^bb0(%a: tensor<64x9216xf32>, %b: tensor<9216x128xf32>, %c: tensor<128xf32>):
    %1 = ingot.matmul %a, %b : (tensor<64x9216xf32>, tensor<9216x128xf32>) -> tensor<64x128xf32>
    %2 = ingot.add %1, %c : (tensor<64x128xf32>, tensor<128xf32>) -> tensor<64x128xf32>
    ingot.yield %2 : tensor<64x128xf32>
  }
  return %0 : tensor<64x128xf32>
}
}

{-# dialect_resources: { builtin: { bias: "0x0400000000" } } #-}

// -----

// The same of 24-bit integers, of which there are scales for all columns of the panels.
// CHECK: tile.matmul packed ins(%{{.*}}, %{{.*}} : {{.*}}, memref<2x2x4608x3x16xi32, strided<[221184, 442368, 48, 16, 1]>>) outs(%{{.*}} : memref<2x64x120xf32>)
// CHECK-SAME: fixed24
// CHECK: func.func private @{{.*}}_sum({{.*}}, %[[scales:.*]]: memref<128xf32>)
// CHECK: %[[some:.*]] = memref.subview %[[scales]][0] [120] [1]
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[sums:.*]], %[[sums]], %[[some]] :
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, funnel_shift = true, amx_bf16 = true, l1 = 49152, l2 = 2097152, stream = 4>} {
func.func @main(%x: tensor<64x9216xf32>) -> tensor<64x120xf32> {
  %w = ingot.constant tensor<9216x120xf32> = #ingot.external<"WEIGHTS", 0, 4423680>
  %0 = ingot.matmul %x, %w : (tensor<64x9216xf32>, tensor<9216x120xf32>) -> tensor<64x120xf32>
  return %0 : tensor<64x120xf32>
}
}

// -----

// Threads that shared the columns of a left operand of many steps would pass each other half of it.
// CHECK: func.func private @[[halves:.*matmul]]({{.*}}, %{{.*}}: memref<128x3072xf32>, %{{.*}}: memref<12x3072x64xf32>, %{{.*}}: memref<2x128x768xf32>)
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, amx_bf16 = true, l1 = 49152, l2 = 2097152, stream = 4>} {
func.func @main(%x: tensor<128x3072xf32>) -> tensor<128x768xf32> {
  %w = ingot.constant tensor<3072x768xf32> = dense<0x7F800000> : tensor<3072x768xf32>
  %0 = ingot.matmul %x, %w : (tensor<128x3072xf32>, tensor<3072x768xf32>) -> tensor<128x768xf32>
  return %0 : tensor<128x768xf32>
}
}

// -----

// Not of many columns and few steps: sums would cost more; nor of rows that only the run knows; nor by vectors.
// CHECK: // -----
// CHECK-NOT: memref<2x
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, amx_bf16 = true, l1 = 49152, l2 = 2097152, stream = 4>} {
func.func @main(%x: tensor<128x768xf32>, %y: tensor<?x9216xf32>, %z: tensor<4x9216xf32>)
    -> (tensor<128x768xf32>, tensor<?x128xf32>, tensor<4x128xf32>) {
  %v = ingot.constant tensor<768x768xf32> = dense<0x7F800000> : tensor<768x768xf32>
  %w = ingot.constant tensor<9216x128xf32> = dense<0x7F800000> : tensor<9216x128xf32>
  %0 = ingot.matmul %x, %v : (tensor<128x768xf32>, tensor<768x768xf32>) -> tensor<128x768xf32>
  %1 = ingot.matmul %y, %w : (tensor<?x9216xf32>, tensor<9216x128xf32>) -> tensor<?x128xf32>
  %2 = ingot.matmul %z, %w : (tensor<4x9216xf32>, tensor<9216x128xf32>) -> tensor<4x128xf32>
  return %0, %1, %2 : tensor<128x768xf32>, tensor<?x128xf32>, tensor<4x128xf32>
}
}
