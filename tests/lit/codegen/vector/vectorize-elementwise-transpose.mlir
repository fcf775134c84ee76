// RUN: ingot-opt %s --pass-pipeline='builtin.module(func.func(vectorize-elementwise,canonicalize,cse))' | FileCheck %s

// A square tile: rows loaded, interleaved twice, columns stored.
// CHECK-LABEL: @square
// CHECK-COUNT-4: vector.load {{.*}}vector<4xf32>
// CHECK-COUNT-8: vector.shuffle
// CHECK-COUNT-4: vector.store
// CHECK-NOT: memref.load
func.func @square(%a: memref<64x32xf32>, %o: memref<32x64xf32>) {
  linalg.transpose ins(%a : memref<64x32xf32>) outs(%o : memref<32x64xf32>) permutation = [1, 0] {rt.schedule = {lanes = 4 : i64}}
  return
}

// Tiles at an edge go under masks; a dimension known to be small loads only what it has.
// CHECK-LABEL: @edge
// CHECK-COUNT-5: vector.load
// CHECK-NOT: vector.load
// CHECK: vector.maskedstore
func.func @edge(%a: memref<5x96xf32>, %o: memref<96x5xf32>) {
  linalg.transpose ins(%a : memref<5x96xf32>) outs(%o : memref<96x5xf32>) permutation = [1, 0]
      {rt.schedule = {lanes = 8 : i64, masks}}
  return
}

// A permutation that keeps the innermost dimension needs no tiles.
// CHECK-LABEL: @outer
// CHECK-NOT: vector.shuffle
// CHECK: vector.load
// CHECK: vector.store
func.func @outer(%a: memref<4x6x64xf32>, %o: memref<6x4x64xf32>) {
  linalg.transpose ins(%a : memref<4x6x64xf32>) outs(%o : memref<6x4x64xf32>) permutation = [1, 0, 2]
      {rt.schedule = {lanes = 16 : i64}}
  return
}

// Few lanes whose rows lie together: two shuffles make a whole vector of three channels.
// CHECK-LABEL: @channels_last
// CHECK-COUNT-3: vector.load {{.*}}vector<16xf32>
// CHECK-COUNT-2: vector.shuffle
// CHECK: vector.store {{.*}}vector<16xf32>
// CHECK-COUNT-2: vector.shuffle
// CHECK: vector.store {{.*}}vector<16xf32>
// CHECK-COUNT-2: vector.shuffle
// CHECK: vector.store {{.*}}vector<16xf32>
// CHECK-NOT: vector.maskedstore
func.func @channels_last(%a: memref<3x96xf32>, %o: memref<96x3xf32>) {
  linalg.transpose ins(%a : memref<3x96xf32>) outs(%o : memref<96x3xf32>) permutation = [1, 0]
      {rt.schedule = {lanes = 16 : i64, masks}}
  return
}

// More lanes than a vector has elements: whole rows would not fit into as many vectors, so tiles stay squares.
// CHECK-LABEL: @more_channels_than_lanes
// CHECK: scf.for
// CHECK: scf.for
// CHECK-COUNT-2: vector.load {{.*}}vector<2xf64>
// CHECK-COUNT-2: vector.shuffle
// CHECK-COUNT-2: vector.store
// CHECK-NOT: vector.shuffle
func.func @more_channels_than_lanes(%a: memref<4x30xf64>, %o: memref<30x4xf64>) {
  linalg.transpose ins(%a : memref<4x30xf64>) outs(%o : memref<30x4xf64>) permutation = [1, 0]
      {rt.schedule = {lanes = 2 : i64}}
  return
}
