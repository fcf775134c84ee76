// RUN: ingot-opt %s --tile-to-loops --canonicalize --cse --split-input-file | FileCheck %s

// The sum of a column in its panel, then the epilogue. Nothing is spanned, nothing runs on threads.

// CHECK-LABEL: func @packed
// CHECK-SAME:    %[[A:.*]]: memref<5x7xf32>, %[[B:.*]]: memref<2x7x8xf32>, %[[OUT:.*]]: memref<5x13xf32>, %[[BIAS:.*]]: memref<13xf32>
// CHECK-NOT:     scf.forall
// CHECK-NOT:     vector.
// CHECK:         scf.for %[[M:.*]] = %c0 to %c5
// CHECK:           scf.for %[[N:.*]] = %c0 to %c13
// CHECK:             %[[SUM:.*]] = scf.for %[[K:.*]] = %c0 to %c7 {{.*}} iter_args(%[[BEFORE:.*]] = %cst) -> (f32)
// CHECK-DAG:           %[[LEFT:.*]] = memref.load %[[A]][%[[M]], %[[K]]]
// CHECK-DAG:           %[[PANEL:.*]] = arith.divui %[[N]], %c8
// CHECK-DAG:           %[[RIGHT:.*]] = memref.load %[[B]][%[[PANEL]], %[[K]], %{{.*}}]
// CHECK:               %[[PRODUCT:.*]] = arith.mulf %[[LEFT]], %[[RIGHT]]
// CHECK:               arith.addf %[[BEFORE]], %[[PRODUCT]]
// CHECK:             %[[ADDEND:.*]] = memref.load %[[BIAS]][%[[N]]]
// CHECK:             %[[RESULT:.*]] = arith.addf %[[SUM]], %[[ADDEND]]
// CHECK:             memref.store %[[RESULT]], %[[OUT]][%[[M]], %[[N]]]
func.func @packed(%a: memref<5x7xf32>, %b: memref<2x7x8xf32>, %out: memref<5x13xf32>, %bias: memref<13xf32>) {
  tile.matmul packed ins(%a, %b : memref<5x7xf32>, memref<2x7x8xf32>) outs(%out : memref<5x13xf32>)
      extras(%bias : memref<13xf32>) {extra_maps = [affine_map<(d0, d1) -> (d1)>]} epilogue {
  ^bb0(%sum: f32, %e: f32):
    %0 = arith.addf %sum, %e : f32
    tile.yield %0 : f32
  }
  return
}

// -----

// What has a schedule is somebody else's.

