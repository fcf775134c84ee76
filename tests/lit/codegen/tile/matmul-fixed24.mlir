// RUN: ingot-opt %s --tile-to-vector --canonicalize --cse --split-input-file | FileCheck %s

// Three bytes an element: a vector's bytes are loaded whole, the last ones of a row from further in front, and permuted
// into the upper bytes of words.

// CHECK-LABEL: func @one_row
// CHECK-DAG:   %[[NONE:.*]] = arith.constant dense<0> : vector<16xi8>
// CHECK-DAG:   %[[ROWS:.*]] = memref.collapse_shape %{{.*}} {{\[}}[0], [1], [2, 3]] : memref<2x16x8x3xi8> into memref<2x16x24xi8>
// CHECK:       scf.for
// CHECK:         %[[B0:.*]] = vector.load %[[ROWS]][%{{.*}}, %{{.*}}, %c0] : memref<2x16x24xi8>, vector<16xi8>
// CHECK:         %[[W0:.*]] = vector.shuffle %[[B0]], %[[NONE]] [16, 0, 1, 2, 16, 3, 4, 5, 16, 6, 7, 8, 16, 9, 10, 11]
// CHECK:         %[[I0:.*]] = vector.bitcast %[[W0]] : vector<16xi8> to vector<4xi32>
// CHECK:         arith.sitofp %[[I0]] : vector<4xi32> to vector<4xf32>
// CHECK:         %[[B1:.*]] = vector.load %[[ROWS]][%{{.*}}, %{{.*}}, %c8] : memref<2x16x24xi8>, vector<16xi8>
// CHECK:         vector.shuffle %[[B1]], %[[NONE]] [16, 4, 5, 6, 16, 7, 8, 9, 16, 10, 11, 12, 16, 13, 14, 15]
// CHECK-COUNT-2: vector.fma
func.func @one_row(%a: memref<1x16xf32>, %b: memref<2x16x8x3xi8>, %scales: memref<16xf32>, %out: memref<1x16xf32>) {
  tile.matmul packed ins(%a, %b : memref<1x16xf32>, memref<2x16x8x3xi8>) outs(%out : memref<1x16xf32>)
      extras(%scales : memref<16xf32>)
      {extra_maps = [affine_map<(d0, d1) -> (d1)>], fixed24,
       schedule = #tile.schedule<rows = 1, columns = 8, lanes = 4>} epilogue {
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
func.func @backwards(%a: memref<1x16xf32>, %b: memref<2x16x8x3xi8>, %out: memref<1x16xf32>) {
  tile.matmul packed ins(%a, %b : memref<1x16xf32>, memref<2x16x8x3xi8>) outs(%out : memref<1x16xf32>)
      {fixed24, schedule = #tile.schedule<rows = 1, columns = 8, lanes = 4>, tile.backwards} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
