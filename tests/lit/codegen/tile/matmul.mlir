// RUN: ingot-opt %s --tile-to-vector --canonicalize --cse --split-input-file | FileCheck %s

// Static sizes that the tile divides: one loop a level, sums carried, bias loaded once, nothing for tails.

// CHECK-LABEL: func @exact
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<4xf32>
// CHECK:       scf.forall (%[[BLOCK:.*]], %[[PANEL:.*]]) in (2, 3)
// CHECK:         scf.for %[[M:.*]] = %{{.*}} to %{{.*}} step %c2
// CHECK:           %[[SUMS:.*]]:4 = scf.for %[[K:.*]] = %c0 to %c16 step %c1 iter_args(%{{.*}} = %[[ZERO]]
// CHECK:             %[[B0:.*]] = vector.load %{{.*}}[%[[PANEL]], %[[K]], %c0] : memref<3x16x8xf32>, vector<4xf32>
// CHECK:             %[[B1:.*]] = vector.load %{{.*}}[%[[PANEL]], %[[K]], %c4] : memref<3x16x8xf32>, vector<4xf32>
// CHECK:             %[[A0:.*]] = memref.load %{{.*}}[%[[M]], %[[K]]]
// CHECK:             %[[BROADCAST:.*]] = vector.broadcast %[[A0]] : f32 to vector<4xf32>
// CHECK:             vector.fma %[[BROADCAST]], %[[B0]]
// CHECK:             vector.fma %[[BROADCAST]], %[[B1]]
// CHECK-COUNT-2:     vector.fma
// CHECK:             scf.yield
// CHECK-COUNT-2:   vector.load %{{.*}} : memref<24xf32>, vector<4xf32>
// CHECK-NOT:       vector.load
// CHECK-COUNT-4:   vector.store
// CHECK-NOT:     scf.for
// CHECK:       return
func.func @exact(%a: memref<8x16xf32>, %b: memref<3x16x8xf32>, %bias: memref<24xf32>, %out: memref<8x24xf32>) {
  tile.matmul packed ins(%a, %b : memref<8x16xf32>, memref<3x16x8xf32>) outs(%out : memref<8x24xf32>)
      extras(%bias : memref<24xf32>)
      {extra_maps = [affine_map<(d0, d1) -> (d1)>],
       schedule = #tile.schedule<rows = 2, columns = 8, lanes = 4, row_block = 4>} epilogue {
  ^bb0(%sum: f32, %e: f32):
    %0 = arith.addf %sum, %e : f32
    tile.yield %0 : f32
  }
  return
}

// -----

// Rows and columns that are left over: a shorter tile, and stores under a mask.

