// RUN: ingot-opt %s --tile-to-vector --canonicalize --cse | FileCheck %s

// A convolution is a product of positions by the channels of all taps: where rows become pieces, 16 channels of a tap are
// read at a time, or zeros where the tap is outside. A position with a sum that is no number is done by vectors.
// CHECK-LABEL: func @taps
// CHECK: memref.collapse_shape %{{.*}} {{\[\[}}0], [1], [2, 3, 4], [5]] : memref<1x2x3x3x64x32xf32> into memref<1x2x576x32xf32>
// CHECK: llvm.call_intrinsic "llvm.x86.ldtilecfg"
// A row is located once for all of its steps.
// CHECK: scf.for %{{.*}} = %c0 to %c81 step %c1
// CHECK: arith.divui
// CHECK: scf.for %{{.*}} = %c0 to %c576 step %c32
// CHECK: arith.cmpi ult
// CHECK: arith.cmpi ult
// CHECK: arith.andi
// CHECK: arith.select
// CHECK: vector.maskedload %{{.*}} : memref<1x9x9x64xf32>
// CHECK: vector.maskedload %{{.*}} : memref<1x9x9x64xf32>
// CHECK-COUNT-3: vector.store %{{.*}} vector<16xi32>
// CHECK-COUNT-24: llvm.call_intrinsic "llvm.x86.tdpbf16ps"
// CHECK: arith.cmpf uno
// CHECK: scf.if
// CHECK: vector.fma
// CHECK: else
// CHECK: vector.store %{{.*}} : memref<1x9x9x64xf32>, vector<16xf32>
// CHECK: llvm.call_intrinsic "llvm.x86.tilerelease"
func.func @taps(%a: memref<1x9x9x64xf32>, %b: memref<1x2x3x3x64x32xf32>, %out: memref<1x9x9x64xf32>) {
  tile.conv ins(%a, %b : memref<1x9x9x64xf32>, memref<1x2x3x3x64x32xf32>) outs(%out : memref<1x9x9x64xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 9, columns = 32, lanes = 16, row_block = 9, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 96, column_block = 64, left_depth = 576, right_depth = 64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Without padding no tap is ever outside.
// CHECK-LABEL: func @inside
// CHECK: llvm.call_intrinsic "llvm.x86.ldtilecfg"
// CHECK-NOT: vector.maskedload
// CHECK-COUNT-2: vector.load %{{.*}} : memref<1x9x9x64xf32>, vector<16xf32>
// CHECK: llvm.call_intrinsic "llvm.x86.tilerelease"
func.func @inside(%a: memref<1x9x9x64xf32>, %b: memref<1x2x1x1x64x32xf32>, %out: memref<1x5x5x64xf32>) {
  tile.conv ins(%a, %b : memref<1x9x9x64xf32>, memref<1x2x1x1x64x32xf32>) outs(%out : memref<1x5x5x64xf32>)
      {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>,
       schedule = #tile.schedule<rows = 9, columns = 32, lanes = 16, row_block = 9, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 32, column_block = 64, left_depth = 64, right_depth = 64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// What a block meets of its image becomes pieces once: lines of 9 positions and one of padding, which the one in front
// of the next line also is, and whatever a line outside is. Where the steps of each tap begin is known before tiles are
// read out of them, a position of 128 bytes after the other. The row behind each line's 9 is of no output.
// CHECK-LABEL: func @image
// CHECK-DAG: %[[PLANES:.*]] = memref.alloca() {alignment = 64 : i64} : memref<24960xi16>
// CHECK-DAG: %[[OFFSETS:.*]] = memref.alloca() {alignment = 64 : i64} : memref<18xindex>
// CHECK: memref.store %{{.*}}, %[[OFFSETS]]
// CHECK: scf.for %{{.*}} = %c0 to %c11 step %c1
// CHECK: %[[INSIDE:.*]] = arith.cmpi ult, %{{.*}}, %c9
// CHECK: %[[BEGIN:.*]] = arith.select %[[INSIDE]], %c1, %c0
// CHECK: %[[END:.*]] = arith.select %[[INSIDE]], %c10, %c0
// CHECK: vector.store %[[ZEROS:.*]], %[[PLANES]]
// CHECK: vector.load %{{.*}} : memref<1x9x576xf32>, vector<16xf32>
// CHECK-COUNT-3: arith.trunci %{{.*}} : vector<16xi32> to vector<16xi16>
// CHECK-COUNT-3: vector.store %{{.*}}, %[[PLANES]]
// CHECK: vector.store %[[ZEROS]], %[[PLANES]]
// CHECK: memref.load %[[OFFSETS]]
// CHECK: llvm.call_intrinsic "llvm.x86.tileloadd64"(%c4_i8, %{{.*}}, %c128_i64)
// CHECK-COUNT-24: llvm.call_intrinsic "llvm.x86.tdpbf16ps"
// CHECK: arith.cmpi slt, %{{.*}}, %c9
// CHECK: scf.if
// CHECK: vector.store %{{.*}} : memref<1x9x9x64xf32>, vector<16xf32>
// CHECK: llvm.call_intrinsic "llvm.x86.tilerelease"
func.func @image(%a: memref<1x9x9x64xf32>, %b: memref<1x2x3x3x64x32xf32>, %out: memref<1x9x9x64xf32>) {
  tile.conv ins(%a, %b : memref<1x9x9x64xf32>, memref<1x2x3x3x64x32xf32>) outs(%out : memref<1x9x9x64xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 9, columns = 32, lanes = 16, row_block = 9, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 96, column_block = 64, left_depth = 576, right_depth = 64, image = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Seventeen lines in blocks of five or four: those of four lines have as many of the input made pieces, as the windows at
// the end of a line reach into the next one.
// CHECK-LABEL: func @uneven
// CHECK: %[[PLANES:.*]] = memref.alloca() {alignment = 64 : i64} : memref<{{.*}}xi16>
// CHECK: llvm.x86.ldtilecfg
// CHECK-NEXT: scf.for %{{.*}} = %c0 to %c9 step %c1
// CHECK: vector.store %{{.*}}, %[[PLANES]]
// CHECK: llvm.call_intrinsic "llvm.x86.tilerelease"
func.func @uneven(%a: memref<1x14x41x32xf32>, %b: memref<1x1x3x3x32x32xf32>, %out: memref<1x17x43x32xf32>) {
  tile.conv ins(%a, %b : memref<1x14x41x32xf32>, memref<1x1x3x3x32x32xf32>) outs(%out : memref<1x17x43x32xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 2, 1>, pads = array<i64: 2, 1>,
       schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, row_block = 3, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 256, column_block = 32, left_depth = 288, right_depth = 96, image = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// 48 channels would leave half of a tile's steps empty: five taps of a line have 240, which need 256. Steps behind them
// meet zeros. With stride 2, even lines come first, then odd ones, and rows of tiles are two positions apart.
// CHECK-LABEL: func @lines
// CHECK: scf.for %{{.*}} = %c0 to %c2 step %c1
// CHECK: scf.for %{{.*}} = %c0 to %c5 step %c1
// CHECK: vector.load %{{.*}} : memref<1x10x960xf32>, vector<16xf32>
// CHECK: %[[HAS:.*]] = arith.cmpi slt, %{{.*}}, %c240
// CHECK: %[[WEIGHTS:.*]] = vector.load %{{.*}} : memref<1x1x1200x32xf32>, vector<16xf32>
// CHECK: arith.select %[[HAS]], %[[WEIGHTS]], %{{.*}} : vector<16xf32>
// CHECK: llvm.call_intrinsic "llvm.x86.tileloadd64"(%c4_i8, %{{.*}}, %c192_i64)
// CHECK: llvm.call_intrinsic "llvm.x86.tilerelease"
func.func @lines(%a: memref<1x10x20x48xf32>, %b: memref<1x1x5x5x48x32xf32>, %out: memref<1x3x8x32xf32>) {
  tile.conv ins(%a, %b : memref<1x10x20x48xf32>, memref<1x1x5x5x48x32xf32>) outs(%out : memref<1x3x8x32xf32>)
      {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>,
       schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, row_block = 3, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 32, column_block = 32, left_depth = 1280, right_depth = 64, image = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Positions of 512 bytes, in tiles, would meet in an eighth of the first cache's sets: there are 64 bytes between them.
// CHECK-LABEL: func @apart
// CHECK: llvm.call_intrinsic "llvm.x86.tileloadd64"(%c4_i8, %{{.*}}, %c576_i64)
func.func @apart(%a: memref<1x9x9x256xf32>, %b: memref<1x1x3x3x256x32xf32>, %out: memref<1x9x9x32xf32>) {
  tile.conv ins(%a, %b : memref<1x9x9x256xf32>, memref<1x1x3x3x256x32xf32>) outs(%out : memref<1x9x9x32xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 9, columns = 32, lanes = 16, row_block = 9, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 96, column_block = 32, left_depth = 2304, right_depth = 64, image = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Images of an extent that only the run knows choose their way, and share their rows evenly.
// CHECK-LABEL: func @extents
// CHECK: arith.cmpi sge
// CHECK: scf.if
// CHECK: llvm.call_intrinsic "llvm.x86.ldtilecfg"
// CHECK: llvm.call_intrinsic "llvm.x86.tilerelease"
// CHECK: else
// CHECK-NOT: llvm.x86
// CHECK: vector.fma
func.func @extents(%a: memref<1x?x?x64xf32>, %b: memref<1x2x3x3x64x32xf32>, %out: memref<1x?x?x64xf32>) {
  tile.conv ins(%a, %b : memref<1x?x?x64xf32>, memref<1x2x3x3x64x32xf32>) outs(%out : memref<1x?x?x64xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, row_block = 2, parallel = false>,
       amx = #tile.amx<least_rows = 16, row_block = 96, column_block = 64, left_depth = 576, right_depth = 64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Without the attribute there are none of these instructions.
// CHECK-LABEL: func @vectors
// CHECK-NOT: llvm.x86
// CHECK: return
func.func @vectors(%a: memref<1x9x9x64xf32>, %b: memref<1x2x3x3x64x32xf32>, %out: memref<1x9x9x64xf32>) {
  tile.conv ins(%a, %b : memref<1x9x9x64xf32>, memref<1x2x3x3x64x32xf32>) outs(%out : memref<1x9x9x64xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 9, columns = 32, lanes = 16, row_block = 9, parallel = false>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
