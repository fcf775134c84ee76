// RUN: ingot-opt %s --split-input-file --tile-schedule | FileCheck %s --check-prefix=SCHEDULE
// RUN: ingot-opt %s --split-input-file --tile-schedule --tile-to-vector --canonicalize --cse | FileCheck %s

// All keys are one block: the weights are final before they meet the values, whose sums are carried in registers and
// scaled once. Tiles are of six rows and four vectors, as the values have them; the keys behind whole panels take two.
// SCHEDULE-LABEL: func @one_block
// SCHEDULE: schedule = #tile.schedule<rows = 6, columns = 64, lanes = 16, unroll = 4, row_block = 198, panel = 256, masks = true>
// CHECK-LABEL: func @one_block
// CHECK: scf.forall (%{{.*}}) in (12)
// CHECK-DAG: %[[KEYS:.*]] = memref.alloca() {alignment = 64 : i64} : memref<4x64x64xf32>
// CHECK-DAG: %[[VALUES:.*]] = memref.alloca() {alignment = 64 : i64} : memref<1x256x64xf32>
// CHECK-DAG: %[[SCORES:.*]] = memref.alloca() {alignment = 64 : i64} : memref<6x272xf32>
// CHECK: vector.shuffle
// Six rows of four vectors through all columns, none of them spilled, four steps in a row.
// CHECK: %[[S:.*]]:24 = scf.for %{{.*}} = %c0 to %c64 step %c4
// CHECK: vector.load %[[KEYS]]
// CHECK-COUNT-96: vector.fma
// CHECK: scf.yield
// CHECK: vector.store %[[S]]#0, %[[SCORES]]
// CHECK: scf.for %{{.*}} = %c0 to %c64 step %c4
// CHECK-COUNT-48: vector.fma
// CHECK: scf.yield
// The largest of a row, its exponentials and their sum.
// CHECK: arith.cmpf ogt
// CHECK: math.exp %{{.*}} : vector<16xf32>
// CHECK: vector.reduction <add>
// CHECK: arith.divf
// CHECK: scf.for %{{.*}} = %c0 to %c196 step %c4
// CHECK-COUNT-96: vector.fma
// CHECK: arith.mulf
// CHECK: vector.store %{{.*}}, %arg3
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, l2 = 1048576>} {
  func.func @one_block(%q: memref<12x197x64xf32>, %k: memref<12x197x64xf32>, %v: memref<12x197x64xf32>, %out: memref<12x197x64xf32>) {
    tile.attention ins(%q, %k, %v : memref<12x197x64xf32>, memref<12x197x64xf32>, memref<12x197x64xf32>) outs(%out : memref<12x197x64xf32>) {scale = 0.125 : f64}
    return
  }
}

// -----

// Sizes that only the run time knows: blocks of keys, and sums that are corrected when a larger score comes. Keys that
// come later than all queries of a block are never read.
// SCHEDULE-LABEL: func @dynamic
// SCHEDULE: schedule = #tile.schedule<rows = 6, columns = 16, lanes = 8, unroll = 4, row_block = 132, panel = 512>
// CHECK-LABEL: func @dynamic
// CHECK: scf.forall
// CHECK-DAG: %[[SUMS:.*]] = memref.alloca() {alignment = 64 : i64} : memref<2x132x16xf32>
// CHECK: %[[SEEN:.*]] = arith.addi %{{.*}}, %arg4
// CHECK: scf.for %{{.*}} = %c0 to %{{.*}} step %c512
// CHECK: math.exp %{{.*}} : vector<8xf32>
// CHECK: math.exp %{{.*}} : f32
// CHECK: arith.mulf %{{.*}}, %{{.*}} : vector<8xf32>
// CHECK: vector.fma
// CHECK: vector.store %{{.*}}, %[[SUMS]]
module attributes {rt.target = #tile.target<vector_bits = 256, registers = 16>} {
  func.func @dynamic(%q: memref<?x?x32xf32>, %k: memref<?x?x32xf32>, %v: memref<?x?x32xf32>, %out: memref<?x?x32xf32>, %offset: index) {
    tile.attention ins(%q, %k, %v : memref<?x?x32xf32>, memref<?x?x32xf32>, memref<?x?x32xf32>) offset(%offset) outs(%out : memref<?x?x32xf32>) {scale = 0.125 : f64}
    return
  }
}

// -----

// Masks: numbers go into the scaling, elsewhere a select; the soft cap comes before.
// CHECK-LABEL: func @masks
// CHECK: vector.load %arg4
// CHECK: vector.fma
// CHECK: math.tanh
// CHECK: arith.cmpi ne
// CHECK: arith.select
// CHECK: arith.select
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true>} {
  func.func @masks(%q: memref<8x16xf32>, %k: memref<32x16xf32>, %v: memref<32x16xf32>, %out: memref<8x16xf32>, %m: memref<1x32xf32>, %n: memref<8x32xi8>) {
    tile.attention ins(%q, %k, %v : memref<8x16xf32>, memref<32x16xf32>, memref<32x16xf32>) mask(%m : memref<1x32xf32>) outs(%out : memref<8x16xf32>) {scale = 0.25 : f64}
    tile.attention ins(%q, %k, %v : memref<8x16xf32>, memref<32x16xf32>, memref<32x16xf32>) mask(%n : memref<8x32xi8>) outs(%out : memref<8x16xf32>) {scale = 0.25 : f64, softcap = 30.0 : f64}
    return
  }
}

// -----

// Vectors as values have them, no tile of a single one; where threads have points of the batch enough, as many queries
// to a block as their waiting sums have room for.
// SCHEDULE-LABEL: func @columns
// SCHEDULE: schedule = #tile.schedule<rows = {{[0-9]+}}, columns = 32, lanes = 16, unroll = 4, row_block = 500, panel = 512, masks = true>
// SCHEDULE: schedule = #tile.schedule<rows = 8, columns = 48, lanes = 16, unroll = 4, row_block = 128, panel = 480, masks = true>
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, l2 = 2097152>} {
  func.func @columns(%q: memref<8x1500x32xf32>, %k: memref<8x1500x32xf32>, %out: memref<8x1500x32xf32>, %w: memref<1x256x80xf32>, %x: memref<1x1024x80xf32>) {
    tile.attention ins(%q, %k, %k : memref<8x1500x32xf32>, memref<8x1500x32xf32>, memref<8x1500x32xf32>) outs(%out : memref<8x1500x32xf32>) {scale = 0.125 : f64}
    tile.attention ins(%w, %x, %x : memref<1x256x80xf32>, memref<1x1024x80xf32>, memref<1x1024x80xf32>) outs(%w : memref<1x256x80xf32>) {scale = 0.125 : f64}
    return
  }
}
