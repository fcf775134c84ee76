// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// Batches against one constant are one long matrix, its columns in panels; what is fused is the epilogue.
// CHECK: rt.weight_data @w0 {{.*}} pack(inner_dims_pos = [1], inner_tiles = [4], outer_dims_perm = [1, 0]) : memref<1x3x4xf32>
// CHECK-LABEL: func.func private @k0_matmul({{.*}}: memref<?x3xf32>, %{{.*}}: memref<1x3x4xf32>, %{{.*}}: memref<?x2xf32>
// CHECK: tile.matmul packed
// CHECK-SAME: extra_maps = [#{{.*}}]
// CHECK: ^bb0(%[[SUM:.*]]: f32, %[[BIAS:.*]]: f32):
// CHECK: arith.addf %[[SUM]], %[[BIAS]]
// CHECK: func.func @constant
// CHECK: memref.collapse_shape %{{.*}} {{\[\[}}0, 1], [2]] : memref<?x5x3xf32> into memref<?x3xf32>
module {
func.func @constant(%x: tensor<?x5x3xf32> {ingot.name = "x", ingot.dims = ["N", "", ""]}, %b: tensor<2xf32> {ingot.name = "b"})
    -> (tensor<?x5x2xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<3x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %0 = ingot.fused %x, %w, %b : (tensor<?x5x3xf32>, tensor<3x2xf32>, tensor<2xf32>) -> tensor<?x5x2xf32> {
  ^bb0(%a: tensor<?x5x3xf32>, %c: tensor<3x2xf32>, %d: tensor<2xf32>):
    %1 = ingot.matmul %a, %c : (tensor<?x5x3xf32>, tensor<3x2xf32>) -> tensor<?x5x2xf32>
    %2 = ingot.add %1, %d : (tensor<?x5x2xf32>, tensor<2xf32>) -> tensor<?x5x2xf32>
    ingot.yield %2 : tensor<?x5x2xf32>
  }
  return %0 : tensor<?x5x2xf32>
}
}

// -----

