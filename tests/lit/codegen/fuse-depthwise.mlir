// RUN: ingot-opt %s --split-input-file --fuse-depthwise --canonicalize --cse | FileCheck %s

// A quarter of the lines and a panel of channels are a piece: 16 of the product's lines reach 14 of the filter's. Their
// window stays in the first cache, so they go line by line. What the first line needs comes ahead; one more, as the last
// block's memory begins a line in front of its window. There, the product ends a line early: at its last.
// CHECK-LABEL: func.func private @k0_conv1x1_depthwise_conv(
// CHECK-SAME: %{{.*}}: !llvm.ptr, %[[A:.*]]: memref<3136x24xf32>, %[[W:.*]]: memref<3x24x48xf32>, %[[BIAS:.*]]: memref<144xf32>, %[[TAPS:.*]]: memref<3x3x144xf32>, %[[OUT:.*]]: memref<1x56x56x144xf32>, %[[OTHER:.*]]: memref<1x56x56x144xf32>) attributes {rt.kernel}
// CHECK: scf.forall (%[[LINES:.*]], %[[CHANNELS:.*]]) in (4, 3)
// CHECK-DAG: %[[PIECE:.*]] = memref.alloca() {alignment = 64 : i64} : memref<1x16x56x48xf32>
// CHECK: scf.execute_region no_inline {
// CHECK: memref.subview %[[A]][%{{.*}}, 0] [168, 24]
// CHECK: tile.matmul
// CHECK: scf.for %[[LINE:.*]] = %c0 to %c14 step %c1 {
// CHECK: %[[NEXT:.*]] = arith.addi %[[LINE]], %c3
// CHECK: arith.minsi %[[NEXT]], %c15
// CHECK: scf.execute_region no_inline {
// CHECK: %[[ROWS:.*]] = memref.subview %[[A]][%{{.*}}, 0] [56, 24]
// CHECK: %[[PANELS:.*]] = memref.subview %[[W]][%{{.*}}, 0, 0]
// CHECK: %[[FLAT:.*]] = memref.collapse_shape %[[PIECE]]
// CHECK: %[[LINE:.*]] = memref.subview %[[FLAT]][%{{.*}}, 0] [56, 48]
// CHECK: %[[CUT:.*]] = memref.subview %[[BIAS]]
// CHECK: tile.matmul packed ins(%[[ROWS]], %[[PANELS]] {{.*}} outs(%[[LINE]] {{.*}} extras(%[[CUT]]
// CHECK: scf.execute_region no_inline {
// CHECK: %[[TAP:.*]] = memref.subview %[[TAPS]][0, 0, %{{.*}}]
// CHECK: %[[PART:.*]] = memref.subview %[[OUT]][0, %{{.*}}, 0, %{{.*}}] [1, 1, 56, 48]
// CHECK: %[[MORE:.*]] = memref.subview %[[OTHER]][0, %{{.*}}, 0, %{{.*}}]
// CHECK: tile.depthwise_conv ins(%[[PIECE]], %[[TAP]] {{.*}} outs(%[[PART]] {{.*}} extras(%[[MORE]] {{.*}} dynamic_pads(
func.func private @k0_conv1x1(%ctx: !llvm.ptr, %a: memref<3136x24xf32>, %w: memref<3x24x48xf32>, %out: memref<3136x144xf32>, %bias: memref<144xf32>) attributes {rt.kernel} {
  %zero = arith.constant 0.0 : f32
  tile.matmul packed ins(%a, %w : memref<3136x24xf32>, memref<3x24x48xf32>) outs(%out : memref<3136x144xf32>) extras(%bias : memref<144xf32>) {extra_maps = [affine_map<(d0, d1) -> (d1)>]} epilogue {
  ^bb0(%sum: f32, %b: f32):
    %0 = arith.addf %sum, %b : f32
    %1 = arith.maximumf %0, %zero : f32
    tile.yield %1 : f32
  }
  return
}
func.func private @k1_depthwise_conv(%ctx: !llvm.ptr, %a: memref<1x56x56x144xf32>, %w: memref<3x3x144xf32>, %out: memref<1x56x56x144xf32>, %other: memref<1x56x56x144xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<1x56x56x144xf32>, memref<3x3x144xf32>) outs(%out : memref<1x56x56x144xf32>) extras(%other : memref<1x56x56x144xf32>) {dilations = array<i64: 1, 1>, extra_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], pads = array<i64: 1, 1>, strides = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32, %b: f32):
    %0 = arith.addf %sum, %b : f32
    tile.yield %0 : f32
  }
  return
}
// CHECK-LABEL: func.func @main
// CHECK-NOT: memref.alloc
// CHECK: call @k0_conv1x1_depthwise_conv(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) {rt.source = "Conv_0 Relu_1 Conv_2 Add_3"}
// CHECK-NEXT: return
func.func @main(%ctx: !llvm.ptr, %a: memref<3136x24xf32>, %w: memref<3x24x48xf32>, %bias: memref<144xf32>, %taps: memref<3x3x144xf32>, %out: memref<1x56x56x144xf32>, %other: memref<1x56x56x144xf32>) attributes {rt.entry} {
  %whole = memref.alloc() : memref<1x56x56x144xf32>
  %rows = memref.collapse_shape %whole [[0, 1, 2], [3]] : memref<1x56x56x144xf32> into memref<3136x144xf32>
  call @k0_conv1x1(%ctx, %a, %w, %rows, %bias) {rt.source = "Conv_0 Relu_1"} : (!llvm.ptr, memref<3136x24xf32>, memref<3x24x48xf32>, memref<3136x144xf32>, memref<144xf32>) -> ()
  call @k1_depthwise_conv(%ctx, %whole, %taps, %out, %other) {rt.source = "Conv_2 Add_3"} : (!llvm.ptr, memref<1x56x56x144xf32>, memref<3x3x144xf32>, memref<1x56x56x144xf32>, memref<1x56x56x144xf32>) -> ()
  return
}

