// RUN: ingot-opt %s --pass-pipeline='builtin.module(func.func(count-work))' --split-input-file | FileCheck %s

// Two operations for each multiply-add of the direct product, one for each element of the epilogue. What is read and
// written counts once, static operands as one number.
// CHECK-DAG: #[[WEIGHTS:.*]] = affine_map<()[s0, s1] -> (16584)>
// CHECK-DAG: #[[A:.*]] = affine_map<()[s0, s1] -> (s1 * 256)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<()[s0, s1] -> (s0 * 200)>
// CHECK-DAG: #[[FLOPS:.*]] = affine_map<()[s0, s1] -> (s0 * 6450)>
// CHECK: func.func private @product
// CHECK-SAME: rt.work = {bytes = [#[[WEIGHTS]], #[[A]], #[[OUT]]], extents = [array<i64: 4, 0>, array<i64: 1, 0>],
// CHECK-SAME: flops = #[[FLOPS]], starts = #{{.*}}}
func.func private @product(%ctx: !llvm.ptr, %a: memref<?x64xf32>, %w: memref<2x64x32xf32>, %b: memref<50xf32>,
                           %out: memref<?x50xf32>) attributes {rt.kernel} {
  tile.matmul packed ins(%a, %w : memref<?x64xf32>, memref<2x64x32xf32>) outs(%out : memref<?x50xf32>)
      extras(%b : memref<50xf32>) {extra_maps = [affine_map<(d0, d1) -> (d1)>]} epilogue {
  ^bb0(%sum: f32, %bias: f32):
    %0 = arith.addf %sum, %bias : f32
    tile.yield %0 : f32
  }
  return
}

// -----

