// RUN: ingot-opt %s --tile-to-vector --canonicalize --cse --split-input-file | FileCheck %s

// Three vectors of words for four of weights: two are converted as they are, one is shifted, and the bytes that these
// leave make up the fourth. Where a sum is no finite number, the products are too large by 2^31: with a left operand
// that is smaller by that, they are made once more.

// CHECK-LABEL: func @one_row
// CHECK-DAG:   %[[ROWS:.*]] = memref.collapse_shape %{{.*}} {{\[}}[0], [1], [2, 3]] : memref<1x16x3x4xi32> into memref<1x16x12xi32>
// CHECK:       scf.for
// CHECK-DAG:     %[[W0:.*]] = vector.load %[[ROWS]][%{{.*}}, %{{.*}}, %c0] : memref<1x16x12xi32>, vector<4xi32>
// CHECK-DAG:     %[[W1:.*]] = vector.load %[[ROWS]][%{{.*}}, %{{.*}}, %c4] : memref<1x16x12xi32>, vector<4xi32>
// CHECK-DAG:     %[[W2:.*]] = vector.load %[[ROWS]][%{{.*}}, %{{.*}}, %c8] : memref<1x16x12xi32>, vector<4xi32>
// CHECK-DAG:     arith.sitofp %[[W0]] : vector<4xi32> to vector<4xf32>
// CHECK-DAG:     arith.sitofp %[[W1]] : vector<4xi32> to vector<4xf32>
// CHECK-DAG:     %[[THIRD:.*]] = arith.shli %[[W2]], %[[EIGHT:.*]] : vector<4xi32>
// CHECK-DAG:     arith.sitofp %[[THIRD]] : vector<4xi32> to vector<4xf32>
// CHECK-DAG:     %[[B1:.*]] = arith.shli %[[W1]], %[[TOP:.*]] : vector<4xi32>
// CHECK-DAG:     %[[B2:.*]] = arith.shrui %[[W2]], %[[EIGHT]] : vector<4xi32>
// CHECK-DAG:     %[[LOWER:.*]] = arith.ori %[[B1]], %[[B2]] : vector<4xi32>
// CHECK-DAG:     %[[B0:.*]] = arith.shli %[[W0]], %[[TOP]] : vector<4xi32>
// CHECK-DAG:     %[[REST:.*]] = arith.shrui %[[LOWER]], %[[EIGHT]] : vector<4xi32>
// CHECK-DAG:     %[[FOURTH:.*]] = arith.ori %[[B0]], %[[REST]] : vector<4xi32>
// CHECK-DAG:     arith.sitofp %[[FOURTH]] : vector<4xi32> to vector<4xf32>
// CHECK-COUNT-4: vector.fma
// CHECK:       %[[NONE:.*]] = arith.subf %[[SUM:.*]], %[[SUM]] : vector<4xf32>
// CHECK:       arith.cmpf uno, %[[NONE]], %[[NONE]]
// CHECK:       %[[ANY:.*]] = vector.reduction <or>
// CHECK:       scf.if %[[ANY]] {
// CHECK:         arith.mulf %{{.*}}, %[[FRACTION:.*]] : vector<4xf32>
// CHECK-COUNT-4: vector.fma
// CHECK:       } else {
// CHECK:         arith.mulf %[[SUM]], %[[FRACTION]] : vector<4xf32>
func.func @one_row(%a: memref<1x16xf32>, %b: memref<1x16x3x4xi32>, %scales: memref<16xf32>, %out: memref<1x16xf32>) {
  tile.matmul packed ins(%a, %b : memref<1x16xf32>, memref<1x16x3x4xi32>) outs(%out : memref<1x16xf32>)
      extras(%scales : memref<16xf32>)
      {extra_maps = [affine_map<(d0, d1) -> (d1)>], fixed24,
       schedule = #tile.schedule<rows = 1, columns = 16, lanes = 4>} epilogue {
  ^bb0(%sum: f32, %scale: f32):
    %0 = arith.mulf %sum, %scale : f32
    tile.yield %0 : f32
  }
  return
}

// -----

// Each thread's share from its end.

// CHECK-LABEL: func @backwards
// CHECK:       rt.ranges %c2 {
// CHECK-NEXT:  ^bb0(%[[BEGIN:.*]]: index, %[[END:.*]]: index):
// CHECK:         %[[SUM:.*]] = arith.addi %[[BEGIN]], %[[END]]
// CHECK:         %[[LAST:.*]] = arith.subi %[[SUM]], %c1
// CHECK:         scf.for %[[I:.*]] = %[[BEGIN]] to %[[END]]
// CHECK:           %[[PANEL:.*]] = arith.subi %[[LAST]], %[[I]]
// CHECK:           vector.load %{{.*}}[%[[PANEL]],
func.func @backwards(%a: memref<1x16xf32>, %b: memref<2x16x3x4xi32>, %out: memref<1x32xf32>) {
  tile.matmul packed ins(%a, %b : memref<1x16xf32>, memref<2x16x3x4xi32>) outs(%out : memref<1x32xf32>)
      {fixed24, schedule = #tile.schedule<rows = 1, columns = 16, lanes = 4>, tile.backwards} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// Weights of a convolution lie in the same rows of words, for vectors and for tile instructions.

// CHECK-LABEL: func @convolution
// CHECK:       memref.collapse_shape %{{.*}} : memref<1x1x3x3x16x3x16xi32> into memref<1x1x144x48xi32>
// CHECK:       llvm.call_intrinsic "llvm.x86.ldtilecfg"
// CHECK-DAG:   vector.load %{{.*}} : memref<1x1x144x48xi32>, vector<16xi32>
// CHECK:       arith.sitofp %{{.*}} : vector<16xi32> to vector<16xf32>
// CHECK:       llvm.call_intrinsic "llvm.x86.tdpbf16ps"
// CHECK:       scf.if
// CHECK:       vector.load %{{.*}} : memref<1x1x3x48x48xi32>, vector<16xi32>
// CHECK:       arith.sitofp %{{.*}} : vector<16xi32> to vector<16xf32>
// CHECK:       vector.fma
func.func @convolution(%a: memref<1x9x9x16xf32>, %b: memref<1x1x3x3x16x3x16xi32>, %out: memref<1x9x9x64xf32>) {
  tile.conv ins(%a, %b : memref<1x9x9x16xf32>, memref<1x1x3x3x16x3x16xi32>) outs(%out : memref<1x9x9x64xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>, fixed24,
       schedule = #tile.schedule<rows = 6, columns = 64, lanes = 16, row_block = 9, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 96, column_block = 64, left_depth = 192, right_depth = 64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
