// What the inner loops of contractions come down to: multiply-adds of whole vectors, sums in registers. No vector is
// spilled anywhere, nothing is called.
// RUN: ingot-opt %s --pass-pipeline='builtin.module(tile-to-vector,canonicalize,cse,func.func(hoist-allocas),expand-strided-metadata,lower-affine,convert-scf-to-cf,convert-to-llvm,reconcile-unrealized-casts)' -o %t.mlir
// RUN: mlir-translate --mlir-to-llvmir %t.mlir -o %t.ll
// RUN: opt -passes='%kernel_passes' -mtriple=x86_64-linux-gnu -mcpu=znver4 %t.ll -S | llc -mcpu=znver4 -o - \
// RUN:   | FileCheck %s --implicit-check-not=call --implicit-check-not='64-byte Spill' --implicit-check-not='64-byte Reload'

// Sixteen multiply-adds a step, two loads of weights, eight broadcasts that are part of them or loads.
// CHECK-LABEL: product:
// CHECK: Inner Loop Header
// CHECK-NOT: {{rsp|vmul|vadd}}
// CHECK-COUNT-16: vfmadd231ps {{.*}}%zmm
// CHECK-NOT: {{rsp|vfmadd|vmul|vadd}}
// CHECK: j{{n?e|b}}
func.func @product(%a: memref<512x256xf32>, %b: memref<8x256x32xf32>, %out: memref<512x256xf32>) {
  tile.matmul packed ins(%a, %b : memref<512x256xf32>, memref<8x256x32xf32>) outs(%out : memref<512x256xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, split = 4, row_block = 128, masks = true, parallel = false>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// As many rows as there are registers for.
// CHECK-LABEL: tall:
// CHECK: Inner Loop Header
// CHECK-NOT: {{rsp|vmul|vadd}}
// CHECK-COUNT-28: vfmadd231ps {{.*}}%zmm
// CHECK-NOT: {{rsp|vfmadd|vmul|vadd}}
// CHECK: j{{n?e|b}}
func.func @tall(%a: memref<448x256xf32>, %b: memref<8x256x32xf32>, %out: memref<448x256xf32>) {
  tile.matmul packed ins(%a, %b : memref<448x256xf32>, memref<8x256x32xf32>) outs(%out : memref<448x256xf32>)
      {schedule = #tile.schedule<rows = 14, columns = 32, lanes = 16, masks = true, parallel = false>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// The positions of a line are the rows.
// CHECK-LABEL: conv:
// CHECK: Inner Loop Header
// CHECK-NOT: {{rsp|vmul|vadd}}
// CHECK-COUNT-28: vfmadd231ps {{.*}}%zmm
// CHECK-NOT: {{rsp|vfmadd|vmul|vadd}}
// CHECK: j{{n?e|b}}
func.func @conv(%x: memref<1x28x28x64xf32>, %w: memref<1x2x1x1x64x32xf32>, %y: memref<1x14x14x64xf32>) {
  tile.conv ins(%x, %w : memref<1x28x28x64xf32>, memref<1x2x1x1x64x32xf32>) outs(%y : memref<1x14x14x64xf32>)
      {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>,
       schedule = #tile.schedule<rows = 14, columns = 32, lanes = 16, row_block = 9, masks = true, parallel = false>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// The taps of a line of the window are one body: three for each of seven sums.
// CHECK-LABEL: depthwise:
// CHECK: Inner Loop Header: Depth={{[45]}}
// CHECK-NOT: {{rsp|vmul|vadd}}
// CHECK-COUNT-21: vfmadd231ps {{.*}}%zmm
// CHECK-NOT: {{rsp|vfmadd|vmul|vadd}}
// CHECK: j{{n?e|b}}
func.func @depthwise(%x: memref<1x16x16x64xf32>, %w: memref<3x3x64xf32>, %y: memref<1x14x14x64xf32>) {
  tile.depthwise_conv ins(%x, %w : memref<1x16x16x64xf32>, memref<3x3x64xf32>) outs(%y : memref<1x14x14x64xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>,
       schedule = #tile.schedule<rows = 7, columns = 16, lanes = 16, unroll = 3, row_block = 9, masks = true, parallel = false>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Groups of four channels, four of them in a vector: each vector of the input meets four of weights, nothing is shuffled.
// CHECK-LABEL: merged:
// CHECK: Inner Loop Header
// CHECK-NOT: {{rsp|vmul|vadd|vperm|vshuf|vbroadcast}}
// CHECK-COUNT-24: vfmadd231ps {{.*}}%zmm
// CHECK-NOT: {{rsp|vfmadd|vmul|vadd|vperm|vshuf|vbroadcast}}
// CHECK: j{{n?e|b}}
func.func @merged(%x: memref<1x28x35x64xf32>, %w: memref<4x1x1x12x1x4x16xf32>, %y: memref<1x28x24x64xf32>) {
  tile.conv ins(%x, %w : memref<1x28x35x64xf32>, memref<4x1x1x12x1x4x16xf32>) outs(%y : memref<1x28x24x64xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>, packed_depth = 16 : i64,
       merged_groups = 4 : i64,
       schedule = #tile.schedule<rows = 6, columns = 4, lanes = 1, row_block = 1, masks = true, parallel = false>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// Panels of four vectors, the last one of three.
// CHECK-LABEL: narrow_panel:
// CHECK: Inner Loop Header
// CHECK-NOT: {{rsp|vmul|vadd}}
// CHECK-COUNT-18: vfmadd231ps {{.*}}%zmm
// CHECK-NOT: {{rsp|vfmadd|vmul|vadd}}
// CHECK: j{{n?e|b}}
// CHECK: Inner Loop Header
// CHECK-NOT: {{rsp|vmul|vadd}}
// CHECK-COUNT-24: vfmadd231ps {{.*}}%zmm
// CHECK-NOT: {{rsp|vfmadd|vmul|vadd}}
// CHECK: j{{n?e|b}}
func.func @narrow_panel(%a: memref<78x300xf32>, %b: memref<2x300x64xf32>, %out: memref<78x112xf32>) {
  tile.matmul packed ins(%a, %b : memref<78x300xf32>, memref<2x300x64xf32>) outs(%out : memref<78x112xf32>)
      {schedule = #tile.schedule<rows = 6, columns = 64, lanes = 16, masks = true, parallel = false>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
