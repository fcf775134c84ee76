// RUN: ingot-opt %s --tile-to-vector --canonicalize --cse --split-input-file | FileCheck %s

// Three vectors of words for four of weights: two are converted as they are, one is shifted, and the bytes that these
// leave make up the fourth.

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

// The order of the pieces is the loop's to keep.

// CHECK-LABEL: func @backwards
// CHECK:       scf.forall
// CHECK:       } {tile.backwards}
func.func @backwards(%a: memref<1x16xf32>, %b: memref<2x16x3x4xi32>, %out: memref<1x32xf32>) {
  tile.matmul packed ins(%a, %b : memref<1x16xf32>, memref<2x16x3x4xi32>) outs(%out : memref<1x32xf32>)
      {fixed24, schedule = #tile.schedule<rows = 1, columns = 16, lanes = 4>, tile.backwards} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
