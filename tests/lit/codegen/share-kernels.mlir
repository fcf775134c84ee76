// RUN: ingot-opt %s --share-kernels --canonicalize --cse --split-input-file | FileCheck %s

// What takes long is shared, and so is what takes less than its data would take to one core and back. Behind what one
// thread does, small kernels are not.
// CHECK-LABEL: func @main
// CHECK-SAME: %[[CTX:[a-z0-9]+]]: !llvm.ptr
// CHECK-DAG: %[[TRUE:.*]] = arith.constant true
// CHECK-DAG: %[[FALSE:.*]] = arith.constant false
// CHECK: call @large
// CHECK-NOT: rt.share
// CHECK: call @medium
// CHECK: call @large
// CHECK: call @serial
// CHECK: rt.share %[[CTX]], %[[FALSE]]
// CHECK-NEXT: call @tiny
// CHECK-NOT: rt.share
// CHECK: call @tiny
// CHECK: rt.share %[[CTX]], %[[TRUE]]
// CHECK-NEXT: call @large
module {
  func.func private @body(%n: index)
  func.func private @large(%ctx: !llvm.ptr, %a: memref<64x1000xf32>, %o: memref<64x1000xf32>) attributes {rt.kernel,
      rt.work = {bytes = [affine_map<() -> (512000)>], extents = [], flops = affine_map<() -> (10000000)>,
                 starts = affine_map<() -> (1)>}} {
    scf.forall (%i) in (64) {
      func.call @body(%i) : (index) -> ()
    }
    return
  }
  func.func private @medium(%ctx: !llvm.ptr, %a: memref<64x1000xf32>, %o: memref<64x1000xf32>) attributes {rt.kernel,
      rt.work = {bytes = [affine_map<() -> (512000)>], extents = [], flops = affine_map<() -> (64000)>,
                 starts = affine_map<() -> (1)>}} {
    scf.forall (%i) in (64) {
      func.call @body(%i) : (index) -> ()
    }
    return
  }
  func.func private @tiny(%ctx: !llvm.ptr, %a: memref<4x100xf32>, %o: memref<4x100xf32>) attributes {rt.kernel,
      rt.work = {bytes = [affine_map<() -> (3200)>], extents = [], flops = affine_map<() -> (4000)>,
                 starts = affine_map<() -> (1)>}} {
    scf.forall (%i) in (4) {
      func.call @body(%i) : (index) -> ()
    }
    return
  }
  func.func private @serial(%ctx: !llvm.ptr, %a: memref<64x1000xf32>, %o: memref<4x100xf32>) attributes {rt.kernel,
      rt.work = {bytes = [affine_map<() -> (3200)>], extents = [], flops = affine_map<() -> (400)>,
                 starts = affine_map<() -> (1)>}} {
    return
  }
  func.func @main(%ctx: !llvm.ptr, %x: memref<64x1000xf32>, %y: memref<64x1000xf32>) attributes {rt.entry} {
    %a = memref.alloc() : memref<64x1000xf32>
    %b = memref.alloc() : memref<64x1000xf32>
    %c = memref.alloc() : memref<64x1000xf32>
    %d = memref.alloc() : memref<4x100xf32>
    %e = memref.alloc() : memref<4x100xf32>
    %f = memref.alloc() : memref<4x100xf32>
    call @large(%ctx, %x, %a) : (!llvm.ptr, memref<64x1000xf32>, memref<64x1000xf32>) -> ()
    call @medium(%ctx, %a, %b) : (!llvm.ptr, memref<64x1000xf32>, memref<64x1000xf32>) -> ()
    call @large(%ctx, %b, %c) : (!llvm.ptr, memref<64x1000xf32>, memref<64x1000xf32>) -> ()
    call @serial(%ctx, %c, %d) : (!llvm.ptr, memref<64x1000xf32>, memref<4x100xf32>) -> ()
    call @tiny(%ctx, %d, %e) : (!llvm.ptr, memref<4x100xf32>, memref<4x100xf32>) -> ()
    call @tiny(%ctx, %e, %f) : (!llvm.ptr, memref<4x100xf32>, memref<4x100xf32>) -> ()
    call @large(%ctx, %x, %y) : (!llvm.ptr, memref<64x1000xf32>, memref<64x1000xf32>) -> ()
    return
  }
}

// -----

