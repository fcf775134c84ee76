// RUN: ingot-opt %s --split-input-file --tile-to-vector --canonicalize --cse | FileCheck %s

// Inputs of 12 tiles are transformed, multiplied point by point in register tiles of 6 x 1, and transformed back.
// CHECK-LABEL: func @even
// CHECK-SAME: (%[[X:.*]]: memref<1x12x16x32xf32>, %[[W:.*]]: memref<1x1x4x4x32x16xf32>
// CHECK-DAG: %[[WEIGHTS:.*]] = memref.collapse_shape %[[W]] {{.*}} into memref<1x1x16x32x16xf32>
// CHECK: rt.ranges %c4 {
// CHECK-DAG: %[[INPUTS:.*]] = memref.alloca() {{.*}} : memref<16x12x32xf32>
// CHECK-DAG: %[[BORDER:.*]] = memref.alloca() {{.*}} : memref<4x4x32xf32>
// CHECK-NOT: rt.ranges
// CHECK: scf.if
// CHECK: scf.for
// CHECK-COUNT-16: vector.load %[[X]]
// CHECK-COUNT-16: vector.store %{{.*}}, %[[INPUTS]]
// CHECK: else
// CHECK: vector.store %{{.*}}, %[[BORDER]]
// CHECK-COUNT-16: vector.load %[[BORDER]]
// CHECK-COUNT-16: vector.store %{{.*}}, %[[INPUTS]]
// CHECK: %[[SUMS:.*]] = memref.alloca() {{.*}} : memref<16x12x16xf32>
// CHECK-NOT: memref.prefetch
// CHECK: scf.for
// CHECK: scf.for
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>)
// CHECK: vector.load %[[WEIGHTS]]
// CHECK-COUNT-6: vector.fma
// CHECK-COUNT-6: vector.store %{{.*}}, %[[SUMS]]
// CHECK-COUNT-16: vector.load %[[SUMS]]
// CHECK-COUNT-4: vector.store
// CHECK-NOT: scf.if
// CHECK: return
func.func @even(%x: memref<1x12x16x32xf32>, %w: memref<1x1x4x4x32x16xf32>, %y: memref<1x12x16x16xf32>) {
  tile.winograd_conv ins(%x, %w : memref<1x12x16x32xf32>, memref<1x1x4x4x32x16xf32>)
      outs(%y : memref<1x12x16x16xf32>)
      {pads = array<i64: 1, 1>, schedule = #tile.schedule<rows = 6, columns = 16, lanes = 16, row_block = 12>}
      epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Tiles that reach over the end of the output are stored one position at a time.
// CHECK-LABEL: func @odd
// CHECK: %[[EDGE:.*]] = memref.alloca() {{.*}} : memref<2x2x16xf32>
// CHECK: vector.store %{{.*}}, %[[EDGE]]
// CHECK: %[[OUT:.*]] = vector.load %[[EDGE]]
// CHECK: vector.store %[[OUT]], %{{.*}} : memref<1x11x16x16xf32>
func.func @odd(%x: memref<1x11x16x32xf32>, %w: memref<1x1x4x4x32x16xf32>, %y: memref<1x11x16x16xf32>) {
  tile.winograd_conv ins(%x, %w : memref<1x11x16x32xf32>, memref<1x1x4x4x32x16xf32>)
      outs(%y : memref<1x11x16x16xf32>)
      {pads = array<i64: 1, 1>, schedule = #tile.schedule<rows = 6, columns = 16, lanes = 16, row_block = 12>}
      epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Each step fetches a later one's weights into the first cache.
// CHECK-LABEL: func @fetches_ahead
// CHECK: %[[LATER:.*]] = arith.addi %[[CHANNEL:.*]], %c16
// CHECK: memref.prefetch %{{.*}}[%c0, %{{.*}}, %{{.*}}, %[[LATER]], %c0], read, locality<3>, data
func.func @fetches_ahead(%x: memref<1x12x16x32xf32>, %w: memref<1x1x4x4x32x16xf32>, %y: memref<1x12x16x16xf32>) {
  tile.winograd_conv ins(%x, %w : memref<1x12x16x32xf32>, memref<1x1x4x4x32x16xf32>)
      outs(%y : memref<1x12x16x16xf32>)
      {pads = array<i64: 1, 1>, schedule = #tile.schedule<rows = 6, columns = 16, lanes = 16, row_block = 12, ahead = 16>}
      epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Of a single block, threads share the panels, and each transforms all inputs.
// CHECK-LABEL: func @single_block
// CHECK: rt.ranges %c2 {
// CHECK-NEXT: ^bb0(%[[BEGIN:.*]]: index, %[[END:.*]]: index):
// CHECK: %[[FIRST:.*]] = arith.maxsi
// CHECK: %[[LAST:.*]] = arith.minsi
// CHECK: %[[INPUTS:.*]] = memref.alloca() {{.*}} : memref<16x48x32xf32>
// CHECK: vector.store %{{.*}}, %[[INPUTS]]
// CHECK: memref.alloca() {{.*}} : memref<16x48x16xf32>
// CHECK: scf.for %{{.*}} = %[[FIRST]] to %[[LAST]]
func.func @single_block(%x: memref<1x12x16x32xf32>, %w: memref<1x2x4x4x32x16xf32>, %y: memref<1x12x16x32xf32>) {
  tile.winograd_conv ins(%x, %w : memref<1x12x16x32xf32>, memref<1x2x4x4x32x16xf32>)
      outs(%y : memref<1x12x16x32xf32>)
      {pads = array<i64: 1, 1>, schedule = #tile.schedule<rows = 6, columns = 16, lanes = 16, row_block = 48>}
      epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// The last of four blocks has four of twelve tiles: zeros for the others, which are multiplied all the same.
// CHECK-LABEL: func @rest
// CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<16xf32>
// CHECK: %[[INPUTS:.*]] = memref.alloca() {{.*}} : memref<16x12x32xf32>
// CHECK: scf.for %{{.*}} = %c0 to %[[COUNT:.*]] step
// CHECK: scf.for %[[SLOT:.*]] = %[[COUNT]] to %c12 step
// CHECK-NEXT: scf.for %[[POINT:.*]] = %c0 to %c16
// CHECK-NEXT: scf.for %[[CHANNEL:.*]] = %c0 to %c32
// CHECK-NEXT: vector.store %[[ZERO]], %[[INPUTS]][%[[POINT]], %[[SLOT]], %[[CHANNEL]]]
func.func @rest(%x: memref<1x10x16x32xf32>, %w: memref<1x1x4x4x32x16xf32>, %y: memref<1x10x16x16xf32>) {
  tile.winograd_conv ins(%x, %w : memref<1x10x16x32xf32>, memref<1x1x4x4x32x16xf32>)
      outs(%y : memref<1x10x16x16xf32>)
      {pads = array<i64: 1, 1>, schedule = #tile.schedule<rows = 6, columns = 16, lanes = 16, row_block = 12>}
      epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Two register tiles fetch halves of the next point's weights, which are 32 x 16 elements further.
// CHECK-LABEL: func @prefetch
// CHECK-SAME: %[[W:.*]]: memref<1x1x4x4x32x16xf32>
// CHECK: %[[FLAT:.*]] = memref.collapse_shape {{.*}} into memref<1x1x8192xf32>
// CHECK: scf.for %[[POINT:.*]] = %c0 to %c16
// CHECK: arith.divui %[[FIRST:.*]], %c6
// CHECK: %[[NEXT:.*]] = arith.addi %[[POINT]], %c1
// CHECK: arith.muli %[[NEXT]], %c512
// CHECK: memref.prefetch %[[FLAT]][%c0, %{{.*}}, %{{.*}}], read, locality<2>, data
// CHECK-NOT: memref.prefetch
func.func @prefetch(%x: memref<1x12x16x32xf32>, %w: memref<1x1x4x4x32x16xf32>, %y: memref<1x12x16x16xf32>) {
  tile.winograd_conv ins(%x, %w : memref<1x12x16x32xf32>, memref<1x1x4x4x32x16xf32>)
      outs(%y : memref<1x12x16x16xf32>)
      {pads = array<i64: 1, 1>, schedule = #tile.schedule<rows = 6, columns = 16, lanes = 16, row_block = 12, prefetch = true>}
      epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Of four steps in a row, two fetch a line for two of them each.
// CHECK-LABEL: func @prefetch_lines
// CHECK: scf.for {{.*}} step %c4 iter_args
// CHECK: memref.prefetch
// CHECK-COUNT-12: vector.fma
// CHECK: memref.prefetch
// CHECK-COUNT-12: vector.fma
// CHECK-NOT: memref.prefetch
func.func @prefetch_lines(%x: memref<1x12x16x32xf32>, %w: memref<1x1x4x4x32x16xf32>, %y: memref<1x12x16x16xf32>) {
  tile.winograd_conv ins(%x, %w : memref<1x12x16x32xf32>, memref<1x1x4x4x32x16xf32>)
      outs(%y : memref<1x12x16x16xf32>)
      {pads = array<i64: 1, 1>, schedule = #tile.schedule<rows = 6, columns = 16, lanes = 16, unroll = 4, row_block = 12, prefetch = true>}
      epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Opposite points share what they have in common: of six by six inputs, twelve times ten multiply-adds, of the outputs
// ten times four.
// CHECK-LABEL: func @four
// CHECK: scf.if
// CHECK-COUNT-36: vector.load
// CHECK-COUNT-120: vector.fma
// CHECK-NOT: vector.fma
// CHECK: else
// CHECK: scf.for {{.*}} iter_args
// CHECK: scf.yield
// CHECK-COUNT-36: vector.load
// CHECK-COUNT-40: vector.fma
// CHECK-NOT: vector.fma
// CHECK: return
func.func @four(%x: memref<1x12x16x32xf32>, %w: memref<1x1x6x6x32x16xf32>, %y: memref<1x12x16x16xf32>) {
  tile.winograd_conv ins(%x, %w : memref<1x12x16x32xf32>, memref<1x1x6x6x32x16xf32>) outs(%y : memref<1x12x16x16xf32>)
      {pads = array<i64: 1, 1>, schedule = #tile.schedule<rows = 6, columns = 16, lanes = 16, row_block = 12>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
