// RUN: ingot-opt %s --split-input-file --tile-to-vector --canonicalize --cse | FileCheck %s

// Two lines of an output read four of the input, which are zeros outside of it. What three taps of a line read is a
// vector, and shuffles with its neighbour. The first two vectors begin in front of the line, the last one's neighbour is
// behind it, and those between are a loop.
// CHECK-LABEL: func @lines
// CHECK-SAME: (%[[X:.*]]: memref<1x4x8x112xf32>, %[[W:.*]]: memref<4x1x1x3x3xf32>, %[[Y:.*]]: memref<1x4x8x112xf32>)
// CHECK: scf.forall {{.*}} in (2, 4)
// CHECK: %[[ZEROS:.*]] = memref.alloca() {{.*}} : memref<112xf32>
// CHECK: vector.store %{{.*}}, %[[ZEROS]]
// CHECK: scf.for {{.*}} step %c2
// CHECK-COUNT-4: memref.prefetch %[[Y]]{{.*}}, write
// CHECK: memref.prefetch %[[X]]{{.*}}, read
// CHECK: %[[INSIDE:.*]] = memref.subview %[[X]]
// CHECK: %[[OUTSIDE:.*]] = memref.cast %[[ZEROS]]
// CHECK: %[[IS_INPUT:.*]] = arith.cmpi ult
// CHECK: %[[LINE:.*]] = arith.select %[[IS_INPUT]], %[[INSIDE]], %[[OUTSIDE]]
// CHECK: %[[FIRST:.*]] = vector.maskedload %[[LINE]]
// CHECK: %[[SECOND:.*]] = vector.load %[[LINE]]
// CHECK: memref.load %[[W]]
// CHECK-COUNT-2: vector.fma
// CHECK: vector.shuffle %[[FIRST]], %[[SECOND]] [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
// CHECK: %[[THIRD:.*]] = vector.load %[[LINE]]
// CHECK: vector.shuffle %[[SECOND]], %[[THIRD]] [1, 2,
// CHECK-COUNT-2: vector.fma
// CHECK: vector.shuffle %[[FIRST]], %[[SECOND]] [2, 3,
// CHECK-COUNT-32: vector.fma
// CHECK-NOT: vector.fma
// CHECK-COUNT-4: vector.store %{{.*}}, %[[Y]]
// CHECK: scf.for
// CHECK-NOT: maskedload
// CHECK-COUNT-36: vector.fma
// CHECK-COUNT-18: vector.fma
// CHECK-NOT: vector.fma
// CHECK-COUNT-2: vector.store %{{.*}}, %[[Y]]
// CHECK: return
func.func @lines(%x: memref<1x4x8x112xf32>, %w: memref<4x1x1x3x3xf32>, %y: memref<1x4x8x112xf32>) {
  tile.planes_conv ins(%x, %w : memref<1x4x8x112xf32>, memref<4x1x1x3x3xf32>) outs(%y : memref<1x4x8x112xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 1, columns = 32, lanes = 16, row_block = 4, line_block = 2, masks = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Windows that move by two read every other element of two vectors, from an even one on. The channels of a group are a
// loop; five lines are two tiles of two outputs and one of one.
// CHECK-LABEL: func @stride_2
// CHECK-SAME: (%[[X:.*]]: memref<1x4x10x40xf32>, %[[W:.*]]: memref<2x2x2x3x3xf32>, %[[Y:.*]]: memref<1x4x5x20xf32>)
// CHECK: scf.for {{.*}} iter_args
// CHECK: vector.shuffle {{.*}} [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31]
// CHECK-COUNT-2: vector.fma
// CHECK: vector.shuffle {{.*}} [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30]
// CHECK-COUNT-2: vector.fma
// CHECK: vector.shuffle {{.*}} [1, 3,
// CHECK-COUNT-32: vector.fma
// CHECK-NOT: vector.fma
// CHECK: scf.yield
// CHECK: scf.for {{.*}} iter_args
// CHECK-COUNT-36: vector.fma
// CHECK-NOT: vector.fma
// CHECK: vector.maskedstore %[[Y]]
// CHECK: scf.for {{.*}} iter_args
// CHECK-COUNT-18: vector.fma
// CHECK-NOT: vector.fma
// CHECK: scf.yield
// CHECK: return
func.func @stride_2(%x: memref<1x4x10x40xf32>, %w: memref<2x2x2x3x3xf32>, %y: memref<1x4x5x20xf32>) {
  tile.planes_conv ins(%x, %w : memref<1x4x10x40xf32>, memref<2x2x2x3x3xf32>) outs(%y : memref<1x4x5x20xf32>)
      {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 2, columns = 16, lanes = 16, row_block = 6, line_block = 2, masks = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Of wider windows that move by two, every other element of pairs is picked once, and taps are shuffled out of these.
// The lines of the window are a loop where a tile is of one line and not unrolled.
// CHECK-LABEL: func @wide
// CHECK-SAME: (%[[X:.*]]: memref<1x1x40x80xf32>, %[[W:.*]]: memref<1x4x1x7x7xf32>
// CHECK: scf.for %[[TAP:.*]] = %c0 to %c7 step %c1 iter_args
// CHECK: memref.load %[[W]][%c0, %c0, %c0, %[[TAP]], %c0]
// CHECK-COUNT-28: vector.fma
// CHECK-NOT: vector.fma
// CHECK: scf.yield
// CHECK: vector.store
// CHECK: scf.for %{{.*}} = %c0 to %c7 step %c1 iter_args
// CHECK: vector.shuffle {{.*}} [1, 3,
// CHECK: vector.shuffle {{.*}} [0, 2,
// CHECK: vector.shuffle {{.*}} [0, 2,
// CHECK: vector.shuffle {{.*}} [1, 2, 3,
// CHECK: scf.yield
func.func @wide(%x: memref<1x1x40x80xf32>, %w: memref<1x4x1x7x7xf32>, %y: memref<1x4x20x40xf32>) {
  tile.planes_conv ins(%x, %w : memref<1x1x40x80xf32>, memref<1x4x1x7x7xf32>) outs(%y : memref<1x4x20x40xf32>)
      {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 3, 3>,
       schedule = #tile.schedule<rows = 4, columns = 16, lanes = 16, row_block = 4, line_block = 1, masks = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