// The size is the run's to know: what is decided from it is computed at the entry. A call in a loop hears of it each
// time, as another may have come before.
// CHECK-LABEL: func @main
// CHECK-SAME: %[[CTX:[a-z0-9]+]]: !llvm.ptr, %[[X:[a-z0-9]+]]: memref<?x1000xf32>
// CHECK: %[[N:.*]] = memref.dim %[[X]]
// CHECK: %[[LESS:.*]] = arith.cmpi slt
// CHECK: rt.share %[[CTX]], %[[SHARED:.*]]
// CHECK-NEXT: call @k
// CHECK: scf.for
// CHECK: rt.share %[[CTX]]
// CHECK-NEXT: call @k
module {
  func.func private @body(%n: index)
  func.func private @k(%ctx: !llvm.ptr, %a: memref<?x1000xf32>, %o: memref<?x1000xf32>) attributes {rt.kernel,
      rt.work = {bytes = [affine_map<()[s0] -> (s0 * 8000)>], extents = [array<i64: 1, 0>],
                 flops = affine_map<()[s0] -> (s0 * 1000)>, starts = affine_map<()[s0] -> (1)>}} {
    scf.forall (%i) in (64) {
      func.call @body(%i) : (index) -> ()
    }
    return
  }
  func.func @main(%ctx: !llvm.ptr, %x: memref<?x1000xf32>) attributes {rt.entry} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %n = memref.dim %x, %c0 : memref<?x1000xf32>
    %a = memref.alloc(%n) : memref<?x1000xf32>
    %flat = memref.collapse_shape %a [[0, 1]] : memref<?x1000xf32> into memref<?xf32>
    %b = memref.expand_shape %flat [[0, 1]] output_shape [%n, 1000] : memref<?xf32> into memref<?x1000xf32>
    call @k(%ctx, %x, %a) : (!llvm.ptr, memref<?x1000xf32>, memref<?x1000xf32>) -> ()
    scf.for %i = %c0 to %c8 step %c1 {
      func.call @k(%ctx, %b, %b) : (!llvm.ptr, memref<?x1000xf32>, memref<?x1000xf32>) -> ()
    }
    return
  }
}

// -----

// Of unknown work: shared.
// CHECK-LABEL: func @main
// CHECK-NOT: rt.share
module {
  func.func private @body(%n: index)
  func.func private @k(%ctx: !llvm.ptr, %a: memref<4xf32>) attributes {rt.kernel} {
    scf.forall (%i) in (4) {
      func.call @body(%i) : (index) -> ()
    }
    return
  }
  func.func @main(%ctx: !llvm.ptr, %x: memref<4xf32>) attributes {rt.entry} {
    call @k(%ctx, %x) : (!llvm.ptr, memref<4xf32>) -> ()
    return
  }
}

// -----

// The loop that one thread does in any case is half of it: the rest is not worth a loop on others.
// CHECK-LABEL: func @main
// CHECK: call @all
// CHECK: rt.share %{{.*}}, %{{.*}}
// CHECK-NEXT: call @half
module {
  func.func private @body(%n: index)
  func.func private @all(%ctx: !llvm.ptr, %a: memref<4xf32>) attributes {rt.kernel,
      rt.work = {bytes = [affine_map<() -> (320000)>], extents = [], flops = affine_map<() -> (0)>,
                 starts = affine_map<() -> (500)>}} {
    scf.forall (%i) in (4) {
      func.call @body(%i) : (index) -> ()
    }
    return
  }
  func.func private @half(%ctx: !llvm.ptr, %a: memref<4xf32>) attributes {rt.kernel,
      rt.work = {bytes = [affine_map<() -> (320000)>], extents = [], flops = affine_map<() -> (0)>,
                 starts = affine_map<() -> (500)>}} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    scf.forall (%i) in (4) {
      func.call @body(%i) : (index) -> ()
    }
    scf.for %i = %c0 to %c4 step %c1 {
      func.call @body(%i) : (index) -> ()
    }
    return
  }
  func.func @main(%ctx: !llvm.ptr, %x: memref<4xf32>) attributes {rt.entry} {
    call @all(%ctx, %x) : (!llvm.ptr, memref<4xf32>) -> ()
    call @half(%ctx, %x) : (!llvm.ptr, memref<4xf32>) -> ()
    return
  }
}

// -----

