// RUN: ingot-opt %s --tile-to-vector --canonicalize --cse | FileCheck %s

// A convolution is a product of positions by the channels of all taps: where rows become pieces, 16 channels of a tap are
// read at a time, or zeros where the tap is outside. A position with a sum that is no number is done by vectors.
// CHECK-LABEL: func @taps
// CHECK: memref.collapse_shape %{{.*}} {{\[\[}}0], [1], [2, 3, 4], [5]] : memref<1x2x3x3x64x32xf32> into memref<1x2x576x32xf32>
// CHECK: llvm.call_intrinsic "llvm.x86.ldtilecfg"
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
