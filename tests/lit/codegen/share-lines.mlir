// RUN: ingot-opt %s --split-input-file --share-lines --canonicalize --cse | FileCheck %s

// Threads share the lines of the result. Each widens those that its windows reach, one more before and behind, into
// memory of its own, filters that, and narrows what it has filtered. The sum of both comes in the same rows.
// CHECK-LABEL: func.func private @widen_depthwise_conv_matmul(
// CHECK-SAME: %{{.*}}: !llvm.ptr, %[[X:.*]]: memref<196x64xf32>, %[[W:.*]]: memref<6x4x2x3x16x16xi32>, %[[BIAS:.*]]: memref<384xf32>, %[[TAPS:.*]]: memref<3x3x384xf32>, %[[FILTERED:.*]]: memref<1x14x14x384xf32>, %[[V:.*]]: memref<2x2x12x3x16x16xi32>, %[[OUT:.*]]: memref<196x64xf32>, %[[OTHER:.*]]: memref<196x64xf32>) attributes {rt.kernel}
// CHECK: rt.ranges
// CHECK: ^bb0(%[[BEGIN:.*]]: index, %[[END:.*]]: index):
// CHECK: %[[MEMORY:.*]] = memref.alloca() {alignment = 64 : i64} : memref<1x14x14x384xf32>
// CHECK: arith.subi %{{.*}}, %c1
// CHECK: arith.maxsi %{{.*}}, %c0
// CHECK: %[[FIRST:.*]] = arith.minsi %{{.*}}, %c14
// CHECK: arith.addi %{{.*}}, %c1
// CHECK: %[[LAST:.*]] = arith.minsi
// CHECK: scf.execute_region no_inline {
// CHECK: %[[ROW:.*]] = arith.muli %[[FIRST]], %c14
// CHECK: %[[COUNT:.*]] = arith.muli %{{.*}}, %c14
// CHECK: %[[TO:.*]] = memref.subview %{{.*}}[%[[ROW]], 0] [%[[COUNT]], 384]
// CHECK: %[[OF_ALL:.*]] = arith.addi %{{.*}}, %[[ROW]]
// CHECK: %[[FROM:.*]] = memref.subview %[[X]][%[[OF_ALL]], 0] [%[[COUNT]], 64]
// CHECK: tile.matmul packed ins(%[[FROM]], %[[W]] {{.*}} outs(%[[TO]]
// CHECK: scf.execute_region no_inline {
// CHECK: %[[LINES:.*]] = memref.subview %[[FILTERED]][%{{.*}}, %{{.*}}, 0, 0] [1, %{{.*}}, 14, 384]
// CHECK: tile.depthwise_conv ins(%[[MEMORY]], %[[TAPS]] {{.*}} outs(%[[LINES]] {{.*}} dynamic_pads(
// CHECK: scf.execute_region no_inline {
// CHECK: %[[ROWS:.*]] = memref.subview %[[OUT]][%{{.*}}, 0] [%{{.*}}, 64]
// CHECK: %[[MORE:.*]] = memref.subview %[[OTHER]]
// CHECK: tile.matmul packed ins(%{{.*}}, %[[V]] {{.*}} outs(%[[ROWS]] {{.*}} extras(%[[MORE]]
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, amx_bf16 = true, l2 = 2097152>} {
func.func private @widen(%ctx: !llvm.ptr, %a: memref<196x64xf32>, %w: memref<6x4x2x3x16x16xi32>, %out: memref<196x384xf32>, %bias: memref<384xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<196x64xf32>, memref<6x4x2x3x16x16xi32>) outs(%out : memref<196x384xf32>) extras(%bias : memref<384xf32>) {bf16_pieces, extra_maps = [affine_map<(d0, d1) -> (d1)>]} epilogue {
  ^bb0(%sum: f32, %b: f32):
    %0 = arith.addf %sum, %b : f32
    tile.yield %0 : f32
  }
  return
}
func.func private @filter(%ctx: !llvm.ptr, %a: memref<1x14x14x384xf32>, %w: memref<3x3x384xf32>, %out: memref<1x14x14x384xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<1x14x14x384xf32>, memref<3x3x384xf32>) outs(%out : memref<1x14x14x384xf32>) {dilations = array<i64: 1, 1>, extra_maps = [], pads = array<i64: 1, 1>, strides = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @narrow(%ctx: !llvm.ptr, %a: memref<196x384xf32>, %w: memref<2x2x12x3x16x16xi32>, %out: memref<196x64xf32>, %other: memref<196x64xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<196x384xf32>, memref<2x2x12x3x16x16xi32>) outs(%out : memref<196x64xf32>) extras(%other : memref<196x64xf32>) {bf16_pieces, extra_maps = [affine_map<(d0, d1) -> (d0, d1)>]} epilogue {
  ^bb0(%sum: f32, %b: f32):
    %0 = arith.addf %sum, %b : f32
    tile.yield %0 : f32
  }
  return
}
// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[CTX:.*]]: !llvm.ptr, %[[IN:[a-z0-9]+]]: memref<196x64xf32>
// CHECK: %[[ALLOC:.*]] = memref.alloc() : memref<1x14x14x384xf32>
// CHECK-NOT: memref.alloc
// CHECK: call @widen_depthwise_conv_matmul(%[[CTX]], %[[IN]], %{{.*}}, %{{.*}}, %{{.*}}, %[[ALLOC]], %{{.*}}, %{{.*}}, %[[IN]]) {rt.source = "Conv_0 Conv_1 Conv_2"}
// CHECK-NEXT: return
func.func @main(%ctx: !llvm.ptr, %x: memref<196x64xf32>, %w: memref<6x4x2x3x16x16xi32>, %bias: memref<384xf32>, %taps: memref<3x3x384xf32>, %v: memref<2x2x12x3x16x16xi32>, %y: memref<196x64xf32>) attributes {rt.entry} {
  %wide = memref.alloc() : memref<1x14x14x384xf32>
  %wide_rows = memref.collapse_shape %wide [[0, 1, 2], [3]] : memref<1x14x14x384xf32> into memref<196x384xf32>
  call @widen(%ctx, %x, %w, %wide_rows, %bias) {rt.source = "Conv_0"} : (!llvm.ptr, memref<196x64xf32>, memref<6x4x2x3x16x16xi32>, memref<196x384xf32>, memref<384xf32>) -> ()
  %filtered = memref.alloc() : memref<1x14x14x384xf32>
  call @filter(%ctx, %wide, %taps, %filtered) {rt.source = "Conv_1"} : (!llvm.ptr, memref<1x14x14x384xf32>, memref<3x3x384xf32>, memref<1x14x14x384xf32>) -> ()
  %rows = memref.collapse_shape %filtered [[0, 1, 2], [3]] : memref<1x14x14x384xf32> into memref<196x384xf32>
  call @narrow(%ctx, %rows, %v, %y, %x) {rt.source = "Conv_2"} : (!llvm.ptr, memref<196x384xf32>, memref<2x2x12x3x16x16xi32>, memref<196x64xf32>, memref<196x64xf32>) -> ()
  return
}
}