// Channels that are summed over all positions come from every thread's lines: what a thread does alone then. Sums of
// groups of lines come from the lines that each thread has, and those of groups are no reason either.
// CHECK-LABEL: func @main
// CHECK-NOT: rt.share
// CHECK: call @write(
// CHECK-NOT: rt.share
// CHECK: call @groups(
// CHECK-NOT: rt.share
// CHECK: call @write(
// CHECK-NEXT: rt.share %{{.*}}, %{{.*}}
// CHECK-NEXT: call @channels(
#whole = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#lines = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
#both = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#total = affine_map<(d0, d1, d2) -> (d0, d2)>
#all = affine_map<(d0, d1, d2, d3) -> (d0, d3)>
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32>} {
  func.func private @write(%ctx: !llvm.ptr, %x: memref<1x8x98x64xf32>) attributes {rt.kernel,
      rt.work = {bytes = [affine_map<() -> (200704)>], extents = [], flops = affine_map<() -> (10000000)>,
                 starts = affine_map<() -> (0)>}} {
    %cst = arith.constant 1.0 : f32
    linalg.generic {indexing_maps = [#whole], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
        outs(%x : memref<1x8x98x64xf32>) attrs = {rt.schedule = {grain = 4096 : i64}} {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    }
    return
  }
  func.func private @groups(%ctx: !llvm.ptr, %x: memref<1x8x98x64xf32>, %groups: memref<1x8x64xf32>, %y: memref<1x64xf32>) attributes {rt.kernel,
      rt.work = {bytes = [affine_map<() -> (200704)>, affine_map<() -> (2048)>, affine_map<() -> (256)>], extents = [],
                 flops = affine_map<() -> (50176)>, starts = affine_map<() -> (0)>}} {
    linalg.generic {indexing_maps = [#whole, #lines], iterator_types = ["parallel", "parallel", "reduction", "parallel"]}
        ins(%x : memref<1x8x98x64xf32>) outs(%groups : memref<1x8x64xf32>) attrs = {rt.schedule = {grain = 2048 : i64}} {
    ^bb0(%in: f32, %out: f32):
      %0 = arith.addf %in, %out : f32
      linalg.yield %0 : f32
    }
    linalg.generic {indexing_maps = [#both, #total], iterator_types = ["parallel", "reduction", "parallel"]}
        ins(%groups : memref<1x8x64xf32>) outs(%y : memref<1x64xf32>) attrs = {rt.schedule = {grain = 128 : i64}} {
    ^bb0(%in: f32, %out: f32):
      %0 = arith.addf %in, %out : f32
      linalg.yield %0 : f32
    }
    return
  }
  func.func private @channels(%ctx: !llvm.ptr, %x: memref<1x8x98x64xf32>, %y: memref<1x64xf32>) attributes {rt.kernel,
      rt.work = {bytes = [affine_map<() -> (200704)>, affine_map<() -> (256)>], extents = [],
                 flops = affine_map<() -> (50176)>, starts = affine_map<() -> (0)>}} {
    linalg.generic {indexing_maps = [#whole, #all], iterator_types = ["parallel", "reduction", "reduction", "parallel"]}
        ins(%x : memref<1x8x98x64xf32>) outs(%y : memref<1x64xf32>) attrs = {rt.schedule = {grain = 2048 : i64}} {
    ^bb0(%in: f32, %out: f32):
      %0 = arith.addf %in, %out : f32
      linalg.yield %0 : f32
    }
    return
  }
  func.func @main(%ctx: !llvm.ptr, %y: memref<1x64xf32>, %z: memref<1x64xf32>) attributes {rt.entry} {
    %x = memref.alloc() : memref<1x8x98x64xf32>
    %groups = memref.alloc() : memref<1x8x64xf32>
    call @write(%ctx, %x) : (!llvm.ptr, memref<1x8x98x64xf32>) -> ()
    call @groups(%ctx, %x, %groups, %y) : (!llvm.ptr, memref<1x8x98x64xf32>, memref<1x8x64xf32>, memref<1x64xf32>) -> ()
    call @write(%ctx, %x) : (!llvm.ptr, memref<1x8x98x64xf32>) -> ()
    call @channels(%ctx, %x, %z) : (!llvm.ptr, memref<1x8x98x64xf32>, memref<1x64xf32>) -> ()
    return
  }
}
