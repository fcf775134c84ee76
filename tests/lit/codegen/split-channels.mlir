// RUN: ingot-opt %s --split-input-file --split-channels --canonicalize --cse | FileCheck %s

// The wide image becomes two of half the channels; threads share these and halves of each; the narrow product is a sum.
// CHECK-LABEL: func.func private @expand(
// CHECK-SAME: %{{.*}}: !llvm.ptr, %[[X:.*]]: memref<49x160xf32>, %[[W:.*]]: memref<30x160x32xf32>, %[[WIDE:.*]]: memref<2x49x480xf32>, %[[BIAS:.*]]: memref<960xf32>, %[[SCALE:.*]]: memref<f32>)
// CHECK: %[[HALVES:.*]] = memref.reinterpret_cast %[[W]] to offset: [0], sizes: [2, 15, 160, 32]
// CHECK: %[[BIASES:.*]] = memref.reinterpret_cast %[[BIAS]] to offset: [0], sizes: [2, 480]
// CHECK: tile.matmul packed ins(%[[X]], %[[HALVES]] {{.*}} outs(%[[WIDE]] {{.*}} extras(%[[BIASES]], %[[SCALE]]
// CHECK-SAME: extra_maps = [#[[CHANNEL:.*]], #[[NONE:.*]]]
func.func private @expand(%ctx: !llvm.ptr, %a: memref<49x160xf32>, %w: memref<30x160x32xf32>, %out: memref<49x960xf32>, %bias: memref<960xf32>, %scale: memref<f32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<49x160xf32>, memref<30x160x32xf32>) outs(%out : memref<49x960xf32>) extras(%bias, %scale : memref<960xf32>, memref<f32>) {extra_maps = [affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> ()>]} epilogue {
  ^bb0(%sum: f32, %b: f32, %s: f32):
    %0 = arith.addf %sum, %b : f32
    %1 = arith.mulf %0, %s : f32
    tile.yield %1 : f32
  }
  return
}
// CHECK-LABEL: func.func private @filter(
// CHECK-SAME: %{{.*}}: !llvm.ptr, %[[WIDE:.*]]: memref<2x7x7x480xf32>, %[[TAPS:.*]]: memref<3x3x960xf32>, %[[OUT:.*]]: memref<2x7x7x480xf32>, %[[BIAS:.*]]: memref<960xf32>)
// CHECK: scf.forall (%[[PART:.*]], %[[SHARE:.*]]) in (2, 2) {
// CHECK-DAG: %[[CHANNEL:.*]] = arith.muli %[[SHARE]], %c240
// CHECK-DAG: %[[FIRST:.*]] = arith.muli %[[PART]], %c480
// CHECK: %[[OF_ALL:.*]] = arith.addi %[[FIRST]], %[[CHANNEL]]
// CHECK-DAG: %[[IN:.*]] = memref.subview %[[WIDE]][%[[PART]], 0, 0, %[[CHANNEL]]] [1, 7, 7, 240]
// CHECK-DAG: %[[TO:.*]] = memref.subview %[[OUT]][%[[PART]], 0, 0, %[[CHANNEL]]] [1, 7, 7, 240]
// CHECK-DAG: %[[CUT:.*]] = memref.subview %[[TAPS]][0, 0, %[[OF_ALL]]] [3, 3, 240]
// CHECK-DAG: %[[BIASES:.*]] = memref.subview %[[BIAS]][%[[OF_ALL]]] [240]
// CHECK: tile.depthwise_conv ins(%[[IN]], %[[CUT]] {{.*}} outs(%[[TO]] {{.*}} extras(%[[BIASES]]
func.func private @filter(%ctx: !llvm.ptr, %a: memref<1x7x7x960xf32>, %w: memref<3x3x960xf32>, %out: memref<1x7x7x960xf32>, %bias: memref<960xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<1x7x7x960xf32>, memref<3x3x960xf32>) outs(%out : memref<1x7x7x960xf32>) extras(%bias : memref<960xf32>) {dilations = array<i64: 1, 1>, extra_maps = [affine_map<(d0, d1, d2, d3) -> (d3)>], pads = array<i64: 1, 1>, strides = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32, %b: f32):
    %0 = arith.addf %sum, %b : f32
    tile.yield %0 : f32
  }
  return
}
// CHECK-LABEL: func.func private @project(
// CHECK-SAME: %{{.*}}: !llvm.ptr, %[[A:.*]]: memref<2x49x480xf32>, %[[W:.*]]: memref<5x960x32xf32>, %[[OUT:.*]]: memref<49x160xf32>, %[[OTHER:.*]]: memref<49x160xf32>, %[[SUMS:.*]]: memref<2x49x160xf32>)
// CHECK: %[[STEPS:.*]] = memref.reinterpret_cast %[[W]] to offset: [0], sizes: [2, 5, 480, 32], strides: [15360, 30720, 32, 1]
// CHECK: tile.matmul packed ins(%[[A]], %[[STEPS]] {{.*}} outs(%[[SUMS]]
// CHECK: linalg.generic {{.*}} ins(%[[SUMS]], %[[SUMS]], %[[OTHER]] {{.*}} outs(%[[OUT]]
// CHECK: %[[SUM:.*]] = arith.addf
// CHECK: arith.addf %[[SUM]]
func.func private @project(%ctx: !llvm.ptr, %a: memref<49x960xf32>, %w: memref<5x960x32xf32>, %out: memref<49x160xf32>, %other: memref<49x160xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<49x960xf32>, memref<5x960x32xf32>) outs(%out : memref<49x160xf32>) extras(%other : memref<49x160xf32>) {extra_maps = [affine_map<(d0, d1) -> (d0, d1)>]} epilogue {
  ^bb0(%sum: f32, %b: f32):
    %0 = arith.addf %sum, %b : f32
    tile.yield %0 : f32
  }
  return
}
// CHECK-LABEL: func.func @main(
// CHECK: %[[WIDE:.*]] = memref.alloc() : memref<2x7x7x480xf32>
// CHECK: %[[WIDE_ROWS:.*]] = memref.collapse_shape %[[WIDE]] {{\[}}[0], [1, 2], [3]]
// CHECK: %[[FILTERED:.*]] = memref.alloc() : memref<2x7x7x480xf32>
// CHECK: %[[ROWS:.*]] = memref.collapse_shape %[[FILTERED]] {{\[}}[0], [1, 2], [3]]
// CHECK: call @expand(%{{.*}}, %{{.*}}, %{{.*}}, %[[WIDE_ROWS]], %{{.*}}, %{{.*}})
// CHECK: call @filter(%{{.*}}, %[[WIDE]], %{{.*}}, %[[FILTERED]], %{{.*}})
// CHECK: %[[SUMS:.*]] = memref.alloc() : memref<2x49x160xf32>
// CHECK: call @project(%{{.*}}, %[[ROWS]], %{{.*}}, %{{.*}}, %{{.*}}, %[[SUMS]]) {rt.inplace = {{\[}}[3, 4]]}
// CHECK: -----
func.func @main(%ctx: !llvm.ptr, %x: memref<49x160xf32>, %w0: memref<30x160x32xf32>, %bias: memref<960xf32>, %scale: memref<f32>, %taps: memref<3x3x960xf32>, %w1: memref<5x960x32xf32>, %out: memref<49x160xf32>) attributes {rt.entry} {
  %wide = memref.alloc() : memref<1x7x7x960xf32>
  %wide_rows = memref.collapse_shape %wide [[0, 1, 2], [3]] : memref<1x7x7x960xf32> into memref<49x960xf32>
  %filtered = memref.alloc() : memref<1x7x7x960xf32>
  %rows = memref.collapse_shape %filtered [[0, 1, 2], [3]] : memref<1x7x7x960xf32> into memref<49x960xf32>
  call @expand(%ctx, %x, %w0, %wide_rows, %bias, %scale) : (!llvm.ptr, memref<49x160xf32>, memref<30x160x32xf32>, memref<49x960xf32>, memref<960xf32>, memref<f32>) -> ()
  call @filter(%ctx, %wide, %taps, %filtered, %bias) : (!llvm.ptr, memref<1x7x7x960xf32>, memref<3x3x960xf32>, memref<1x7x7x960xf32>, memref<960xf32>) -> ()
  call @project(%ctx, %rows, %w1, %out, %x) {rt.inplace = [[3, 4]]} : (!llvm.ptr, memref<49x960xf32>, memref<5x960x32xf32>, memref<49x160xf32>, memref<49x160xf32>) -> ()
  return
}

