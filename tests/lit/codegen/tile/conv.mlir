// RUN: ingot-opt %s --tile-to-vector --canonicalize --cse --split-input-file | FileCheck %s

// A 3-wide kernel with padding over a line of 12 in tiles of 4: the first and the last tile skip one row's product of
// the outermost taps, the tile between them has one body. Taps and channels are one loop; outer taps are clamped.

// CHECK-LABEL: func @padded
// CHECK-SAME:    %[[X:.*]]: memref<2x9x12x8xf32>, %[[W:.*]]: memref<1x2x3x3x8x4xf32>
// CHECK-DAG:     %[[LINES:.*]] = memref.collapse_shape %[[X]] {{\[}}[0], [1], [2, 3]] : {{.*}} into memref<2x9x96xf32>
// CHECK-DAG:     %[[TAPS:.*]] = memref.collapse_shape %[[W]] {{.*}} into memref<1x2x3x24x4xf32>
// CHECK:         scf.forall (%[[N:.*]], %[[BLOCK:.*]], %[[PANEL:.*]]) in (2, 5, 2)
// CHECK:           scf.for %[[H:.*]] =
// First tile: tap 0 for three rows, then taps 1 and 2 for four.
// CHECK:             arith.maxsi
// CHECK:             scf.for {{.*}} iter_args
// CHECK:               scf.for {{.*}} = %c0 to %c8 step %c1
// CHECK-COUNT-3:         vector.fma
// CHECK-NOT:             vector.fma
// CHECK:               scf.for {{.*}} = %c8 to %c24 step %c1
// CHECK-COUNT-4:         vector.fma
// CHECK-NOT:             vector.fma
// CHECK:             vector.store
// The tile inside: all taps, four rows.
// CHECK:               scf.for {{.*}} = %c0 to %c24 step %c1
// CHECK-COUNT-4:         vector.fma
// CHECK-NOT:             vector.fma
// CHECK:             vector.store
// Last tile.
// CHECK:               scf.for {{.*}} = %c0 to %c16 step %c1
// CHECK-COUNT-4:         vector.fma
// CHECK-NOT:             vector.fma
// CHECK:               scf.for {{.*}} = %c16 to %c24 step %c1
// CHECK-COUNT-3:         vector.fma
// CHECK-NOT:             vector.fma
// CHECK:             vector.store
func.func @padded(%x: memref<2x9x12x8xf32>, %w: memref<1x2x3x3x8x4xf32>, %y: memref<2x9x12x8xf32>) {
  tile.conv ins(%x, %w : memref<2x9x12x8xf32>, memref<1x2x3x3x8x4xf32>) outs(%y : memref<2x9x12x8xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 4, columns = 4, lanes = 4, row_block = 2>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Groups and dilation keep taps and channels apart.

// CHECK-LABEL: func @grouped
// CHECK-NOT:     memref.collapse_shape
// CHECK:         scf.forall (%{{.*}}, %[[G:.*]]) in (8, 2)
// CHECK:           scf.for {{.*}} = %c0 to %c3 step %c1
// CHECK:             %[[C0:.*]] = arith.muli %[[G]], %c3
// CHECK:             scf.for %[[C:.*]] = %c0 to %c3 step %c1
// CHECK:               vector.load %{{.*}}[%[[G]], %c0, %{{.*}}, %{{.*}}, %[[C]], %c0]
// CHECK:               %[[CHANNEL:.*]] = arith.addi %[[C0]], %[[C]]
// CHECK:               memref.load %{{.*}}[%c0, %{{.*}}, %{{.*}}, %[[CHANNEL]]]
func.func @grouped(%x: memref<1x12x12x6xf32>, %w: memref<2x1x3x3x3x4xf32>, %y: memref<1x8x8x8xf32>) {
  tile.conv ins(%x, %w : memref<1x12x12x6xf32>, memref<2x1x3x3x3x4xf32>) outs(%y : memref<1x8x8x8xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 2, 2>, pads = array<i64: 0, 0>,
       schedule = #tile.schedule<rows = 8, columns = 4, lanes = 4, row_block = 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// A line of unknown length: tiles where all taps are inside, single positions with clamped taps at both ends.

// CHECK-LABEL: func @dynamic
// CHECK:         scf.for {{.*}} step %c4
// CHECK:           scf.for {{.*}} -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>)
// CHECK:         scf.for %[[I:.*]] = %c0 to %{{.*}} step %c1
// CHECK:           arith.select
// CHECK:           scf.for {{.*}} -> (vector<4xf32>)
func.func @dynamic(%x: memref<1x?x6xf32>, %w: memref<1x1x5x6x4xf32>, %y: memref<1x?x4xf32>, %pad: index) {
  tile.conv ins(%x, %w : memref<1x?x6xf32>, memref<1x1x5x6x4xf32>) outs(%y : memref<1x?x4xf32>) dynamic_pads(%pad)
      {strides = array<i64: 2>, dilations = array<i64: 1>, pads = array<i64: -9223372036854775808>,
       schedule = #tile.schedule<rows = 4, columns = 4, lanes = 4>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Bytes in fours: the product of a skipped row is one of zero points, so that every row has the same excess, which the
// sums start from. Padding stands for the zero point.

// CHECK-LABEL: func @dot
// CHECK-SAME:    %[[X:[^:]*]]: memref<1x8x8xi8>, %[[W:[^:]*]]: memref<1x1x3x2x8x4xi8>, %[[ZERO:[^:]*]]: i32
// CHECK:         %[[EXCESS:[^ ]*]] = vector.broadcast %[[ZERO]] : i32 to vector<8xi32>
// CHECK:         %[[COLUMNS:[^ ]*]] = scf.for %{{.*}} = %c0 to %c6 step %c1
// CHECK:           llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"
// CHECK:         %[[TIMES:[^ ]*]] = arith.muli %[[EXCESS]], %[[COLUMNS]]
// CHECK:         %[[START:[^ ]*]] = arith.subi %{{.*}}, %[[TIMES]]
// CHECK:         scf.for %{{.*}} = %c0 to %c2 step %c1 iter_args(%[[S0:[^ ]*]] = %[[START]], %{{[^ ]*}} = %[[START]],
// CHECK:           %[[B:.*]] = vector.load %{{.*}} : memref<1x1x6x32xi8>, vector<32xi8>
// CHECK:           llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%[[S0]], %[[PADDING:[^ ]*]], %[[B]])
// CHECK:           vector.load %{{.*}} : memref<1x64xi8>, vector<4xi8>
func.func @dot(%x: memref<1x8x8xi8>, %w: memref<1x1x3x2x8x4xi8>, %zero: i32, %y: memref<1x8x8xi32>) {
  tile.conv ins(%x, %w : memref<1x8x8xi8>, memref<1x1x3x2x8x4xi8>) a_zero(%zero : i32) outs(%y : memref<1x8x8xi32>)
      {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1>, a_unsigned, packed_depth = 4 : i64,
       schedule = #tile.schedule<rows = 4, columns = 8, lanes = 8>} epilogue {
  ^bb0(%sum: i32):
    tile.yield %sum : i32
  }
  return
}

// -----

// Each step fetches a later one's weights into the first cache; behind the last step of a tap are those of the next.
// CHECK-LABEL: func @fetches_ahead
// CHECK: scf.for %[[K:.*]] = {{.*}} iter_args
// CHECK: %[[LATER:.*]] = arith.addi %[[K]], %c16
// CHECK: memref.prefetch %{{.*}}[%{{.*}}, %{{.*}}, %[[LATER]], %c0], read, locality<3>, data : memref<1x2x96x16xf32>
// CHECK-NEXT: vector.load
func.func @fetches_ahead(%x: memref<1x8x32xf32>, %w: memref<1x2x3x32x16xf32>, %y: memref<1x8x32xf32>) {
  tile.conv ins(%x, %w : memref<1x8x32xf32>, memref<1x2x3x32x16xf32>) outs(%y : memref<1x8x32xf32>)
      {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1>,
       schedule = #tile.schedule<rows = 4, columns = 16, lanes = 16, ahead = 16>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Four groups of two channels side by side: a vector of sums for each of two columns, whose neighbours are added up.
// Blocks of groups are the loop within a tile of positions.
// CHECK-LABEL: func @merged_groups
// CHECK: scf.for %{{.*}} = %c0 to %c3 step %c1 {
// CHECK:   %[[TAPS:.*]]:4 = scf.for %{{.*}} iter_args
// CHECK:     vector.load %{{.*}} : memref<3x1x3x3x1x16xf32>, vector<8xf32>
// CHECK:     vector.load %{{.*}} : memref<1x6x6x24xf32>, vector<8xf32>
// CHECK:     vector.fma {{.*}} : vector<8xf32>
// CHECK:   %[[EVEN:.*]] = vector.shuffle %[[S0:.*]], %[[S1:.*]] [0, 8, 2, 10, 4, 12, 6, 14]
// CHECK:   %[[ODD:.*]] = vector.shuffle %[[S0]], %[[S1]] [1, 9, 3, 11, 5, 13, 7, 15]
// CHECK:   %[[SUM:.*]] = arith.addf %[[EVEN]], %[[ODD]]
// CHECK:   vector.store %{{.*}} : memref<1x4x4x24xf32>, vector<8xf32>
func.func @merged_groups(%x: memref<1x6x6x24xf32>, %w: memref<3x1x3x3x1x2x8xf32>, %y: memref<1x4x4x24xf32>) {
  tile.conv ins(%x, %w : memref<1x6x6x24xf32>, memref<3x1x3x3x1x2x8xf32>) outs(%y : memref<1x4x4x24xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>, packed_depth = 8 : i64,
       merged_groups = 4 : i64, schedule = #tile.schedule<rows = 2, columns = 2, lanes = 1, row_block = 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Two groups of eight channels side by side: four columns at a time, each time to one vector of a row.
// CHECK-LABEL: func @merged_groups_of_many
// CHECK:         scf.for {{.*}} iter_args
// CHECK-COUNT-4:   vector.fma {{.*}} : vector<16xf32>
// CHECK-NOT:       vector.fma
// CHECK-COUNT-6: vector.shuffle
// CHECK-NOT:     vector.shuffle
// CHECK:         scf.for {{.*}} iter_args
// CHECK-COUNT-4:   vector.fma {{.*}} : vector<16xf32>
// CHECK-NOT:       vector.fma
// CHECK-COUNT-8: vector.shuffle
// CHECK:         vector.store %{{.*}} : memref<1x4x4x48xf32>, vector<16xf32>
func.func @merged_groups_of_many(%x: memref<1x6x6x48xf32>, %w: memref<3x1x3x3x1x8x16xf32>, %y: memref<1x4x4x48xf32>) {
  tile.conv ins(%x, %w : memref<1x6x6x48xf32>, memref<3x1x3x3x1x8x16xf32>) outs(%y : memref<1x4x4x48xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>, packed_depth = 16 : i64,
       merged_groups = 2 : i64, schedule = #tile.schedule<rows = 1, columns = 8, lanes = 1, row_block = 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Of the last panel's vectors, one has channels.
// CHECK-LABEL: func @narrow_panel
// CHECK:         scf.if %{{.*}} {
// CHECK-COUNT-2:   vector.fma
// CHECK-NOT:       vector.fma
// CHECK-COUNT-2:   vector.store {{.*}} vector<4xf32>
// CHECK:         } else {
// CHECK-COUNT-4:   vector.fma
// CHECK-COUNT-4:   vector.store {{.*}} vector<4xf32>
func.func @narrow_panel(%x: memref<1x4x8xf32>, %w: memref<1x2x1x8x8xf32>, %y: memref<1x2x12xf32>) {
  tile.conv ins(%x, %w : memref<1x4x8xf32>, memref<1x2x1x8x8xf32>) outs(%y : memref<1x2x12xf32>)
      {strides = array<i64: 2>, dilations = array<i64: 1>, pads = array<i64: 0>,
       schedule = #tile.schedule<rows = 2, columns = 8, lanes = 4>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Blocks of positions of a line whose length only the run knows: each has the tiles of its part of the interior, and
// its other positions one by one.

// CHECK-LABEL: func @positions
// CHECK:         %[[COUNT:.*]] = arith.divui %{{.*}}, %c8
// CHECK:         scf.forall (%[[BLOCK:.*]]) in (%[[COUNT]])
// CHECK:           %[[BEGIN:.*]] = arith.muli %[[BLOCK]], %c8
// CHECK:           %[[NEXT:.*]] = arith.addi %[[BEGIN]], %c8
// CHECK:           %[[END:.*]] = arith.minsi %[[NEXT]], %{{.*}}
// CHECK:           %[[BEFORE:.*]] = arith.minsi %[[END]], %c1
// CHECK:           %[[FRONT:.*]] = arith.maxsi %[[BEGIN]], %[[BEFORE]]
// CHECK:           %[[TILED:.*]] = arith.muli %{{.*}}, %c2
// CHECK:           %[[FULL:.*]] = arith.addi %[[FRONT]], %[[TILED]]
// CHECK:           scf.for %{{.*}} = %[[FRONT]] to %[[FULL]] step %c2
// CHECK:           %[[REST:.*]] = arith.subi %[[END]], %[[TILED]]
// CHECK:           scf.for %{{.*}} = %[[BEGIN]] to %[[REST]] step %c1
func.func @positions(%x: memref<1x?x6xf32>, %w: memref<1x1x3x6x4xf32>, %y: memref<1x?x4xf32>) {
  tile.conv ins(%x, %w : memref<1x?x6xf32>, memref<1x1x3x6x4xf32>) outs(%y : memref<1x?x4xf32>)
      {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1>,
       schedule = #tile.schedule<rows = 2, columns = 4, lanes = 4, row_block = 1, line_block = 8>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