// -----
// Lines of 32 channels are too much for the first cache: a piece's product is whole before the filter begins.
// The panes of a convolution's input go with the images of a batch whose size is not known.
// CHECK-LABEL: func.func private @k0_conv_depthwise_conv(
// CHECK: scf.forall (%[[IMAGE:.*]], %{{.*}}) in (%{{.*}}, {{[0-9]+}}) {
// CHECK-NOT: scf.for
// CHECK: memref.subview %{{.*}}[%[[IMAGE]], 0, 0, 0] [1, 112, 112, 8]
// CHECK: tile.conv {{.*}} dynamic_pads(
// CHECK: tile.depthwise_conv {{.*}} dynamic_pads({{.*}} strides = array<i64: 2, 2>
func.func private @k0_conv(%ctx: !llvm.ptr, %a: memref<?x112x112x8xf32>, %w: memref<1x1x3x3x8x32xf32>, %out: memref<?x112x112x32xf32>) attributes {rt.kernel} {
  tile.conv ins(%a, %w : memref<?x112x112x8xf32>, memref<1x1x3x3x8x32xf32>) outs(%out : memref<?x112x112x32xf32>) {dilations = array<i64: 1, 1>, extra_maps = [], pads = array<i64: 1, 1>, strides = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @k1_depthwise_conv(%ctx: !llvm.ptr, %a: memref<?x112x112x32xf32>, %w: memref<3x3x32xf32>, %out: memref<?x56x56x32xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<?x112x112x32xf32>, memref<3x3x32xf32>) outs(%out : memref<?x56x56x32xf32>) {dilations = array<i64: 1, 1>, extra_maps = [], pads = array<i64: 1, 1>, strides = array<i64: 2, 2>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func @main(%ctx: !llvm.ptr, %n: index, %a: memref<?x112x112x8xf32>, %w: memref<1x1x3x3x8x32xf32>, %taps: memref<3x3x32xf32>, %out: memref<?x56x56x32xf32>) attributes {rt.entry} {
  %whole = memref.alloc(%n) : memref<?x112x112x32xf32>
  call @k0_conv(%ctx, %a, %w, %whole) : (!llvm.ptr, memref<?x112x112x8xf32>, memref<1x1x3x3x8x32xf32>, memref<?x112x112x32xf32>) -> ()
  call @k1_depthwise_conv(%ctx, %whole, %taps, %out) : (!llvm.ptr, memref<?x112x112x32xf32>, memref<3x3x32xf32>, memref<?x56x56x32xf32>) -> ()
  return
}

// -----
// Small beside the cache; read once more; cut between panels; of more channels than it reads: none of these is touched.
// CHECK-LABEL: func.func private @small
// CHECK-NOT: _depthwise_conv(
// CHECK-NOT: scf.forall
func.func private @small(%ctx: !llvm.ptr, %a: memref<49x24xf32>, %w: memref<3x24x48xf32>, %out: memref<49x144xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<49x24xf32>, memref<3x24x48xf32>) outs(%out : memref<49x144xf32>) {extra_maps = []} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @small_filter(%ctx: !llvm.ptr, %a: memref<1x7x7x144xf32>, %w: memref<3x3x144xf32>, %out: memref<1x7x7x144xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<1x7x7x144xf32>, memref<3x3x144xf32>) outs(%out : memref<1x7x7x144xf32>) {dilations = array<i64: 1, 1>, extra_maps = [], pads = array<i64: 1, 1>, strides = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @large(%ctx: !llvm.ptr, %a: memref<3136x24xf32>, %w: memref<3x24x48xf32>, %out: memref<3136x144xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<3136x24xf32>, memref<3x24x48xf32>) outs(%out : memref<3136x144xf32>) {extra_maps = []} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @ragged(%ctx: !llvm.ptr, %a: memref<3136x24xf32>, %w: memref<5x24x32xf32>, %out: memref<3136x144xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<3136x24xf32>, memref<5x24x32xf32>) outs(%out : memref<3136x144xf32>) {extra_maps = []} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @large_filter(%ctx: !llvm.ptr, %a: memref<1x56x56x144xf32>, %w: memref<3x3x144xf32>, %out: memref<1x56x56x144xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<1x56x56x144xf32>, memref<3x3x144xf32>) outs(%out : memref<1x56x56x144xf32>) {dilations = array<i64: 1, 1>, extra_maps = [], pads = array<i64: 1, 1>, strides = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @wide_filter(%ctx: !llvm.ptr, %a: memref<1x56x56x144xf32>, %w: memref<3x3x288xf32>, %out: memref<1x56x56x288xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<1x56x56x144xf32>, memref<3x3x288xf32>) outs(%out : memref<1x56x56x288xf32>) {dilations = array<i64: 1, 1>, extra_maps = [], pads = array<i64: 1, 1>, strides = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
// CHECK-LABEL: func.func @main
// CHECK: call @small(
// CHECK: call @small_filter(
// CHECK: call @large(
// CHECK: call @large_filter(
// CHECK: call @large_filter(
// CHECK: call @ragged(
// CHECK: call @large_filter(
// CHECK: call @large(
// CHECK: call @wide_filter(
func.func @main(%ctx: !llvm.ptr, %s: memref<49x24xf32>, %a: memref<3136x24xf32>, %w: memref<3x24x48xf32>, %r: memref<5x24x32xf32>, %taps: memref<3x3x144xf32>, %so: memref<1x7x7x144xf32>, %o0: memref<1x56x56x144xf32>, %o1: memref<1x56x56x144xf32>, %o2: memref<1x56x56x144xf32>, %two: memref<3x3x288xf32>, %o3: memref<1x56x56x288xf32>) attributes {rt.entry} {
  %0 = memref.alloc() : memref<1x7x7x144xf32>
  %1 = memref.collapse_shape %0 [[0, 1, 2], [3]] : memref<1x7x7x144xf32> into memref<49x144xf32>
  call @small(%ctx, %s, %w, %1) : (!llvm.ptr, memref<49x24xf32>, memref<3x24x48xf32>, memref<49x144xf32>) -> ()
  call @small_filter(%ctx, %0, %taps, %so) : (!llvm.ptr, memref<1x7x7x144xf32>, memref<3x3x144xf32>, memref<1x7x7x144xf32>) -> ()
  %2 = memref.alloc() : memref<1x56x56x144xf32>
  %3 = memref.collapse_shape %2 [[0, 1, 2], [3]] : memref<1x56x56x144xf32> into memref<3136x144xf32>
  call @large(%ctx, %a, %w, %3) : (!llvm.ptr, memref<3136x24xf32>, memref<3x24x48xf32>, memref<3136x144xf32>) -> ()
  call @large_filter(%ctx, %2, %taps, %o0) : (!llvm.ptr, memref<1x56x56x144xf32>, memref<3x3x144xf32>, memref<1x56x56x144xf32>) -> ()
  call @large_filter(%ctx, %2, %taps, %o1) : (!llvm.ptr, memref<1x56x56x144xf32>, memref<3x3x144xf32>, memref<1x56x56x144xf32>) -> ()
  %4 = memref.alloc() : memref<1x56x56x144xf32>
  %5 = memref.collapse_shape %4 [[0, 1, 2], [3]] : memref<1x56x56x144xf32> into memref<3136x144xf32>
  call @ragged(%ctx, %a, %r, %5) : (!llvm.ptr, memref<3136x24xf32>, memref<5x24x32xf32>, memref<3136x144xf32>) -> ()
  call @large_filter(%ctx, %4, %taps, %o2) : (!llvm.ptr, memref<1x56x56x144xf32>, memref<3x3x144xf32>, memref<1x56x56x144xf32>) -> ()
  %6 = memref.alloc() : memref<1x56x56x144xf32>
  %7 = memref.collapse_shape %6 [[0, 1, 2], [3]] : memref<1x56x56x144xf32> into memref<3136x144xf32>
  call @large(%ctx, %a, %w, %7) : (!llvm.ptr, memref<3136x24xf32>, memref<3x24x48xf32>, memref<3136x144xf32>) -> ()
  call @wide_filter(%ctx, %6, %two, %o3) : (!llvm.ptr, memref<1x56x56x144xf32>, memref<3x3x288xf32>, memref<1x56x56x288xf32>) -> ()
  return
}

// -----

// Three pieces of channels would do nothing twice, but are no equal shares for two threads: each gets half of the lines,
// which reach one line over the middle.
// CHECK-LABEL: func.func private @k0_conv1x1_depthwise_conv(
// CHECK: scf.forall (%{{.*}}, %{{.*}}) in (2, 3) {
// CHECK: memref.alloca() {{.*}} : memref<1x29x56x48xf32>
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, l2 = 2097152>} {
func.func private @k0_conv1x1(%ctx: !llvm.ptr, %a: memref<3136x24xf32>, %w: memref<3x24x48xf32>, %out: memref<3136x144xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<3136x24xf32>, memref<3x24x48xf32>) outs(%out : memref<3136x144xf32>) {extra_maps = []} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @k1_depthwise_conv(%ctx: !llvm.ptr, %a: memref<1x56x56x144xf32>, %w: memref<3x3x144xf32>, %out: memref<1x56x56x144xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<1x56x56x144xf32>, memref<3x3x144xf32>) outs(%out : memref<1x56x56x144xf32>) {dilations = array<i64: 1, 1>, extra_maps = [], pads = array<i64: 1, 1>, strides = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func @main(%ctx: !llvm.ptr, %a: memref<3136x24xf32>, %w: memref<3x24x48xf32>, %taps: memref<3x3x144xf32>, %out: memref<1x56x56x144xf32>) attributes {rt.entry} {
  %whole = memref.alloc() : memref<1x56x56x144xf32>
  %rows = memref.collapse_shape %whole [[0, 1, 2], [3]] : memref<1x56x56x144xf32> into memref<3136x144xf32>
  call @k0_conv1x1(%ctx, %a, %w, %rows) : (!llvm.ptr, memref<3136x24xf32>, memref<3x24x48xf32>, memref<3136x144xf32>) -> ()
  call @k1_depthwise_conv(%ctx, %whole, %taps, %out) : (!llvm.ptr, memref<1x56x56x144xf32>, memref<3x3x144xf32>, memref<1x56x56x144xf32>) -> ()
  return
}
}