// CHECK-LABEL: func @scheduled
// CHECK-NOT:     scf.for
// CHECK:         tile.matmul
// CHECK:         tile.attention
func.func @scheduled(%a: memref<5x7xf32>, %b: memref<7x8xf32>, %out: memref<5x8xf32>, %c: memref<5x7xf32>,
                     %v: memref<5x8xf32>) {
  tile.matmul row_major ins(%a, %b : memref<5x7xf32>, memref<7x8xf32>) outs(%out : memref<5x8xf32>)
      {schedule = #tile.schedule<rows = 1, columns = 8, lanes = 8>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  tile.attention ins(%a, %c, %v : memref<5x7xf32>, memref<5x7xf32>, memref<5x8xf32>) outs(%out : memref<5x8xf32>)
      {scale = 1.0 : f64, schedule = #tile.schedule<rows = 1, columns = 8, lanes = 8, row_block = 1, panel = 8>}
  return
}

// -----

// A repeated batch of the left operand; the right one, transposed, does not have that batch.

// CHECK-LABEL: func @batches
// CHECK:         scf.for %[[I:.*]] = %c0 to %c2
// CHECK:           scf.for %[[J:.*]] = %c0 to %c3
// CHECK:             memref.load %arg0[%c0, %[[J]],
// CHECK:             memref.load %arg1[%[[J]],
func.func @batches(%a: memref<1x3x4x7xf32>, %b: memref<3x8x7xf32>, %out: memref<2x3x4x8xf32>) {
  tile.matmul transposed ins(%a, %b : memref<1x3x4x7xf32>, memref<3x8x7xf32>) outs(%out : memref<2x3x4x8xf32>)
      epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Bytes with zero points, four steps side by side.

// CHECK-LABEL: func @bytes
// CHECK:         scf.for {{.*}} -> (i32)
// CHECK-DAG:       %[[LEFT:.*]] = arith.extui %{{.*}} : i8 to i32
// CHECK-DAG:       arith.subi %[[LEFT]], %arg3
// CHECK-DAG:       memref.load %arg1[%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}] : memref<1x2x16x4xi8>
// CHECK-DAG:       arith.extsi
// CHECK:           arith.muli
func.func @bytes(%a: memref<4x7xi8>, %b: memref<1x2x16x4xi8>, %out: memref<4x13xi32>, %zero: i32) {
  tile.matmul packed ins(%a, %b : memref<4x7xi8>, memref<1x2x16x4xi8>) a_zero(%zero : i32)
      outs(%out : memref<4x13xi32>) {packed_depth = 4, a_unsigned} epilogue {
  ^bb0(%sum: i32):
    tile.yield %sum : i32
  }
  return
}

// -----

// Two parts side by side in a panel: a sum of each, an element of both outputs.

// CHECK-LABEL: func @parts
// CHECK:         scf.for %[[N:.*]] = %c0 to %c6
// CHECK:           %[[A:.*]] = scf.for
// CHECK:             memref.load %arg1[%{{.*}}, %{{.*}}, %[[AT:.*]]]
// CHECK:           %[[B:.*]] = scf.for
// CHECK:             arith.addi %{{.*}}, %c4
// CHECK:           math.tanh %[[A]]
// CHECK:           arith.mulf %{{.*}}, %[[B]]
// CHECK:           memref.store %{{.*}}, %arg2[%{{.*}}, %[[N]]]
// CHECK:           memref.store %{{.*}}, %arg3[%{{.*}}, %[[N]]]
func.func @parts(%a: memref<1x3xf32>, %b: memref<2x3x8xf32>, %t: memref<1x6xf32>, %p: memref<1x6xf32>) {
  tile.matmul packed ins(%a, %b : memref<1x3xf32>, memref<2x3x8xf32>) outs(%t : memref<1x6xf32>)
      further_outs(%p : memref<1x6xf32>)
      {parts = 2} epilogue {
  ^bb0(%x: f32, %y: f32):
    %0 = math.tanh %x : f32
    %1 = arith.mulf %0, %y : f32
    tile.yield %0, %1 : f32, f32
  }
  return
}

// -----

// Three words for four elements: one each, and the fourth in the bytes that these leave.

// CHECK-LABEL: func @fixed24
// CHECK:         %[[WORD:.*]] = memref.load %arg1[%{{.*}}, %{{.*}}, %{{[0-9]+}}, %{{.*}}] : memref<1x7x3x4xi32>
// CHECK:         %[[THIRD:.*]] = arith.shli %[[WORD]], %c8_i32
// CHECK:         %[[W0:.*]] = memref.load %arg1[%{{.*}}, %{{.*}}, %c0, %{{.*}}] : memref<1x7x3x4xi32>
// CHECK:         %[[W1:.*]] = memref.load %arg1[%{{.*}}, %{{.*}}, %c1, %{{.*}}] : memref<1x7x3x4xi32>
// CHECK:         arith.shli %[[W1]], %c24_i32
// CHECK:         arith.shrui %[[WORD]], %c8_i32
// CHECK:         arith.shli %[[W0]], %c24_i32
// CHECK:         %[[FOURTH:.*]] = arith.ori
// CHECK:         %[[OTHER:.*]] = arith.select %{{.*}}, %[[THIRD]], %[[WORD]]
// CHECK:         %[[INTEGER:.*]] = arith.select %{{.*}}, %[[FOURTH]], %[[OTHER]]
// CHECK:         arith.sitofp %[[INTEGER]] : i32 to f32
func.func @fixed24(%a: memref<1x7xf32>, %b: memref<1x7x3x4xi32>, %out: memref<1x16xf32>) {
  tile.matmul packed ins(%a, %b : memref<1x7xf32>, memref<1x7x3x4xi32>) outs(%out : memref<1x16xf32>) {fixed24}
      epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// The three pieces of an element, which are halves of words, are added up, the least first.

// CHECK-LABEL: func @bf16_pieces
// CHECK:         %[[LEAST:.*]] = memref.load %arg1[%{{.*}}, %{{.*}}, %{{.*}}, %c2, %{{.*}}, %{{.*}}] : memref<1x1x2x3x16x16xi32>
// CHECK:         arith.shli %[[LEAST]]
// CHECK:         arith.andi %{{.*}}, %c-65536_i32
// CHECK:         arith.bitcast %{{.*}} : i32 to f32
// CHECK:         memref.load %arg1[%{{.*}}, %{{.*}}, %{{.*}}, %c1, %{{.*}}, %{{.*}}]
// CHECK:         arith.addf
// CHECK:         memref.load %arg1[%{{.*}}, %{{.*}}, %{{.*}}, %c0, %{{.*}}, %{{.*}}]
// CHECK:         %[[ELEMENT:.*]] = arith.addf
// CHECK:         arith.mulf %{{.*}}, %[[ELEMENT]]
func.func @bf16_pieces(%a: memref<1x40xf32>, %b: memref<1x1x2x3x16x16xi32>, %out: memref<1x16xf32>) {
  tile.matmul packed ins(%a, %b : memref<1x40xf32>, memref<1x1x2x3x16x16xi32>) outs(%out : memref<1x16xf32>) {bf16_pieces}
      epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// CHECK-LABEL: func @fixed24_conv
// CHECK:         %[[WORD:.*]] = memref.load %arg1[%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{[0-9]+}}, %{{.*}}] : memref<1x1x2x5x3x4xi32>
// CHECK:         arith.shli %[[WORD]], %c8_i32
// CHECK:         arith.sitofp %{{.*}} : i32 to f32
func.func @fixed24_conv(%a: memref<1x3x5xf32>, %b: memref<1x1x2x5x3x4xi32>, %out: memref<1x2x16xf32>) {
  tile.conv ins(%a, %b : memref<1x3x5xf32>, memref<1x1x2x5x3x4xi32>) outs(%out : memref<1x2x16xf32>)
      {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 0>, fixed24} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Taps in the padding add nothing; channels belong to the group of the output's column.

// CHECK-LABEL: func @conv
// CHECK:         scf.for %[[N:.*]] = %c0 to %c2
// CHECK:           scf.for %[[O:.*]] = %c0 to %c4
// CHECK:             scf.for %[[C:.*]] = %c0 to %c6
// CHECK-DAG:           %[[G:.*]] = arith.divui %[[C]], %c3
// CHECK:               scf.for %[[T:.*]] = %c0 to %c3 {{.*}} iter_args(%[[BEFORE:.*]] = %cst)
// CHECK-DAG:             %[[FIRST:.*]] = arith.muli %[[O]], %c2
// CHECK:                 %[[INSIDE:.*]] = arith.cmpi ult, %[[AT:.*]], %c8
// CHECK:                 scf.if %[[INSIDE]] -> (f32)
// CHECK:                   scf.for %[[I:.*]] = %c0 to %c2
// CHECK:                     memref.load %arg0[%[[N]], %[[AT]], %{{.*}}]
// CHECK:                     memref.load %arg1[%[[G]], %{{.*}}, %[[T]], %[[I]], %{{.*}}]
// CHECK:                 else
// CHECK:                   scf.yield %[[BEFORE]]
func.func @conv(%x: memref<2x8x4xf32>, %w: memref<2x1x3x2x3xf32>, %y: memref<2x4x6xf32>) {
  tile.conv ins(%x, %w : memref<2x8x4xf32>, memref<2x1x3x2x3xf32>) outs(%y : memref<2x4x6xf32>)
      {strides = array<i64: 2>, dilations = array<i64: 1>, pads = array<i64: 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// CHECK-LABEL: func @depthwise
// CHECK:         scf.for %[[C:.*]] = %c0 to %c10
// CHECK:           scf.for %[[T:.*]] = %c0 to %c3
// CHECK:             scf.for %[[U:.*]] = %c0 to %c3
// CHECK:               memref.load %arg0[%{{.*}}, %{{.*}}, %{{.*}}, %[[C]]]
// CHECK:               memref.load %arg1[%[[T]], %[[U]], %[[C]]]
func.func @depthwise(%x: memref<2x10x4x10xf32>, %w: memref<3x3x10xf32>, %y: memref<2x8x2x10xf32>) {
  tile.depthwise_conv ins(%x, %w : memref<2x10x4x10xf32>, memref<3x3x10xf32>) outs(%y : memref<2x8x2x10xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// A row's largest score, the sum of what the scores weigh, the values by their weights; later keys have no part.

// CHECK-LABEL: func @attention
// CHECK:         scf.for %[[L:.*]] = %c0 to %c5
// CHECK:           %[[SEEN:.*]] = arith.minsi
// CHECK:           %[[BEST:.*]] = scf.for %{{.*}} = %c0 to %{{.*}} iter_args(%{{.*}} = %{{.*}}) -> (f32)
// CHECK:             math.tanh
// CHECK:             arith.maxnumf
// CHECK:           %[[TOTAL:.*]] = scf.for
// CHECK:             arith.select
// CHECK:             arith.subf %{{.*}}, %[[BEST]]
// CHECK:             math.exp
// CHECK:           arith.cmpf oeq, %[[TOTAL]]
// CHECK:           scf.for
// CHECK:             arith.divf
// CHECK:             memref.load %arg2
// CHECK:             memref.store %{{.*}}, %arg4
func.func @attention(%q: memref<5x8xf32>, %k: memref<6x8xf32>, %v: memref<6x3xf32>, %mask: memref<1x6xi8>,
                     %out: memref<5x3xf32>, %offset: index) {
  tile.attention ins(%q, %k, %v : memref<5x8xf32>, memref<6x8xf32>, memref<6x3xf32>) mask(%mask : memref<1x6xi8>)
      offset(%offset) outs(%out : memref<5x3xf32>) {scale = 0.5 : f64, softcap = 2.0 : f64}
  return
}

// -----

// Transformed weights are no definition.

// CHECK-LABEL: func @winograd
// CHECK:         tile.winograd_conv
func.func @winograd(%x: memref<1x8x8x16xf32>, %w: memref<1x1x4x4x16x32xf32>, %y: memref<1x8x8x32xf32>) {
  tile.winograd_conv ins(%x, %w : memref<1x8x8x16xf32>, memref<1x1x4x4x16x32xf32>) outs(%y : memref<1x8x8x32xf32>)
      {pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Of merged groups, a group's channels are some of the lanes.
// CHECK-LABEL: func @merged_groups
// CHECK: %[[GROUP:.*]] = arith.divui %[[OUT:.*]], %c2
// CHECK: %[[CHANNEL:.*]] = memref.load %{{.*}} : memref<1x6x8xf32>
// CHECK: memref.load %{{.*}}[%{{.*}}] : memref<2x1x3x1x2x4xf32>
func.func @merged_groups(%x: memref<1x6x8xf32>, %w: memref<2x1x3x1x2x4xf32>, %y: memref<1x4x8xf32>) {
  tile.conv ins(%x, %w : memref<1x6x8xf32>, memref<2x1x3x1x2x4xf32>) outs(%y : memref<1x4x8xf32>)
      {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 0>, packed_depth = 4 : i64,
       merged_groups = 2 : i64} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