// 2 * (2*4*4*8) outputs * 9 taps * 3 channels, whatever the padding; the weights' padding is memory as well.
// CHECK-DAG: #[[BYTES:.*]] = affine_map<() -> (3136)>
// CHECK-DAG: #[[FLOPS:.*]] = affine_map<() -> (13824)>
// CHECK: @conv{{.*}}rt.work = {bytes = [#[[BYTES]]], extents = [], flops = #[[FLOPS]], starts = #{{.*}}}
func.func private @conv(%ctx: !llvm.ptr, %x: memref<2x4x4x3xf32>, %w: memref<1x1x3x3x3x16xf32>,
                        %y: memref<2x4x4x8xf32>) attributes {rt.kernel} {
  tile.conv ins(%x, %w : memref<2x4x4x3xf32>, memref<1x1x3x3x3x16xf32>) outs(%y : memref<2x4x4x8xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// CHECK: #[[FLOPS:.*]] = affine_map<() -> (4608)>
// CHECK: @depthwise{{.*}}flops = #[[FLOPS]]
func.func private @depthwise(%ctx: !llvm.ptr, %x: memref<1x8x8x16xf32>, %w: memref<3x3x16xf32>,
                             %y: memref<1x4x4x16xf32>) attributes {rt.kernel} {
  tile.depthwise_conv ins(%x, %w : memref<1x8x8x16xf32>, memref<3x3x16xf32>) outs(%y : memref<1x4x4x16xf32>)
      {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// 12 * 10 * 20 scores of 2 * (64 + 32) + 4 operations each.
// CHECK: #[[FLOPS:.*]] = affine_map<() -> (470400)>
// CHECK: @attention{{.*}}flops = #[[FLOPS]]
func.func private @attention(%ctx: !llvm.ptr, %q: memref<12x10x64xf32>, %k: memref<12x20x64xf32>,
                             %v: memref<12x20x32xf32>, %out: memref<12x10x32xf32>) attributes {rt.kernel} {
  tile.attention ins(%q, %k, %v : memref<12x10x64xf32>, memref<12x20x64xf32>, memref<12x20x32xf32>)
      outs(%out : memref<12x10x32xf32>) {scale = 0.125 : f64}
  return
}

// -----

// Choices, conversions and indices are no arithmetic. A part of a memory counts as often as it is read, at most all of
// it: what is less is known at run time.
// CHECK-DAG: #[[TABLE:.*]] = affine_map<()[s0, s1, s2] -> (s2 * 4, s0 * 4)>
// CHECK-DAG: #[[AT:.*]] = affine_map<()[s0, s1, s2] -> (s0 * 8)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<()[s0, s1, s2] -> (s1 * 4)>
// CHECK-DAG: #[[FLOPS:.*]] = affine_map<()[s0, s1, s2] -> (s0 * 2)>
// CHECK: @gather{{.*}}bytes = [#[[TABLE]], #[[AT]], #[[OUT]]]
// CHECK-SAME: extents = [array<i64: 2, 0>, array<i64: 3, 0>, array<i64: 1, 0>], flops = #[[FLOPS]]
func.func private @gather(%ctx: !llvm.ptr, %table: memref<?xf32>, %at: memref<?xi64>, %out: memref<?xf32>)
    attributes {rt.kernel} {
  linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%at : memref<?xi64>) outs(%out : memref<?xf32>) {
  ^bb0(%i: i64, %o: f32):
    %index = arith.index_cast %i : i64 to index
    %c1 = arith.constant 1 : index
    %next = arith.addi %index, %c1 : index
    %0 = memref.load %table[%next] : memref<?xf32>
    %1 = arith.mulf %0, %0 : f32
    %2 = arith.cmpf olt, %1, %0 : f32
    %3 = arith.select %2, %1, %0 : f32
    linalg.yield %3 : f32
  }
  return
}

// -----

// Loops around an operation repeat it; the count of one that its data ends is not known.
// CHECK-DAG: #[[FLOPS:.*]] = affine_map<()[s0] -> (s0 * 8)>
// CHECK-DAG: #[[STARTS:.*]] = affine_map<()[s0] -> (s0)>
// CHECK-DAG: #[[BRANCHES:.*]] = affine_map<() -> (2)>
// CHECK: @loop{{.*}}flops = #[[FLOPS]], starts = #[[STARTS]]
func.func private @loop(%ctx: !llvm.ptr, %n: index, %x: memref<8xf32>) attributes {rt.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} outs(%x : memref<8xf32>) {
    ^bb0(%o: f32):
      %0 = arith.addf %o, %o : f32
      linalg.yield %0 : f32
    }
  }
  return
}
// Only one branch of a condition runs.
// CHECK: @branches{{.*}}flops = #[[BRANCHES]]
func.func private @branches(%ctx: !llvm.ptr, %x: memref<8xf32>, %backwards: i1) attributes {rt.kernel} {
  %c0 = arith.constant 0 : index
  scf.if %backwards {
    %0 = memref.load %x[%c0] : memref<8xf32>
    %1 = arith.addf %0, %0 : f32
    memref.store %1, %x[%c0] : memref<8xf32>
  } else {
    %0 = memref.load %x[%c0] : memref<8xf32>
    %1 = arith.mulf %0, %0 : f32
    %2 = arith.addf %1, %1 : f32
    memref.store %2, %x[%c0] : memref<8xf32>
  }
  return
}
// CHECK: @until
// CHECK-NOT: flops
// CHECK: func.func private @host
// CHECK-NOT: rt.work
func.func private @until(%ctx: !llvm.ptr, %x: memref<f32>) attributes {rt.kernel} {
  scf.while : () -> () {
    %0 = memref.load %x[] : memref<f32>
    %1 = arith.addf %0, %0 : f32
    memref.store %1, %x[] : memref<f32>
    %2 = arith.cmpf olt, %0, %1 : f32
    scf.condition(%2)
  } do {
    scf.yield
  }
  return
}
func.func private @host(%ctx: !llvm.ptr) {
  return
}

// -----

// Threads share the lines of all images: together they do what one of them would.
// CHECK-DAG: #[[FLOPS:.*]] = affine_map<()[s0] -> (s0 * 112)>
// CHECK: @lines
// CHECK-SAME: flops = #[[FLOPS]]
func.func private @lines(%ctx: !llvm.ptr, %x: memref<?x14x8xf32>) attributes {rt.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c13 = arith.constant 13 : index
  %c14 = arith.constant 14 : index
  %images = memref.dim %x, %c0 : memref<?x14x8xf32>
  %lines = arith.muli %images, %c14 : index
  rt.ranges %lines {
  ^bb0(%begin: index, %end: index):
    %from = arith.divui %begin, %c14 : index
    %above = arith.addi %end, %c13 : index
    %to = arith.divui %above, %c14 : index
    scf.for %image = %from to %to step %c1 {
      %origin = arith.muli %image, %c14 : index
      %0 = arith.subi %begin, %origin : index
      %first = arith.maxsi %0, %c0 : index
      %1 = arith.subi %end, %origin : index
      %last = arith.minsi %1, %c14 : index
      %count = arith.subi %last, %first : index
      %part = memref.subview %x[%image, %first, 0] [1, %count, 8] [1, 1, 1] : memref<?x14x8xf32> to memref<?x8xf32, strided<[8, 1], offset: ?>>
      linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} outs(%part : memref<?x8xf32, strided<[8, 1], offset: ?>>) {
      ^bb0(%element: f32):
        %sum = arith.addf %element, %element : f32
        linalg.yield %sum : f32
      }
    }
  }
  return
}
