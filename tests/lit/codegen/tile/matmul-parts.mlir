// RUN: ingot-opt %s --tile-to-vector --canonicalize --cse | FileCheck %s

// A panel has four columns of each of two parts: the tile has a vector of sums for each, the epilogue takes both, and a
// masked vector of the six columns goes to each of the outputs.

// CHECK-LABEL: func @parts
// CHECK:       rt.ranges
// CHECK:         scf.for %[[PANEL:.*]] =
// CHECK:         %[[COLUMN:.*]] = arith.muli %[[PANEL]], %c4
// CHECK:         %[[SUMS:.*]]:2 = scf.for
// CHECK-DAG:       vector.load %arg1[%[[PANEL]], %{{.*}}, %c0]
// CHECK-DAG:       vector.load %arg1[%[[PANEL]], %{{.*}}, %c4]
// CHECK-COUNT-2:   vector.fma
// CHECK:         %[[T:.*]] = math.tanh %[[SUMS]]#0 : vector<4xf32>
// CHECK:         %[[P:.*]] = arith.mulf %[[T]], %[[SUMS]]#1 : vector<4xf32>
// CHECK-DAG:     vector.maskedstore %arg2[%{{.*}}, %[[COLUMN]]], %{{.*}}, %[[T]]
// CHECK-DAG:     vector.maskedstore %arg3[%{{.*}}, %[[COLUMN]]], %{{.*}}, %[[P]]
func.func @parts(%a: memref<1x3xf32>, %b: memref<2x3x8xf32>, %t: memref<1x6xf32>, %p: memref<1x6xf32>) {
  tile.matmul packed ins(%a, %b : memref<1x3xf32>, memref<2x3x8xf32>) outs(%t : memref<1x6xf32>)
      further_outs(%p : memref<1x6xf32>)
      {parts = 2, schedule = #tile.schedule<rows = 1, columns = 8, lanes = 4, masks = true>} epilogue {
  ^bb0(%x: f32, %y: f32):
    %0 = math.tanh %x : f32
    %1 = arith.mulf %0, %y : f32
    tile.yield %0, %1 : f32, f32
  }
  return
}
