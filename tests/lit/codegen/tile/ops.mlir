// RUN: ingot-opt %s | ingot-opt | FileCheck %s

// CHECK-LABEL: func @matmul_packed
// CHECK: tile.matmul packed ins(%{{.*}}, %{{.*}} : memref<?x64xf32>, memref<2x64x32xf32>)
// CHECK-SAME: outs(%{{.*}} : memref<?x50xf32>) extras(%{{.*}} : memref<50xf32>)
// CHECK-SAME: extra_maps = [#{{.*}}]
func.func @matmul_packed(%a: memref<?x64xf32>, %w: memref<2x64x32xf32>, %bias: memref<50xf32>, %out: memref<?x50xf32>) {
  tile.matmul packed ins(%a, %w : memref<?x64xf32>, memref<2x64x32xf32>) outs(%out : memref<?x50xf32>)
      extras(%bias : memref<50xf32>) {extra_maps = [affine_map<(d0, d1) -> (d1)>]} epilogue {
  ^bb0(%sum: f32, %b: f32):
    %0 = arith.addf %sum, %b : f32
    tile.yield %0 : f32
  }
  return
}

// CHECK-LABEL: func @matmul_quantized
// CHECK: tile.matmul row_major {{.*}} a_zero(%{{.*}} : i32) outs{{.*}} {a_unsigned}
func.func @matmul_quantized(%a: memref<8x?xi8>, %b: memref<?x16xi8>, %zero: i32, %out: memref<8x16xi32>) {
  tile.matmul row_major ins(%a, %b : memref<8x?xi8>, memref<?x16xi8>) a_zero(%zero : i32)
      outs(%out : memref<8x16xi32>) {a_unsigned} epilogue {
  ^bb0(%sum: i32):
    tile.yield %sum : i32
  }
  return
}

// CHECK-LABEL: func @conv
// CHECK: tile.conv ins{{.*}} outs{{.*}} dynamic_pads(%{{.*}})
// CHECK-SAME: schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, unroll = 2>
func.func @conv(%x: memref<1x?x?x64xf32>, %w: memref<1x2x3x3x64x32xf32>, %y: memref<1x?x?x64xf32>, %pad: index) {
  tile.conv ins(%x, %w : memref<1x?x?x64xf32>, memref<1x2x3x3x64x32xf32>) outs(%y : memref<1x?x?x64xf32>)
      dynamic_pads(%pad) {strides = array<i64: 1, 2>, dilations = array<i64: 1, 1>,
                          pads = array<i64: 1, -9223372036854775808>,
                          schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, unroll = 2>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// CHECK-LABEL: func @fixed24_batch
// CHECK: tile.matmul packed ins(%{{.*}}, %{{.*}} : {{.*}}, memref<2x3x16x3x4xi32, strided<[768, 1536, 12, 4, 1]>>)
func.func @fixed24_batch(%a: memref<2x4x16xf32>, %b: memref<2x3x16x3x4xi32, strided<[768, 1536, 12, 4, 1]>>,
                         %out: memref<2x4x48xf32>) {
  tile.matmul packed ins(%a, %b : memref<2x4x16xf32>, memref<2x3x16x3x4xi32, strided<[768, 1536, 12, 4, 1]>>)
      outs(%out : memref<2x4x48xf32>) {fixed24} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// CHECK-LABEL: func @depthwise
// CHECK: tile.depthwise_conv
func.func @depthwise(%x: memref<?x16x24xf16>, %w: memref<3x24xf16>, %y: memref<?x16x24xf16>) {
  tile.depthwise_conv ins(%x, %w : memref<?x16x24xf16>, memref<3x24xf16>) outs(%y : memref<?x16x24xf16>)
      {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1>} epilogue {
  ^bb0(%sum: f32):
    %0 = arith.truncf %sum : f32 to f16
    tile.yield %0 : f16
  }
  return
}
