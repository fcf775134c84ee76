// RUN: ingot-opt %s --tile-to-vector --canonicalize --cse | FileCheck %s

// Both operands become three pieces of bf16; of two by two tiles, six products of pieces are summed up. A sum that is no
// number has the tile done by vectors.
// CHECK-LABEL: func @tiles
// CHECK: llvm.call_intrinsic "llvm.x86.ldtilecfg"
// Rows of the left operand, steps k and k + 16 in a word: those of a tile, block of steps after block.
// CHECK: scf.for %[[TILE:.*]] = %c0 to %c4 step %c1
// CHECK: scf.for %[[STEP:.*]] = %c0 to %c128 step %c32
// CHECK: scf.for %[[ROW:.*]] = %{{.*}} to %{{.*}} step %c1
// CHECK: vector.load %{{.*}}[%[[ROW]], %[[STEP]]] : memref<64x128xf32>, vector<16xf32>
// CHECK: vector.load %{{.*}}[%[[ROW]], %{{.*}}] : memref<64x128xf32>, vector<16xf32>
// CHECK-COUNT-3: vector.store %{{.*}} vector<16xi32>
// A panel.
// CHECK: scf.for
// CHECK: vector.load %{{.*}} : memref<2x128x32xf32>, vector<16xf32>
// CHECK-COUNT-6: vector.store %{{.*}} vector<16xi32>
// CHECK: scf.if
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tilezero"
// CHECK: else
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tileloadd64"
// CHECK: scf.for
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tileloadd64"
// CHECK-COUNT-24: llvm.call_intrinsic "llvm.x86.tdpbf16ps"
// CHECK-NOT: tdpbf16ps
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tilestored64"
// CHECK: arith.cmpf uno
// CHECK: vector.reduction <or>
// CHECK: scf.if
// CHECK: vector.fma
// CHECK: else
// CHECK: vector.store %{{.*}} : memref<64x64xf32>, vector<16xf32>
// CHECK: llvm.call_intrinsic "llvm.x86.tilerelease"
func.func @tiles(%a: memref<64x128xf32>, %b: memref<2x128x32xf32>, %out: memref<64x64xf32>) {
  tile.matmul packed ins(%a, %b : memref<64x128xf32>, memref<2x128x32xf32>) outs(%out : memref<64x64xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 64, column_block = 64, left_depth = 128, right_depth = 64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Steps that are no multiple of 32 are filled up with zeros, rows of a number that only the run knows choose their way,
// and what comes next is fetched ahead where that is asked for, a part after each product of pieces.
// CHECK-LABEL: func @rests
// CHECK: arith.cmpi sge
// CHECK: scf.if
// CHECK: vector.maskedload %{{.*}} : memref<?x40xf32>
// CHECK: tdpbf16ps
// CHECK: memref.prefetch
// CHECK: tdpbf16ps
// CHECK: memref.prefetch
// CHECK: llvm.call_intrinsic "llvm.x86.tilerelease"
// CHECK-NOT: llvm.x86
// CHECK: vector.fma
func.func @rests(%a: memref<?x40xf32>, %b: memref<1x40x32xf32>, %out: memref<?x32xf32>) {
  tile.matmul packed ins(%a, %b : memref<?x40xf32>, memref<1x40x32xf32>) outs(%out : memref<?x32xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 64, column_block = 32, left_depth = 64, right_depth = 64, prefetch = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Between the products of one part of a panel, the next part becomes pieces in a second buffer: of 64 rows, each block of
// 32 steps has eight of its 16 rows split, some after each product of pieces, unless there is no next part. One panel's
// sums are finished before the next one's begin.
// CHECK-LABEL: func @overlap
// CHECK-DAG: %[[PIECES:.*]] = memref.alloca() {{.*}} : memref<24x16x16xi32>
// CHECK-DAG: memref.alloca() {{.*}} : memref<8x16x16xf32>
// CHECK: ldtilecfg
// CHECK: scf.for {{.*}} iter_args
// CHECK: tdpbf16ps
// CHECK: scf.if
// CHECK-COUNT-6: vector.store %{{.*}}, %[[PIECES]]
// CHECK: tdpbf16ps
// CHECK: scf.if
// CHECK-COUNT-6: vector.store %{{.*}}, %[[PIECES]]
// CHECK: tilestored64
func.func @overlap(%a: memref<64x128xf32>, %b: memref<2x128x32xf32>, %out: memref<64x64xf32>) {
  tile.matmul packed ins(%a, %b : memref<64x128xf32>, memref<2x128x32xf32>) outs(%out : memref<64x64xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 64, column_block = 64, left_depth = 128, right_depth = 64, overlap = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// The right operand stays: both panels become pieces. Tiles of rows pass by, which become pieces first unless they have.
// After products of two of them the next ones do, in a second buffer, and the rows of the panel before are finished,
// sixteen after each block of 32 steps; one with a sum that is no number, by vectors. Those that no products of two tiles
// come after are finished at once.
// CHECK-LABEL: func @stream
// CHECK-DAG: %[[RIGHT:.*]] = memref.alloca() {{.*}} : memref<24x16x16xi32>
// CHECK-DAG: %[[LEFT:.*]] = memref.alloca() {{.*}} : memref<24x16x16xi32>
// CHECK-DAG: %[[SUMS:.*]] = memref.alloca() {{.*}} : memref<8x16x16xf32>
// CHECK: ldtilecfg
// CHECK: scf.for
// CHECK: vector.load %{{.*}} : memref<2x64x32xf32>
// CHECK-COUNT-6: vector.store
// CHECK: scf.for {{.*}} iter_args
// CHECK: scf.for
// CHECK: vector.load %{{.*}} : memref<96x64xf32>
// CHECK-COUNT-3: vector.store
// CHECK: scf.for {{.*}} iter_args
// CHECK: scf.if
// CHECK-COUNT-2: tdpbf16ps
// CHECK: vector.load %{{.*}} : memref<96x64xf32>
// CHECK-COUNT-3: vector.store
// CHECK: tdpbf16ps
// CHECK: vector.load %{{.*}} : memref<96x64xf32>
// CHECK: tdpbf16ps
// CHECK: scf.for
// CHECK: arith.cmpf uno
// CHECK: %[[NONE:.*]] = vector.reduction <or>
// CHECK: scf.if %[[NONE]]
// CHECK: vector.fma
// CHECK: else
// CHECK: vector.store %{{.*}} : memref<96x64xf32>
// CHECK: tdpbf16ps
// CHECK: tilestored64
// CHECK: %[[WAITS:.*]] = arith.select %{{.*}} : i1
// CHECK: scf.if %[[WAITS]]
// CHECK: else
// CHECK: scf.for
// CHECK: arith.cmpf uno
// CHECK: vector.fma
// CHECK: else
// CHECK: vector.store %{{.*}} : memref<96x64xf32>
// CHECK: tilerelease
func.func @stream(%a: memref<96x64xf32>, %b: memref<2x64x32xf32>, %out: memref<96x64xf32>) {
  tile.matmul packed ins(%a, %b : memref<96x64xf32>, memref<2x64x32xf32>) outs(%out : memref<96x64xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 16, column_block = 64, left_depth = 64, right_depth = 64, stream = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Of a right operand that is pieces in memory, tiles are loaded where they lie, those of the next panel fetched while the
// first tiles of rows pass by, one after each product; vectors add the pieces up again.
// CHECK-LABEL: func @pieces
// CHECK-SAME: %[[B:[a-z0-9]+]]: memref<2x2x2x3x16x16xi32>
// CHECK-NOT: memref.alloca() {{.*}} : memref<24x16x16xi32>
// CHECK: memref.alloca() {{.*}} : memref<24x16x16xi32>
// CHECK-NOT: memref.alloca() {{.*}} : memref<24x16x16xi32>
// CHECK: ldtilecfg
// CHECK: tilezero
// CHECK: %[[AT:.*]] = memref.extract_aligned_pointer_as_index %[[B]]
// CHECK-NEXT: arith.addi %[[AT]]
// CHECK: "llvm.x86.tileloadd64"
// CHECK: tdpbf16ps
// CHECK: scf.if
// CHECK-COUNT-16: memref.prefetch %[[B]]
// CHECK-NOT: memref.prefetch
// CHECK: tdpbf16ps
// CHECK: vector.reduction <or>
// CHECK: %[[LEAST:.*]] = vector.load %[[B]][%{{.*}}, %{{.*}}, %{{.*}}, %c2, %{{.*}}, %{{.*}}] : memref<2x2x2x3x16x16xi32>, vector<16xi32>
// CHECK: arith.shli %[[LEAST]]
// CHECK: arith.andi
// CHECK: arith.bitcast %{{.*}} : vector<16xi32> to vector<16xf32>
// CHECK: arith.addf
// CHECK: arith.addf
// CHECK: vector.fma
func.func @pieces(%a: memref<96x64xf32>, %b: memref<2x2x2x3x16x16xi32>, %out: memref<96x64xf32>) {
  tile.matmul packed ins(%a, %b : memref<96x64xf32>, memref<2x2x2x3x16x16xi32>) outs(%out : memref<96x64xf32>)
      {bf16_pieces, schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 16, column_block = 64, left_depth = 64, right_depth = 64, stream = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Threads share 13 tiles of rows in halves: of a range's first and last tile, some may have no part in the panels before
// or from the middle one on, the second of three.
// CHECK-LABEL: func @halves
// CHECK: rt.ranges %c26 {
// CHECK: arith.cmpi ne
// CHECK: %[[HEAD:.*]] = arith.select %{{.*}}, %[[MIDDLE:[0-9]+]], %[[FIRST:[0-9]+]] : index
// CHECK: arith.cmpi ne
// CHECK: %[[TAIL:.*]] = arith.select %{{.*}}, %[[MIDDLE]], %[[LAST:[0-9]+]] : index
// CHECK: ldtilecfg
// CHECK: arith.cmpi ne, %[[HEAD]], %[[FIRST]]
// CHECK: arith.cmpi ne, %[[TAIL]], %[[LAST]]
// CHECK: arith.select %{{.*}}, %[[FIRST]], %[[HEAD]]
// CHECK: %[[OTHERS:.*]] = arith.select %{{.*}}, %[[TAIL]], %[[LAST]]
// CHECK: arith.select %{{.*}}, %[[LAST]], %[[OTHERS]]
func.func @halves(%a: memref<208x64xf32>, %b: memref<3x64x32xf32>, %out: memref<208x96xf32>) {
  tile.matmul packed ins(%a, %b : memref<208x64xf32>, memref<3x64x32xf32>) outs(%out : memref<208x96xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16>,
       amx = #tile.amx<least_rows = 16, row_block = 16, column_block = 96, left_depth = 64, right_depth = 64, stream = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// A batch by one left operand: threads share the panels of all, 4 of each batch, and its rows become pieces once.
// CHECK-LABEL: func @by_one
// CHECK: rt.ranges %c8 {
// CHECK-COUNT-1: ldtilecfg
// CHECK: arith.divui %{{.*}}, %c4
// CHECK: tdpbf16ps
// CHECK-NOT: ldtilecfg
// CHECK: tilerelease
func.func @by_one(%a: memref<48x64xf32>, %b: memref<2x4x64x32xf32>, %out: memref<2x48x128xf32>) {
  tile.matmul packed ins(%a, %b : memref<48x64xf32>, memref<2x4x64x32xf32>) outs(%out : memref<2x48x128xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16>,
       amx = #tile.amx<least_rows = 16, row_block = 48, column_block = 256, left_depth = 64, right_depth = 64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// A right operand that is not packed becomes pieces where it lies, the columns of the last panel under a mask.
// CHECK-LABEL: func @row_major
// CHECK: vector.maskedload %{{.*}} : memref<2x128x50xf32>
// CHECK-NOT: tile.
// CHECK-COUNT-3: vector.store %{{.*}} vector<16xi32>
// CHECK: tdpbf16ps
func.func @row_major(%a: memref<2x64x128xf32>, %b: memref<2x128x50xf32>, %out: memref<2x64x50xf32>) {
  tile.matmul row_major ins(%a, %b : memref<2x64x128xf32>, memref<2x128x50xf32>) outs(%out : memref<2x64x50xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, masks = true, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 64, column_block = 64, left_depth = 128, right_depth = 64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Of a transposed one, right_depth steps of a panel's columns are put side by side first.
// CHECK-LABEL: func @transposed
// CHECK: memref.alloca() {alignment = 64 : i64} : memref<64x32xf32>
// CHECK: ldtilecfg
// CHECK: vector.shuffle
// CHECK: vector.store %{{.*}} : memref<64x32xf32>, vector<16xf32>
// CHECK: vector.load %{{.*}} : memref<64x32xf32>, vector<16xf32>
// CHECK-COUNT-3: vector.store %{{.*}} vector<16xi32>
// CHECK: tdpbf16ps
func.func @transposed(%a: memref<2x64x128xf32>, %b: memref<2x64x128xf32>, %out: memref<2x64x64xf32>) {
  tile.matmul transposed ins(%a, %b : memref<2x64x128xf32>, memref<2x64x128xf32>) outs(%out : memref<2x64x64xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, panel = 128, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 64, column_block = 64, left_depth = 128, right_depth = 64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Rows behind whole tiles are not worth one: in blocks of 32 and 33 rows, vectors do the 33rd, a part of the steps at a
// time as tiles do.
// CHECK-LABEL: func @vector_rows
// CHECK-DAG: memref.alloca() {{.*}} : memref<1x128xf32>
// CHECK-DAG: memref.alloca() {{.*}} : memref<1x32xf32>
// CHECK: tdpbf16ps
// CHECK: memref.load %{{.*}} : memref<1x128xf32>
// CHECK-COUNT-2: vector.fma
// CHECK-COUNT-2: vector.store %{{.*}} : memref<1x32xf32>
// CHECK: tilerelease
func.func @vector_rows(%a: memref<65x128xf32>, %b: memref<1x128x32xf32>, %out: memref<65x32xf32>) {
  tile.matmul packed ins(%a, %b : memref<65x128xf32>, memref<1x128x32xf32>) outs(%out : memref<65x32xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, parallel = false>,
       amx = #tile.amx<least_rows = 65, row_block = 32, column_block = 32, left_depth = 128, right_depth = 64, vector_rows = 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Without the attribute there are none of these instructions.
// CHECK-LABEL: func @vectors
// CHECK-NOT: llvm.x86
// CHECK: return
func.func @vectors(%a: memref<64x128xf32>, %b: memref<2x128x32xf32>, %out: memref<64x64xf32>) {
  tile.matmul packed ins(%a, %b : memref<64x128xf32>, memref<2x128x32xf32>) outs(%out : memref<64x64xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, parallel = false>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Threads have equal shares of all blocks' panels, of an unknown number of blocks here: a share begins and ends in the
// midst of a block, of which one panel at a time is done.
// CHECK-LABEL: func @shares
// CHECK: %[[SHARED:.*]] = arith.muli %{{.*}}, %c2
// CHECK: rt.ranges %[[SHARED]] {
// CHECK-NEXT: ^bb0(%[[BEGIN:.*]]: index, %[[END:.*]]: index):
// CHECK: %[[BLOCK:.*]] = arith.divui %[[BEGIN]], %c2
// CHECK: scf.for %[[I:.*]] = %[[BLOCK]] to
// CHECK: %[[ORIGIN:.*]] = arith.muli %[[I]], %c2
// CHECK: arith.subi %[[BEGIN]], %[[ORIGIN]]
// CHECK: %[[FIRST:.*]] = arith.maxsi
// CHECK: arith.subi %[[END]], %[[ORIGIN]]
// CHECK: %[[LAST:.*]] = arith.minsi
// CHECK: scf.for %[[PANEL:.*]] = %[[FIRST]] to %[[LAST]] step %c1
func.func @shares(%a: memref<?x64x128xf32>, %b: memref<2x128x32xf32>, %out: memref<?x64x64xf32>) {
  tile.matmul packed ins(%a, %b : memref<?x64x128xf32>, memref<2x128x32xf32>) outs(%out : memref<?x64x64xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16>,
       amx = #tile.amx<least_rows = 16, row_block = 64, column_block = 32, left_depth = 128, right_depth = 64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