// What broadcasts over all rows, and extents of 1, tell no rows apart: a scale of each channel, one of each row, a
// residual.
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[BOTH:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: func.func private @k0_matmul
// CHECK: tile.matmul packed ins(%{{.*}} : memref<35x3xf32>
// CHECK-SAME: outs(%{{.*}} : memref<35x2xf32>) extras(%{{.*}} : memref<2xf32>, memref<35xf32>, memref<35x2xf32>)
// CHECK-SAME: extra_maps = [#[[COLUMN]], #[[ROW]], #[[BOTH]]]
module {
func.func @scaled(%x: tensor<1x5x7x3xf32> {ingot.name = "x"}, %g: tensor<1x1x1x2xf32> {ingot.name = "g"},
                  %h: tensor<5x7x1xf32> {ingot.name = "h"}, %r: tensor<5x7x2xf32> {ingot.name = "r"})
    -> (tensor<1x5x7x2xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<3x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %0 = ingot.fused %x, %w, %g, %h, %r : (tensor<1x5x7x3xf32>, tensor<3x2xf32>, tensor<1x1x1x2xf32>, tensor<5x7x1xf32>,
                                         tensor<5x7x2xf32>) -> tensor<1x5x7x2xf32> {
  ^bb0(%a: tensor<1x5x7x3xf32>, %c: tensor<3x2xf32>, %d: tensor<1x1x1x2xf32>, %e: tensor<5x7x1xf32>, %f: tensor<5x7x2xf32>):
    %1 = ingot.matmul %a, %c : (tensor<1x5x7x3xf32>, tensor<3x2xf32>) -> tensor<1x5x7x2xf32>
    %2 = ingot.mul %1, %d : (tensor<1x5x7x2xf32>, tensor<1x1x1x2xf32>) -> tensor<1x5x7x2xf32>
    %3 = ingot.mul %2, %e : (tensor<1x5x7x2xf32>, tensor<5x7x1xf32>) -> tensor<1x5x7x2xf32>
    %4 = ingot.add %3, %f : (tensor<1x5x7x2xf32>, tensor<5x7x2xf32>) -> tensor<1x5x7x2xf32>
    ingot.yield %4 : tensor<1x5x7x2xf32>
  }
  return %0 : tensor<1x5x7x2xf32>
}
}

// -----

// What broadcasts over the first of them leaves that one apart, over the middle one all of them.
// CHECK: tile.matmul packed ins(%{{.*}} : memref<2x35x3xf32>
// CHECK-SAME: extras(%{{.*}} : memref<35x2xf32>)
// CHECK: tile.matmul packed ins(%{{.*}} : memref<2x5x7x3xf32>
// CHECK-SAME: extras(%{{.*}} : memref<2x7x2xf32>)
// CHECK-LABEL: func.func @apart
module {
func.func @apart(%x: tensor<2x5x7x3xf32> {ingot.name = "x"}, %p: tensor<5x7x2xf32> {ingot.name = "p"},
                 %q: tensor<2x1x7x2xf32> {ingot.name = "q"})
    -> (tensor<2x5x7x2xf32> {ingot.name = "y"}, tensor<2x5x7x2xf32> {ingot.name = "z"}) {
  %w = ingot.constant tensor<3x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %0 = ingot.fused %x, %w, %p : (tensor<2x5x7x3xf32>, tensor<3x2xf32>, tensor<5x7x2xf32>) -> tensor<2x5x7x2xf32> {
  ^bb0(%a: tensor<2x5x7x3xf32>, %c: tensor<3x2xf32>, %d: tensor<5x7x2xf32>):
    %2 = ingot.matmul %a, %c : (tensor<2x5x7x3xf32>, tensor<3x2xf32>) -> tensor<2x5x7x2xf32>
    %3 = ingot.add %2, %d : (tensor<2x5x7x2xf32>, tensor<5x7x2xf32>) -> tensor<2x5x7x2xf32>
    ingot.yield %3 : tensor<2x5x7x2xf32>
  }
  %1 = ingot.fused %x, %w, %q : (tensor<2x5x7x3xf32>, tensor<3x2xf32>, tensor<2x1x7x2xf32>) -> tensor<2x5x7x2xf32> {
  ^bb0(%a: tensor<2x5x7x3xf32>, %c: tensor<3x2xf32>, %d: tensor<2x1x7x2xf32>):
    %2 = ingot.matmul %a, %c : (tensor<2x5x7x3xf32>, tensor<3x2xf32>) -> tensor<2x5x7x2xf32>
    %3 = ingot.add %2, %d : (tensor<2x5x7x2xf32>, tensor<2x1x7x2xf32>) -> tensor<2x5x7x2xf32>
    ingot.yield %3 : tensor<2x5x7x2xf32>
  }
  return %0, %1 : tensor<2x5x7x2xf32>, tensor<2x5x7x2xf32>
}
}

// -----

// For a target without vectors, which the reference is compiled for, weights stay as they are.
// CHECK: rt.weight_data @w0 source({{.*}}) : tensor<3x2xf32> : memref<3x2xf32>
// CHECK: tile.matmul row_major
module attributes {rt.target = #tile.target<vector_bits = 0, registers = 16>} {
func.func @scalar(%x: tensor<5x3xf32> {ingot.name = "x"}) -> (tensor<5x2xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<3x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %0 = ingot.matmul %x, %w : (tensor<5x3xf32>, tensor<3x2xf32>) -> tensor<5x2xf32>
  return %0 : tensor<5x2xf32>
}
}

// -----

// Bytes by fours for a dot instruction, summed up in i32.
// CHECK: rt.weight_data @w0 {{.*}} pack(inner_dims_pos = [1, 0], inner_tiles = [32, 4], outer_dims_perm = [1, 0])
// CHECK: tile.matmul packed
// CHECK-SAME: a_unsigned
// CHECK-SAME: packed_depth = 4
// CHECK: ^bb0(%{{.*}}: i32):
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, dot_i8 = true>} {
func.func @bytes(%x: tensor<5x4xui8> {ingot.name = "x"}) -> (tensor<5x32xi32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<4x32xi8> = dense<1> : tensor<4x32xi8>
  %0 = ingot.matmul %x, %w : (tensor<5x4xui8>, tensor<4x32xi8>) -> tensor<5x32xi32>
  return %0 : tensor<5x32xi32>
}
}

// -----

// Inner extents that only the run time can compare.
// CHECK-LABEL: func.func @depths
// CHECK: rt.check %{{.*}}, "expected %lld rows in the right operand but got %lld"
module {
func.func @depths(%x: tensor<5x?xf32> {ingot.name = "x", ingot.dims = ["", "K"]},
                  %y: tensor<?x4xf32> {ingot.name = "y", ingot.dims = ["L", ""]}) -> (tensor<5x4xf32> {ingot.name = "z"}) {
  %0 = ingot.matmul %x, %y : (tensor<5x?xf32>, tensor<?x4xf32>) -> tensor<5x4xf32>
  return %0 : tensor<5x4xf32>
}
}

