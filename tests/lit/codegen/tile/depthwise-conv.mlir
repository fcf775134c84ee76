// RUN: ingot-opt %s --tile-to-vector --canonicalize --cse --split-input-file | FileCheck %s

// Ten channels are two vectors of four and, under a mask, one of two.

// CHECK-LABEL: func @masked
// CHECK:         scf.forall (%{{.*}}, %{{.*}}) in (2, 8)
// CHECK:           scf.for %[[C:.*]] = %c0 to %c8 step %c4
// CHECK:             scf.for {{.*}} -> (vector<4xf32>, vector<4xf32>)
// CHECK:               %[[W:.*]] = vector.load %{{.*}}, %[[C]]] : memref<3x3x10xf32>, vector<4xf32>
// CHECK:               %[[X:.*]] = vector.load %{{.*}}, %[[C]]] : memref<2x10x4x10xf32>, vector<4xf32>
// CHECK:               vector.fma %[[X]], %[[W]]
// CHECK-COUNT-5:       vector.fma
// CHECK-COUNT-2:     vector.store
// CHECK:           vector.maskedload
// CHECK:           vector.maskedstore
func.func @masked(%x: memref<2x10x4x10xf32>, %w: memref<3x3x10xf32>, %y: memref<2x8x2x10xf32>) {
  tile.depthwise_conv ins(%x, %w : memref<2x10x4x10xf32>, memref<3x3x10xf32>) outs(%y : memref<2x8x2x10xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>,
       schedule = #tile.schedule<rows = 2, columns = 4, lanes = 4, unroll = 3, row_block = 1, masks = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Two output channels of each of five: two channels of the input are repeated to fill the lanes, the last one under a
// mask of its own.

// CHECK-LABEL: func @multiplier
// CHECK:         scf.for %[[C:.*]] = %c0 to %c8 step %c4
// CHECK:           %[[W:.*]] = vector.load %{{.*}}, %[[C]]] : memref<3x3x10xf32>, vector<4xf32>
// CHECK:           %[[IN:.*]] = arith.divui %[[C]], %c2
// CHECK:           %[[X:.*]] = vector.load %{{.*}}, %[[IN]]] : memref<2x10x4x5xf32>, vector<2xf32>
// CHECK:           %[[ALL:.*]] = vector.shuffle %[[X]], %[[X]] [0, 0, 1, 1]
// CHECK:           vector.fma %[[ALL]], %[[W]]
// CHECK:         vector.maskedload %{{.*}} : memref<3x3x10xf32>, vector<4xi1>
// CHECK:         vector.maskedload %{{.*}} : memref<2x10x4x5xf32>, vector<2xi1>
// CHECK:         vector.maskedstore
func.func @multiplier(%x: memref<2x10x4x5xf32>, %w: memref<3x3x10xf32>, %y: memref<2x8x2x10xf32>) {
  tile.depthwise_conv ins(%x, %w : memref<2x10x4x5xf32>, memref<3x3x10xf32>) outs(%y : memref<2x8x2x10xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>,
       schedule = #tile.schedule<rows = 2, columns = 4, lanes = 4, unroll = 3, row_block = 1, masks = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Without masks they are done one by one.

// CHECK-LABEL: func @scalar
// CHECK:         scf.for %{{.*}} = %c0 to %c8 step %c4
// CHECK:         scf.for %{{.*}} = %c8 to %c10 step %c1
// CHECK:           vector.load %{{.*}} : memref<3x10xf32>, vector<1xf32>
// CHECK:           vector.fma %{{.*}} : vector<1xf32>
func.func @scalar(%x: memref<2x4x10xf32>, %w: memref<3x10xf32>, %y: memref<2x2x10xf32>) {
  tile.depthwise_conv ins(%x, %w : memref<2x4x10xf32>, memref<3x10xf32>) outs(%y : memref<2x2x10xf32>)
      {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 0>,
       schedule = #tile.schedule<rows = 2, columns = 4, lanes = 4>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Eight channels at a time, of each tile of each line of the block; the masked rest after them.

// CHECK-LABEL: func @panels
// CHECK:         scf.forall (%{{.*}}, %{{.*}}) in (2, 2)
// CHECK:           scf.for %[[PANEL:.*]] = %c0 to %c20 step %c8
// CHECK:             %[[NEXT:.*]] = arith.addi %[[PANEL]], %c8
// CHECK:             %[[END:.*]] = arith.minsi %[[NEXT]], %c20
// CHECK:             scf.for
// CHECK:               scf.for %[[C:.*]] = %[[PANEL]] to %[[END]] step %c4
// CHECK:                 vector.load %{{.*}}, %[[C]]] : memref<3x3x22xf32>, vector<4xf32>
// CHECK:           scf.for
// CHECK:             vector.maskedload
func.func @panels(%x: memref<2x10x4x22xf32>, %w: memref<3x3x22xf32>, %y: memref<2x8x2x22xf32>) {
  tile.depthwise_conv ins(%x, %w : memref<2x10x4x22xf32>, memref<3x3x22xf32>) outs(%y : memref<2x8x2x22xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>,
       schedule = #tile.schedule<rows = 2, columns = 4, lanes = 4, unroll = 3, row_block = 4, panel = 8, masks = true>}
      epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Blocks of positions: of the tiles at the border of the line and of those inside, each block does its own.

// CHECK-LABEL: func @positions
// CHECK:         scf.forall (%[[BLOCK:.*]]) in (3)
// CHECK:           %[[BEGIN:.*]] = arith.muli %[[BLOCK]], %c4
// CHECK:           %[[NEXT:.*]] = arith.addi %[[BEGIN]], %c4
// CHECK:           %[[END:.*]] = arith.minsi %[[NEXT]], %c11
// CHECK:           %[[FIRST_END:.*]] = arith.minsi %[[END]], %c2
// CHECK:           scf.for %{{.*}} = %{{.*}} to %[[FIRST_END]] step %c2
// CHECK:           %[[INNER_BEGIN:.*]] = arith.maxsi %[[BEGIN]], %c2
// CHECK:           %[[INNER_END:.*]] = arith.minsi %[[END]], %c10
// CHECK:           scf.for %{{.*}} = %[[INNER_BEGIN]] to %[[INNER_END]] step %c2
// CHECK:           %[[LAST_BEGIN:.*]] = arith.maxsi %[[BEGIN]], %c10
// CHECK:           scf.for %{{.*}} = %[[LAST_BEGIN]] to %{{.*}} step %c1
func.func @positions(%x: memref<1x11x4xf32>, %w: memref<3x4xf32>, %y: memref<1x11x4xf32>) {
  tile.depthwise_conv ins(%x, %w : memref<1x11x4xf32>, memref<3x4xf32>) outs(%y : memref<1x11x4xf32>)
      {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1>,
       schedule = #tile.schedule<rows = 2, columns = 4, lanes = 4, unroll = 3, row_block = 1, line_block = 4>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Of a kernel that is wider than some tiles, the border is done in tiles, too: taps of the second row alone, of both,
// and of the first row alone.

// CHECK-LABEL: func @wide
// CHECK:         scf.for %{{.*}} = %c8 to %c24 step %c2
// CHECK:         scf.for %[[I:.*]] = %c0 to %c16 step %c2
// CHECK:           %[[IS_FRONT:.*]] = arith.cmpi slt, %[[I]], %c8
// CHECK:           %[[BEHIND:.*]] = arith.addi %[[I]], %c16
// CHECK:           arith.select %[[IS_FRONT]], %[[I]], %[[BEHIND]]
// CHECK:           %[[HEAD:.*]] = scf.for {{.*}} iter_args(%[[SECOND:.*]] = %{{.*}}) -> (vector<4xf32>)
// CHECK:             vector.fma %{{.*}}, %{{.*}}, %[[SECOND]]
// CHECK:           %[[BOTH:.*]]:2 = scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %[[HEAD]]) -> (vector<4xf32>, vector<4xf32>)
// CHECK:           scf.for {{.*}} iter_args(%{{.*}} = %[[BOTH]]#0) -> (vector<4xf32>)
// CHECK:         scf.for {{.*}} -> (vector<4xf32>)
func.func @wide(%x: memref<1x33x4xf32>, %w: memref<17x4xf32>, %y: memref<1x33x4xf32>) {
  tile.depthwise_conv ins(%x, %w : memref<1x33x4xf32>, memref<17x4xf32>) outs(%y : memref<1x33x4xf32>)
      {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 8>,
       schedule = #tile.schedule<rows = 2, columns = 4, lanes = 4, row_block = 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