// -----
// Of images whose number is not known, windows of every other line, two lines apart, and nothing narrow behind.
// CHECK-LABEL: func.func private @widen_depthwise_conv(
// CHECK: rt.ranges
// CHECK: scf.for %[[IMAGE:.*]] =
// CHECK: memref.alloca() {alignment = 64 : i64} : memref<1x14x14x384xf32>
// CHECK: memref.subview %{{.*}}[%[[IMAGE]], %{{.*}}, 0, 0] [1, %{{.*}}, 7, 384]
// CHECK: tile.depthwise_conv {{.*}} dynamic_pads({{.*}}dilations = array<i64: 2, 2>
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, amx_bf16 = true, l2 = 2097152>} {
func.func private @widen(%ctx: !llvm.ptr, %a: memref<?x64xf32>, %w: memref<6x4x2x3x16x16xi32>, %out: memref<?x384xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<?x64xf32>, memref<6x4x2x3x16x16xi32>) outs(%out : memref<?x384xf32>) {bf16_pieces, extra_maps = []} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @filter(%ctx: !llvm.ptr, %a: memref<?x14x14x384xf32>, %w: memref<3x3x384xf32>, %out: memref<?x7x7x384xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<?x14x14x384xf32>, memref<3x3x384xf32>) outs(%out : memref<?x7x7x384xf32>) {dilations = array<i64: 2, 2>, extra_maps = [], pads = array<i64: 2, 2>, strides = array<i64: 2, 2>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func @main(%ctx: !llvm.ptr, %n: index, %x: memref<?x64xf32>, %w: memref<6x4x2x3x16x16xi32>, %taps: memref<3x3x384xf32>, %y: memref<?x7x7x384xf32>) attributes {rt.entry} {
  %wide = memref.alloc(%n) : memref<?x14x14x384xf32>
  %rows = memref.collapse_shape %wide [[0, 1, 2], [3]] : memref<?x14x14x384xf32> into memref<?x384xf32>
  call @widen(%ctx, %x, %w, %rows) : (!llvm.ptr, memref<?x64xf32>, memref<6x4x2x3x16x16xi32>, memref<?x384xf32>) -> ()
  call @filter(%ctx, %wide, %taps, %y) : (!llvm.ptr, memref<?x14x14x384xf32>, memref<3x3x384xf32>, memref<?x7x7x384xf32>) -> ()
  return
}
}

// -----
// The wide image is the filter's input, read where it lies: it costs too much to compute a line twice.
// CHECK-LABEL: func.func private @filter_matmul(
// CHECK-NOT: memref.alloca
// CHECK: %[[WIDE:.*]] = memref.subview %arg1[%{{.*}}, 0, 0, 0] [1, 14, 14, 384]
// CHECK: tile.depthwise_conv ins(%[[WIDE]],
// CHECK: tile.matmul
// CHECK-LABEL: func.func @main
// CHECK: call @widen(
// CHECK: call @filter_matmul(
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, amx_bf16 = true, l2 = 2097152>} {
func.func private @widen(%ctx: !llvm.ptr, %a: memref<196x192xf32>, %w: memref<6x4x6x3x16x16xi32>, %out: memref<196x384xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<196x192xf32>, memref<6x4x6x3x16x16xi32>) outs(%out : memref<196x384xf32>) {bf16_pieces, extra_maps = []} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @filter(%ctx: !llvm.ptr, %a: memref<1x14x14x384xf32>, %w: memref<3x3x384xf32>, %out: memref<1x14x14x384xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<1x14x14x384xf32>, memref<3x3x384xf32>) outs(%out : memref<1x14x14x384xf32>) {dilations = array<i64: 1, 1>, extra_maps = [], pads = array<i64: 1, 1>, strides = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @narrow(%ctx: !llvm.ptr, %a: memref<196x384xf32>, %w: memref<2x2x12x3x16x16xi32>, %out: memref<196x64xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<196x384xf32>, memref<2x2x12x3x16x16xi32>) outs(%out : memref<196x64xf32>) {bf16_pieces, extra_maps = []} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func @main(%ctx: !llvm.ptr, %x: memref<196x192xf32>, %w: memref<6x4x6x3x16x16xi32>, %taps: memref<3x3x384xf32>, %v: memref<2x2x12x3x16x16xi32>, %y: memref<196x64xf32>) attributes {rt.entry} {
  %wide = memref.alloc() : memref<1x14x14x384xf32>
  %wide_rows = memref.collapse_shape %wide [[0, 1, 2], [3]] : memref<1x14x14x384xf32> into memref<196x384xf32>
  call @widen(%ctx, %x, %w, %wide_rows) : (!llvm.ptr, memref<196x192xf32>, memref<6x4x6x3x16x16xi32>, memref<196x384xf32>) -> ()
  %filtered = memref.alloc() : memref<1x14x14x384xf32>
  call @filter(%ctx, %wide, %taps, %filtered) : (!llvm.ptr, memref<1x14x14x384xf32>, memref<3x3x384xf32>, memref<1x14x14x384xf32>) -> ()
  %rows = memref.collapse_shape %filtered [[0, 1, 2], [3]] : memref<1x14x14x384xf32> into memref<196x384xf32>
  call @narrow(%ctx, %rows, %v, %y) : (!llvm.ptr, memref<196x384xf32>, memref<2x2x12x3x16x16xi32>, memref<196x64xf32>) -> ()
  return
}
}

// -----
// Read once more; by weights that are no pieces; of few positions: none of these is touched.
// CHECK-LABEL: func.func @main
// CHECK: call @widen(
// CHECK-NEXT: call @filter(
// CHECK-NEXT: call @filter(
// CHECK: call @plain(
// CHECK: call @filter(
// CHECK: call @small(
// CHECK: call @small_filter(
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, amx_bf16 = true, l2 = 2097152>} {
func.func private @widen(%ctx: !llvm.ptr, %a: memref<196x64xf32>, %w: memref<6x4x2x3x16x16xi32>, %out: memref<196x384xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<196x64xf32>, memref<6x4x2x3x16x16xi32>) outs(%out : memref<196x384xf32>) {bf16_pieces, extra_maps = []} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @plain(%ctx: !llvm.ptr, %a: memref<196x64xf32>, %w: memref<6x64x64xf32>, %out: memref<196x384xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<196x64xf32>, memref<6x64x64xf32>) outs(%out : memref<196x384xf32>) {extra_maps = []} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @small(%ctx: !llvm.ptr, %a: memref<49x64xf32>, %w: memref<6x4x2x3x16x16xi32>, %out: memref<49x384xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<49x64xf32>, memref<6x4x2x3x16x16xi32>) outs(%out : memref<49x384xf32>) {bf16_pieces, extra_maps = []} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @filter(%ctx: !llvm.ptr, %a: memref<1x14x14x384xf32>, %w: memref<3x3x384xf32>, %out: memref<1x14x14x384xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<1x14x14x384xf32>, memref<3x3x384xf32>) outs(%out : memref<1x14x14x384xf32>) {dilations = array<i64: 1, 1>, extra_maps = [], pads = array<i64: 1, 1>, strides = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @small_filter(%ctx: !llvm.ptr, %a: memref<1x7x7x384xf32>, %w: memref<3x3x384xf32>, %out: memref<1x7x7x384xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<1x7x7x384xf32>, memref<3x3x384xf32>) outs(%out : memref<1x7x7x384xf32>) {dilations = array<i64: 1, 1>, extra_maps = [], pads = array<i64: 1, 1>, strides = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func @main(%ctx: !llvm.ptr, %x: memref<196x64xf32>, %w: memref<6x4x2x3x16x16xi32>, %p: memref<6x64x64xf32>, %taps: memref<3x3x384xf32>, %s: memref<49x64xf32>, %o0: memref<1x14x14x384xf32>, %o1: memref<1x14x14x384xf32>, %o2: memref<1x14x14x384xf32>, %o3: memref<1x7x7x384xf32>) attributes {rt.entry} {
  %0 = memref.alloc() : memref<1x14x14x384xf32>
  %1 = memref.collapse_shape %0 [[0, 1, 2], [3]] : memref<1x14x14x384xf32> into memref<196x384xf32>
  call @widen(%ctx, %x, %w, %1) : (!llvm.ptr, memref<196x64xf32>, memref<6x4x2x3x16x16xi32>, memref<196x384xf32>) -> ()
  call @filter(%ctx, %0, %taps, %o0) : (!llvm.ptr, memref<1x14x14x384xf32>, memref<3x3x384xf32>, memref<1x14x14x384xf32>) -> ()
  call @filter(%ctx, %0, %taps, %o1) : (!llvm.ptr, memref<1x14x14x384xf32>, memref<3x3x384xf32>, memref<1x14x14x384xf32>) -> ()
  %2 = memref.alloc() : memref<1x14x14x384xf32>
  %3 = memref.collapse_shape %2 [[0, 1, 2], [3]] : memref<1x14x14x384xf32> into memref<196x384xf32>
  call @plain(%ctx, %x, %p, %3) : (!llvm.ptr, memref<196x64xf32>, memref<6x64x64xf32>, memref<196x384xf32>) -> ()
  call @filter(%ctx, %2, %taps, %o2) : (!llvm.ptr, memref<1x14x14x384xf32>, memref<3x3x384xf32>, memref<1x14x14x384xf32>) -> ()
  %4 = memref.alloc() : memref<1x7x7x384xf32>
  %5 = memref.collapse_shape %4 [[0, 1, 2], [3]] : memref<1x7x7x384xf32> into memref<49x384xf32>
  call @small(%ctx, %s, %w, %5) : (!llvm.ptr, memref<49x64xf32>, memref<6x4x2x3x16x16xi32>, memref<49x384xf32>) -> ()
  call @small_filter(%ctx, %4, %taps, %o3) : (!llvm.ptr, memref<1x7x7x384xf32>, memref<3x3x384xf32>, memref<1x7x7x384xf32>) -> ()
  return
}
}

// -----
// A product of each image by itself has no rows of all images.
// CHECK-LABEL: func.func @main
// CHECK: call @widen(
// CHECK: call @filter(
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, amx_bf16 = true, l2 = 2097152>} {
func.func private @widen(%ctx: !llvm.ptr, %a: memref<2x196x64xf32>, %w: memref<6x4x2x3x16x16xi32>, %out: memref<2x196x384xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<2x196x64xf32>, memref<6x4x2x3x16x16xi32>) outs(%out : memref<2x196x384xf32>) {bf16_pieces, extra_maps = []} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @filter(%ctx: !llvm.ptr, %a: memref<2x14x14x384xf32>, %w: memref<3x3x384xf32>, %out: memref<2x14x14x384xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<2x14x14x384xf32>, memref<3x3x384xf32>) outs(%out : memref<2x14x14x384xf32>) {dilations = array<i64: 1, 1>, extra_maps = [], pads = array<i64: 1, 1>, strides = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func @main(%ctx: !llvm.ptr, %x: memref<2x196x64xf32>, %w: memref<6x4x2x3x16x16xi32>, %taps: memref<3x3x384xf32>, %y: memref<2x14x14x384xf32>) attributes {rt.entry} {
  %wide = memref.alloc() : memref<2x14x14x384xf32>
  %rows = memref.collapse_shape %wide [[0], [1, 2], [3]] : memref<2x14x14x384xf32> into memref<2x196x384xf32>
  call @widen(%ctx, %x, %w, %rows) : (!llvm.ptr, memref<2x196x64xf32>, memref<6x4x2x3x16x16xi32>, memref<2x196x384xf32>) -> ()
  call @filter(%ctx, %wide, %taps, %y) : (!llvm.ptr, memref<2x14x14x384xf32>, memref<3x3x384xf32>, memref<2x14x14x384xf32>) -> ()
  return
}
}