// -----
// Not where the filter's epilogue reads an image, nor where somebody else reads the wide one.
// CHECK-NOT: memref<2x
func.func private @expand(%ctx: !llvm.ptr, %a: memref<49x160xf32>, %w: memref<30x160x32xf32>, %out: memref<49x960xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<49x160xf32>, memref<30x160x32xf32>) outs(%out : memref<49x960xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @filter(%ctx: !llvm.ptr, %a: memref<1x7x7x960xf32>, %w: memref<3x3x960xf32>, %out: memref<1x7x7x960xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<1x7x7x960xf32>, memref<3x3x960xf32>) outs(%out : memref<1x7x7x960xf32>) {dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>, strides = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @filter_and_add(%ctx: !llvm.ptr, %a: memref<1x7x7x960xf32>, %w: memref<3x3x960xf32>, %out: memref<1x7x7x960xf32>, %other: memref<1x7x7x960xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<1x7x7x960xf32>, memref<3x3x960xf32>) outs(%out : memref<1x7x7x960xf32>) extras(%other : memref<1x7x7x960xf32>) {dilations = array<i64: 1, 1>, extra_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], pads = array<i64: 1, 1>, strides = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32, %b: f32):
    %0 = arith.addf %sum, %b : f32
    tile.yield %0 : f32
  }
  return
}
func.func private @project(%ctx: !llvm.ptr, %a: memref<49x960xf32>, %w: memref<5x960x32xf32>, %out: memref<49x160xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<49x960xf32>, memref<5x960x32xf32>) outs(%out : memref<49x160xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @read(%ctx: !llvm.ptr, %a: memref<1x7x7x960xf32>) attributes {rt.kernel}
func.func @main(%ctx: !llvm.ptr, %x: memref<49x160xf32>, %w0: memref<30x160x32xf32>, %taps: memref<3x3x960xf32>, %w1: memref<5x960x32xf32>, %other: memref<1x7x7x960xf32>, %out: memref<49x160xf32>) attributes {rt.entry} {
  %wide = memref.alloc() : memref<1x7x7x960xf32>
  %wide_rows = memref.collapse_shape %wide [[0, 1, 2], [3]] : memref<1x7x7x960xf32> into memref<49x960xf32>
  %filtered = memref.alloc() : memref<1x7x7x960xf32>
  %rows = memref.collapse_shape %filtered [[0, 1, 2], [3]] : memref<1x7x7x960xf32> into memref<49x960xf32>
  call @expand(%ctx, %x, %w0, %wide_rows) : (!llvm.ptr, memref<49x160xf32>, memref<30x160x32xf32>, memref<49x960xf32>) -> ()
  call @filter_and_add(%ctx, %wide, %taps, %filtered, %other) : (!llvm.ptr, memref<1x7x7x960xf32>, memref<3x3x960xf32>, memref<1x7x7x960xf32>, memref<1x7x7x960xf32>) -> ()
  call @project(%ctx, %rows, %w1, %out) : (!llvm.ptr, memref<49x960xf32>, memref<5x960x32xf32>, memref<49x160xf32>) -> ()
  %more = memref.alloc() : memref<1x7x7x960xf32>
  %more_rows = memref.collapse_shape %more [[0, 1, 2], [3]] : memref<1x7x7x960xf32> into memref<49x960xf32>
  %last = memref.alloc() : memref<1x7x7x960xf32>
  %last_rows = memref.collapse_shape %last [[0, 1, 2], [3]] : memref<1x7x7x960xf32> into memref<49x960xf32>
  call @expand(%ctx, %x, %w0, %more_rows) : (!llvm.ptr, memref<49x160xf32>, memref<30x160x32xf32>, memref<49x960xf32>) -> ()
  call @filter(%ctx, %more, %taps, %last) : (!llvm.ptr, memref<1x7x7x960xf32>, memref<3x3x960xf32>, memref<1x7x7x960xf32>) -> ()
  call @read(%ctx, %more) : (!llvm.ptr, memref<1x7x7x960xf32>) -> ()
  call @project(%ctx, %last_rows, %w1, %out) : (!llvm.ptr, memref<49x960xf32>, memref<5x960x32xf32>, memref<49x160xf32>) -> ()
  return
}

// -----
// Of more positions, threads share lines.
// CHECK-NOT: memref<2x
func.func private @expand(%ctx: !llvm.ptr, %a: memref<196x224xf32>, %w: memref<30x224x32xf32>, %out: memref<196x960xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<196x224xf32>, memref<30x224x32xf32>) outs(%out : memref<196x960xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @filter(%ctx: !llvm.ptr, %a: memref<1x14x14x960xf32>, %w: memref<3x3x960xf32>, %out: memref<1x14x14x960xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%a, %w : memref<1x14x14x960xf32>, memref<3x3x960xf32>) outs(%out : memref<1x14x14x960xf32>) {dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>, strides = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func private @project(%ctx: !llvm.ptr, %a: memref<196x960xf32>, %w: memref<7x960x32xf32>, %out: memref<196x224xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<196x960xf32>, memref<7x960x32xf32>) outs(%out : memref<196x224xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
func.func @main(%ctx: !llvm.ptr, %x: memref<196x224xf32>, %w0: memref<30x224x32xf32>, %taps: memref<3x3x960xf32>, %w1: memref<7x960x32xf32>, %out: memref<196x224xf32>) attributes {rt.entry} {
  %wide = memref.alloc() : memref<1x14x14x960xf32>
  %wide_rows = memref.collapse_shape %wide [[0, 1, 2], [3]] : memref<1x14x14x960xf32> into memref<196x960xf32>
  %filtered = memref.alloc() : memref<1x14x14x960xf32>
  %rows = memref.collapse_shape %filtered [[0, 1, 2], [3]] : memref<1x14x14x960xf32> into memref<196x960xf32>
  call @expand(%ctx, %x, %w0, %wide_rows) : (!llvm.ptr, memref<196x224xf32>, memref<30x224x32xf32>, memref<196x960xf32>) -> ()
  call @filter(%ctx, %wide, %taps, %filtered) : (!llvm.ptr, memref<1x14x14x960xf32>, memref<3x3x960xf32>, memref<1x14x14x960xf32>) -> ()
  call @project(%ctx, %rows, %w1, %out) : (!llvm.ptr, memref<196x960xf32>, memref<7x960x32xf32>, memref<196x224xf32>) -> ()
  return
}