// CHECK-LABEL: func @ragged_masked
// CHECK:         scf.forall (%[[PANEL:.*]]) in (2)
// CHECK:           scf.for
// CHECK:             scf.for {{.*}} -> (vector<4xf32>, vector<4xf32>)
// CHECK:             %[[MASK:.*]] = vector.create_mask
// CHECK-COUNT-2:     vector.maskedstore
// CHECK:           scf.for {{.*}} -> (vector<4xf32>)
// CHECK:           vector.maskedstore
// CHECK-NOT:       memref.store
func.func @ragged_masked(%a: memref<5x16xf32>, %b: memref<2x16x4xf32>, %out: memref<5x7xf32>) {
  tile.matmul packed ins(%a, %b : memref<5x16xf32>, memref<2x16x4xf32>) outs(%out : memref<5x7xf32>)
      {schedule = #tile.schedule<rows = 2, columns = 4, lanes = 4, masks = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Without masks the last columns leave the registers and are finished one by one.

// CHECK-LABEL: func @ragged_scalar
// CHECK:         rt.ranges
// CHECK:           scf.if
// CHECK:             vector.store
// CHECK:           } else {
// CHECK:             memref.alloca() {alignment = 64 : i64} : memref<2x4xf32>
// CHECK:             memref.store
func.func @ragged_scalar(%a: memref<2x16xf32>, %b: memref<2x16x4xf32>, %out: memref<2x7xf32>) {
  tile.matmul packed ins(%a, %b : memref<2x16xf32>, memref<2x16x4xf32>) outs(%out : memref<2x7xf32>)
      {schedule = #tile.schedule<rows = 2, columns = 4, lanes = 4>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Few rows keep several sums, so that one multiply-add need not wait for the one before it.

// CHECK-LABEL: func @split
// CHECK:         scf.for {{.*}} step %c2 {{.*}} -> (vector<4xf32>, vector<4xf32>)
// CHECK-COUNT-2:   vector.fma
// CHECK:         arith.addf
// CHECK:         vector.store
func.func @split(%a: memref<1x16xf32>, %b: memref<1x16x4xf32>, %out: memref<1x4xf32>) {
  tile.matmul packed ins(%a, %b : memref<1x16xf32>, memref<1x16x4xf32>) outs(%out : memref<1x4xf32>)
      {schedule = #tile.schedule<rows = 1, columns = 4, lanes = 4, split = 2>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Dynamic rows: threads share tiles of all products, of which there may be one. Full tiles, then powers of two. The left
// operand repeats along the batch.

// CHECK-LABEL: func @dynamic
// CHECK:         %[[M:.*]] = memref.dim %arg2, %c1
// CHECK:         %[[BATCH:.*]] = memref.dim %arg2, %c0
// CHECK:         %[[TILES:.*]] = arith.maxsi %{{.*}}, %c1
// CHECK:         %[[SHARED:.*]] = arith.muli %[[TILES]], %[[BATCH]]
// CHECK:         rt.ranges %[[SHARED]] {
// CHECK-NEXT:    ^bb0(%[[BEGIN:.*]]: index, %[[END:.*]]: index):
// CHECK:           scf.for %[[PRODUCT:.*]] =
// CHECK:           %[[FIRST:.*]] = arith.muli %{{.*}}, %c4
// CHECK:           arith.minsi %[[M]], %[[FIRST]]
// CHECK:           %[[LAST:.*]] = arith.muli %{{.*}}, %c4
// CHECK:           arith.minsi %[[M]], %[[LAST]]
// CHECK:           scf.for {{.*}} step %c4
// CHECK:             vector.load %arg1[%[[PRODUCT]],
// CHECK:           scf.for {{.*}} step %c2
// CHECK:           scf.for {{.*}} step %c1
// CHECK:             memref.load %arg0[%c0, %{{.*}}] : memref<1x?x16xf32>
func.func @dynamic(%a: memref<1x?x16xf32>, %b: memref<?x16x4xf32>, %out: memref<?x?x4xf32>) {
  tile.matmul row_major ins(%a, %b : memref<1x?x16xf32>, memref<?x16x4xf32>) outs(%out : memref<?x?x4xf32>)
      {schedule = #tile.schedule<rows = 4, columns = 4, lanes = 4>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// A transposed operand is copied to the stack through transposed squares.

// CHECK-LABEL: func @transposed
// CHECK:         rt.ranges
// CHECK:           %[[PANEL:.*]] = memref.alloca() {alignment = 64 : i64} : memref<16x4xf32>
// CHECK:           scf.for
// CHECK-COUNT-4:     vector.load %arg1
// CHECK-COUNT-8:     vector.shuffle
// CHECK-COUNT-4:     vector.store %{{.*}}, %[[PANEL]]
// CHECK:           scf.for
// CHECK:             vector.load %[[PANEL]]
func.func @transposed(%a: memref<2x16xf32>, %b: memref<8x16xf32>, %out: memref<2x8xf32>) {
  tile.matmul transposed ins(%a, %b : memref<2x16xf32>, memref<8x16xf32>) outs(%out : memref<2x8xf32>)
      {schedule = #tile.schedule<rows = 2, columns = 4, lanes = 4, panel = 16>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Bytes are extended, zero points subtracted, sums formed in i32.

// CHECK-LABEL: func @bytes
// CHECK:         %[[B:.*]] = vector.load %{{.*}} : memref<1x16x4xi8>, vector<4xi8>
// CHECK:         arith.extsi %[[B]] : vector<4xi8> to vector<4xi32>
// CHECK:         %[[A:.*]] = memref.load
// CHECK:         %[[WIDE:.*]] = arith.extui %[[A]] : i8 to i32
// CHECK:         arith.subi %[[WIDE]], %arg2 : i32
// CHECK:         arith.muli
// CHECK:         arith.addi
func.func @bytes(%a: memref<1x16xi8>, %b: memref<1x16x4xi8>, %zero: i32, %out: memref<1x4xi32>) {
  tile.matmul packed ins(%a, %b : memref<1x16xi8>, memref<1x16x4xi8>) a_zero(%zero : i32)
      outs(%out : memref<1x4xi32>)
      {a_unsigned, schedule = #tile.schedule<rows = 1, columns = 4, lanes = 4>} epilogue {
  ^bb0(%sum: i32):
    tile.yield %sum : i32
  }
  return
}

// -----

// Eight steps of the reduction in the lanes, the last of them under a mask; the lanes are added up for the epilogue.

// CHECK-LABEL: func @lane_sums
// CHECK:         scf.for {{.*}} = %c0 to %c2 step %c1 iter_args
// CHECK:           vector.load {{.*}} vector<8xf32>
// CHECK:           vector.load {{.*}} vector<8xf32>
// CHECK:           vector.load %arg0{{.*}} vector<8xf32>
// CHECK-COUNT-2:   vector.fma
// CHECK:         vector.constant_mask [5] : vector<8xi1>
// CHECK:         vector.maskedload %arg0
// CHECK-COUNT-2: vector.reduction <add>
// CHECK:         vector.from_elements {{.*}} : vector<2xf32>
// CHECK:         arith.addf {{.*}} : vector<2xf32>
// CHECK:         vector.store {{.*}} : memref<4x2xf32>, vector<2xf32>
func.func @lane_sums(%a: memref<4x21xf32>, %b: memref<1x3x2x8xf32>, %bias: memref<2xf32>, %out: memref<4x2xf32>) {
  tile.matmul packed ins(%a, %b : memref<4x21xf32>, memref<1x3x2x8xf32>) outs(%out : memref<4x2xf32>)
      extras(%bias : memref<2xf32>) {extra_maps = [affine_map<(d0, d1) -> (d1)>], packed_depth = 8 : i64,
      schedule = #tile.schedule<rows = 2, columns = 2, lanes = 1>} epilogue {
  ^bb0(%sum: f32, %bb: f32):
    %0 = arith.addf %sum, %bb : f32
    tile.yield %0 : f32
  }
  return
}

// -----

// Each of two tiles fetches half of the next panel, a line a step; the last panel has none and fetches itself.
// CHECK-LABEL: func @fetches_next
// CHECK-DAG: %[[LAST:.*]] = arith.constant 3 : index
// CHECK: %[[FLAT:.*]] = memref.collapse_shape {{.*}} : memref<4x64x32xf32> into memref<4x2048xf32>
// CHECK: scf.forall (%[[PANEL:.*]]) in (4)
// CHECK: %[[AFTER:.*]] = arith.addi %[[PANEL]], %{{.*}} : index
// CHECK: %[[NEXT:.*]] = arith.minsi %[[AFTER]], %[[LAST]]
// CHECK: scf.for %[[K:.*]] = {{.*}} iter_args
// CHECK: %[[STEPS:.*]] = arith.addi %{{.*}}, %[[K]]
// CHECK: %[[AT:.*]] = arith.muli %[[STEPS]], %c16
// CHECK: memref.prefetch %[[FLAT]][%[[NEXT]], %[[AT]]], read, locality<2>, data
// CHECK-NOT: memref.prefetch
// CHECK: vector.fma
func.func @fetches_next(%a: memref<8x64xf32>, %b: memref<4x64x32xf32>, %out: memref<8x128xf32>) {
  tile.matmul packed ins(%a, %b : memref<8x64xf32>, memref<4x64x32xf32>) outs(%out : memref<8x128xf32>)
      {schedule = #tile.schedule<rows = 4, columns = 32, lanes = 16, prefetch = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Each step fetches a later one's row of the panel into the first cache; rows that are left alone do not.
// CHECK-LABEL: func @fetches_ahead
// CHECK: scf.for %[[K:.*]] = {{.*}} iter_args
// CHECK: %[[LATER:.*]] = arith.addi %[[K]], %c16
// CHECK: memref.prefetch %{{.*}}[%{{.*}}, %[[LATER]], %c0], read, locality<3>, data
// CHECK: memref.prefetch %{{.*}}[%{{.*}}, %[[LATER]], %c16], read, locality<3>, data
// CHECK: vector.fma
// CHECK-NOT: memref.prefetch
func.func @fetches_ahead(%a: memref<9x64xf32>, %b: memref<4x64x32xf32>, %out: memref<9x128xf32>) {
  tile.matmul packed ins(%a, %b : memref<9x64xf32>, memref<4x64x32xf32>) outs(%out : memref<9x128xf32>)
      {schedule = #tile.schedule<rows = 4, columns = 32, lanes = 16, ahead = 16>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// The last of two panels has but one vector: the other one's products are left out there, and its columns are masked.
// No panel before it needs a mask.

// CHECK-LABEL: func @narrow_panel
// CHECK:         rt.ranges
// CHECK:           scf.for %[[PANEL:.*]] =
// CHECK:           %[[LAST:.*]] = arith.cmpi eq, %[[PANEL]], %c1
// CHECK:           scf.if %[[LAST]] {
// CHECK-COUNT-2:     vector.fma
// CHECK-NOT:         vector.fma
// CHECK-COUNT-2:     vector.maskedstore {{.*}} vector<4xf32>
// CHECK:           } else {
// CHECK-COUNT-4:     vector.fma
// CHECK-NOT:         mask
// CHECK-COUNT-4:     vector.store {{.*}} vector<4xf32>
// CHECK:           }
func.func @narrow_panel(%a: memref<2x16xf32>, %b: memref<2x16x8xf32>, %out: memref<2x11xf32>) {
  tile.matmul packed ins(%a, %b : memref<2x16xf32>, memref<2x16x8xf32>) outs(%out : memref<2x11xf32>)
      {schedule = #tile.schedule<rows = 2, columns = 8, lanes = 4, masks = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// With some columns in each of its vectors, the last panel is one like the others.

// CHECK-LABEL: func @ragged_panel
// CHECK-NOT:     scf.if
// CHECK-COUNT-4: vector.maskedstore
func.func @ragged_panel(%a: memref<2x16xf32>, %b: memref<2x16x8xf32>, %out: memref<2x15xf32>) {
  tile.matmul packed ins(%a, %b : memref<2x16xf32>, memref<2x16x8xf32>) outs(%out : memref<2x15xf32>)
      {schedule = #tile.schedule<rows = 2, columns = 8, lanes = 4, masks = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Where there are masks, ragged columns are copied a vector at a time; the last panel's copy is as narrow as the panel.

// CHECK-LABEL: func @masked_copy
// CHECK:         scf.if
// CHECK:           memref.alloca() {alignment = 64 : i64} : memref<16x4xf32>
// CHECK:           vector.maskedload {{.*}} : memref<16x11xf32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
// CHECK-NOT:       memref.load {{.*}} : memref<16x11xf32>
// CHECK:         } else {
// CHECK:           memref.alloca() {alignment = 64 : i64} : memref<16x8xf32>
// CHECK-NOT:       mask
// CHECK:           vector.load {{.*}} : memref<16x11xf32>, vector<4xf32>
func.func @masked_copy(%a: memref<2x16xf32>, %b: memref<16x11xf32>, %out: memref<2x11xf32>) {
  tile.matmul row_major ins(%a, %b : memref<2x16xf32>, memref<16x11xf32>) outs(%out : memref<2x11xf32>)
      {schedule = #tile.schedule<rows = 2, columns = 8, lanes = 4, panel = 16, masks = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Threads that share the columns of a single tile of rows have all of it fetched at once, and only once each.

// CHECK-LABEL: func @shared_rows
// CHECK:         rt.ranges %c4 {
// CHECK-NEXT:    ^bb0(%[[BEGIN:.*]]: index, %[[END:.*]]: index):
// CHECK-DAG:       memref.prefetch %arg0[%c0, %c0], read, locality<3>, data
// CHECK-DAG:       memref.prefetch %arg0[%c0, %c16], read, locality<3>, data
// CHECK-DAG:       memref.prefetch %arg0[%c1, %c0], read, locality<3>, data
// CHECK-DAG:       memref.prefetch %arg0[%c1, %c16], read, locality<3>, data
// CHECK:           scf.for %{{.*}} = %[[BEGIN]] to %[[END]]
// CHECK-NOT:         memref.prefetch
func.func @shared_rows(%a: memref<2x32xf32>, %b: memref<4x32x4xf32>, %out: memref<2x16xf32>) {
  tile.matmul packed ins(%a, %b : memref<2x32xf32>, memref<4x32x4xf32>) outs(%out : memref<2x16xf32>)
      {schedule = #tile.schedule<rows = 2, columns = 4, lanes = 4>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Of several tiles, of one that does not stay in the first cache, and for one thread none is.

// CHECK-LABEL: func @several_tiles
// CHECK-NOT:     memref.prefetch
func.func @several_tiles(%a: memref<4x32xf32>, %b: memref<4x32x4xf32>, %out: memref<4x16xf32>) {
  tile.matmul packed ins(%a, %b : memref<4x32xf32>, memref<4x32x4xf32>) outs(%out : memref<4x16xf32>)
      {schedule = #tile.schedule<rows = 2, columns = 4, lanes = 4>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// CHECK-LABEL: func @long_rows
// CHECK-NOT:     memref.prefetch
func.func @long_rows(%a: memref<2x4096xf32>, %b: memref<4x4096x4xf32>, %out: memref<2x16xf32>) {
  tile.matmul packed ins(%a, %b : memref<2x4096xf32>, memref<4x4096x4xf32>) outs(%out : memref<2x16xf32>)
      {schedule = #tile.schedule<rows = 2, columns = 4, lanes = 4>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// CHECK-LABEL: func @serial
// CHECK-NOT:     memref.prefetch
func.func @serial(%a: memref<2x32xf32>, %b: memref<4x32x4xf32>, %out: memref<2x16xf32>) {
  tile.matmul packed ins(%a, %b : memref<2x32xf32>, memref<4x32x4xf32>) outs(%out : memref<2x16xf32>)
      {schedule = #tile.schedule<rows = 2, columns = 4, lanes = 4, parallel = false>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
