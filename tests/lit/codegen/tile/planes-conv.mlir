// RUN: ingot-opt %s --split-input-file --tile-to-vector --canonicalize --cse | FileCheck %s

// The lines of a block are copied with their padding, and lines outside of the input are zeros, as is what sums for
// nothing read behind them. A tile is three outputs by two vectors of positions, which run on through the lines; the
// rest of the four outputs has a tile of its own.
// CHECK-LABEL: func @stride_1
// CHECK-SAME: (%[[X:.*]]: memref<1x8x9x40xf32>, %[[W:.*]]: memref<2x4x4x3x3xf32>, %[[Y:.*]]: memref<1x8x9x40xf32>)
// CHECK: scf.forall {{.*}} in (3, 2)
// CHECK: %[[COPY:.*]] = memref.alloca() {{.*}} : memref<888xf32>
// CHECK-NEXT: scf.for %[[I:.*]] = %c840 to %c873 step %c16
// CHECK-NEXT: vector.store %{{.*}}, %[[COPY]][%[[I]]]
// CHECK: %[[SUMS:.*]] = memref.alloca() {{.*}} : memref<3x128xf32>
// CHECK: scf.if
// CHECK: vector.maskedload %[[X]]
// CHECK: vector.load %[[X]]
// CHECK: vector.maskedload %[[X]]
// CHECK: else
// CHECK: vector.store %{{.*}}, %[[COPY]]
// CHECK: scf.for
// CHECK-COUNT-6: memref.prefetch %[[Y]]{{.*}}, write
// CHECK: memref.prefetch %[[X]]{{.*}}, read
// CHECK: scf.for {{.*}} iter_args
// CHECK: scf.for {{.*}} iter_args
// CHECK-COUNT-2: vector.load %[[COPY]]
// CHECK: memref.load %[[W]]
// CHECK-COUNT-6: vector.fma
// CHECK-COUNT-6: vector.store %{{.*}}, %[[SUMS]]
// CHECK: vector.load %[[SUMS]]
// CHECK: vector.store %{{.*}}, %[[Y]]
// CHECK: vector.maskedstore %[[Y]]
func.func @stride_1(%x: memref<1x8x9x40xf32>, %w: memref<2x4x4x3x3xf32>, %y: memref<1x8x9x40xf32>) {
  tile.planes_conv ins(%x, %w : memref<1x8x9x40xf32>, memref<2x4x4x3x3xf32>) outs(%y : memref<1x8x9x40xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 3, columns = 32, lanes = 16, row_block = 3, masks = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Windows that move by two read four phases, each as if it moved by one; of a single tap, one of them: the others are
// zeros.
// CHECK-LABEL: func @stride_2
// CHECK: scf.for {{.*}} = %c2788 to
// CHECK-COUNT-4: scf.if
// CHECK: vector.shuffle
// CHECK-LABEL: func @one_tap
// CHECK: scf.for {{.*}} = %c0 to
// CHECK: scf.if
// CHECK-NOT: scf.if
// CHECK: return
func.func @stride_2(%x: memref<1x8x32x80xf32>, %w: memref<8x1x1x3x3xf32>, %y: memref<1x8x16x40xf32>) {
  tile.planes_conv ins(%x, %w : memref<1x8x32x80xf32>, memref<8x1x1x3x3xf32>) outs(%y : memref<1x8x16x40xf32>)
      {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>,
       schedule = #tile.schedule<rows = 1, columns = 32, lanes = 16, row_block = 16, masks = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func @one_tap(%x: memref<1x8x32x80xf32>, %w: memref<8x1x1x1x1xf32>, %y: memref<1x8x16x40xf32>) {
  tile.planes_conv ins(%x, %w : memref<1x8x32x80xf32>, memref<8x1x1x1x1xf32>) outs(%y : memref<1x8x16x40xf32>)
      {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>,
       schedule = #tile.schedule<rows = 1, columns = 32, lanes = 16, row_block = 16, masks = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