// -----

// Columns of a panel that were measured to be best for a product of these sizes.
// CHECK: rt.weight_data @w0 {{.*}} inner_tiles = [48]
// CHECK: tile.matmul packed ins(%{{.*}} : memref<5x3xf32>, memref<2x3x48xf32>)
module attributes {
  rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true>,
  rt.tuned = {"columns of a panel: 5 x 64 from 3 x 1 steps" = 48 : i64}
} {
func.func @measured_panels(%x: tensor<5x3xf32> {ingot.name = "x"}) -> (tensor<5x64xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<3x64xf32> = dense<1.0> : tensor<3x64xf32>
  %0 = ingot.matmul %x, %w : (tensor<5x3xf32>, tensor<3x64xf32>) -> tensor<5x64xf32>
  return %0 : tensor<5x64xf32>
}
}

// -----

// Seven vectors of columns are panels of four and three, rather than of two and a last one of one; eight are panels of
// two, sixteen columns one of one.
// CHECK: tile.matmul packed ins(%{{.*}} : memref<5x3xf32>, memref<2x3x64xf32>)
// CHECK: tile.matmul packed ins(%{{.*}} : memref<5x3xf32>, memref<4x3x32xf32>)
// CHECK: tile.matmul packed ins(%{{.*}} : memref<5x3xf32>, memref<1x3x16xf32>)
// CHECK-LABEL: func.func @panels
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true>} {
func.func @panels(%x: tensor<5x3xf32> {ingot.name = "x"})
    -> (tensor<5x100xf32> {ingot.name = "y"}, tensor<5x127xf32> {ingot.name = "z"}, tensor<5x16xf32> {ingot.name = "t"}) {
  %w0 = ingot.constant tensor<3x100xf32> = dense<1.0> : tensor<3x100xf32>
  %0 = ingot.matmul %x, %w0 : (tensor<5x3xf32>, tensor<3x100xf32>) -> tensor<5x100xf32>
  %w1 = ingot.constant tensor<3x127xf32> = dense<1.0> : tensor<3x127xf32>
  %1 = ingot.matmul %x, %w1 : (tensor<5x3xf32>, tensor<3x127xf32>) -> tensor<5x127xf32>
  %w2 = ingot.constant tensor<3x16xf32> = dense<1.0> : tensor<3x16xf32>
  %2 = ingot.matmul %x, %w2 : (tensor<5x3xf32>, tensor<3x16xf32>) -> tensor<5x16xf32>
  return %0, %1, %2 : tensor<5x100xf32>, tensor<5x127xf32>, tensor<5x16xf32>
}
}

// -----

// A slice's offset stays with its column when rows are joined.
// CHECK: #[[OFFSET:.*]] = affine_map<(d0, d1) -> (d0, d1 + 3)>
// CHECK: tile.matmul packed ins(%{{.*}} : memref<10x3xf32>
// CHECK-SAME: extra_maps = [#[[OFFSET]]]
// CHECK-LABEL: func.func @sliced
module {
func.func @sliced(%x: tensor<2x5x3xf32> {ingot.name = "x"}, %r: tensor<2x5x7xf32> {ingot.name = "r"})
    -> (tensor<2x5x2xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<3x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %0 = ingot.fused %x, %w, %r : (tensor<2x5x3xf32>, tensor<3x2xf32>, tensor<2x5x7xf32>) -> tensor<2x5x2xf32> {
  ^bb0(%a: tensor<2x5x3xf32>, %c: tensor<3x2xf32>, %d: tensor<2x5x7xf32>):
    %three = ingot.constant tensor<1xi64> = dense<3> : tensor<1xi64>
    %five = ingot.constant tensor<1xi64> = dense<5> : tensor<1xi64>
    %two = ingot.constant tensor<1xi64> = dense<2> : tensor<1xi64>
    %1 = ingot.matmul %a, %c : (tensor<2x5x3xf32>, tensor<3x2xf32>) -> tensor<2x5x2xf32>
    %2 = ingot.slice %d, %three, %five, %two {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
        : (tensor<2x5x7xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2x5x2xf32>
    %3 = ingot.add %1, %2 : (tensor<2x5x2xf32>, tensor<2x5x2xf32>) -> tensor<2x5x2xf32>
    ingot.yield %3 : tensor<2x5x2xf32>
  }
  return %0 : tensor<2x5x2xf32>
}
}
