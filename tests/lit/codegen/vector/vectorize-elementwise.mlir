// RUN: ingot-opt %s --pass-pipeline='builtin.module(func.func(vectorize-elementwise,canonicalize,cse))' | FileCheck %s

#id2 = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>

// Two dimensions of dense memory are one loop; the rest is one masked vector.
// CHECK-LABEL: @collapsed
// CHECK-DAG: %[[N:.*]] = arith.muli
// CHECK: scf.for %{{.*}} step %c32
// CHECK-COUNT-2: vector.store
// CHECK: scf.for %{{.*}} to %[[N]] step %c16
// CHECK: vector.create_mask
// CHECK: vector.maskedload
// CHECK: vector.maskedstore
// CHECK-NOT: linalg
func.func @collapsed(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %o: memref<?x?xf32>) {
  linalg.generic {indexing_maps = [#id2, #id2, #id2], iterator_types = ["parallel", "parallel"],
                  rt.schedule = {lanes = 16 : i64, unroll = 2 : i64, masks}}
      ins(%a, %b : memref<?x?xf32>, memref<?x?xf32>) outs(%o : memref<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %0 = arith.addf %x, %y : f32
    linalg.yield %0 : f32
  }
  return
}

// Rows of eight elements are vectors of eight, without a mask; those of seven are not.
// CHECK-LABEL: @narrow_rows
// CHECK-NOT: mask
// CHECK: vector.load %{{.*}} : memref<80xf32>, vector<8xf32>
// CHECK: vector.store %{{.*}} : memref<80xf32>, vector<8xf32>
// CHECK-NOT: vector<16xf32>
// CHECK: vector.constant_mask [7] : vector<16xi1>
// CHECK: return
func.func @narrow_rows(%a: memref<10x8xf32>, %c: memref<8xf32>, %d: memref<10x7xf32>, %e: memref<7xf32>) {
  linalg.generic {indexing_maps = [#column, #id2], iterator_types = ["parallel", "parallel"],
                  rt.schedule = {lanes = 16 : i64, unroll = 2 : i64, masks}}
      ins(%c : memref<8xf32>) outs(%a : memref<10x8xf32>) {
  ^bb0(%x: f32, %y: f32):
    %0 = arith.mulf %x, %y : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#column, #id2], iterator_types = ["parallel", "parallel"],
                  rt.schedule = {lanes = 16 : i64, unroll = 2 : i64, masks}}
      ins(%e : memref<7xf32>) outs(%d : memref<10x7xf32>) {
  ^bb0(%x: f32, %y: f32):
    %0 = arith.mulf %x, %y : f32
    linalg.yield %0 : f32
  }
  return
}

// An operand that the lanes share is loaded once a row; without masks the rest is scalar.
// CHECK-LABEL: @shared
// CHECK: scf.for
// CHECK: %[[SCALE:.*]] = memref.load
// CHECK: scf.for
// CHECK: vector.broadcast %[[SCALE]]
// CHECK: vector.store
// CHECK: scf.for
// CHECK: memref.load
// CHECK: memref.store
func.func @shared(%a: memref<?x30xf32>, %b: memref<?xf32>, %o: memref<?x30xf32>) {
  linalg.generic {indexing_maps = [#id2, #row, #id2], iterator_types = ["parallel", "parallel"],
                  rt.schedule = {lanes = 8 : i64}}
      ins(%a, %b : memref<?x30xf32>, memref<?xf32>) outs(%o : memref<?x30xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %0 = arith.mulf %x, %y : f32
    linalg.yield %0 : f32
  }
  return
}

// A stride that only the run knows: contiguous, shared or gathered.
// CHECK-LABEL: @runtime_stride
// CHECK: scf.if
// CHECK: vector.load
// CHECK: scf.if
// CHECK: vector.broadcast
// CHECK: vector.gather
func.func @runtime_stride(%a: memref<64xf32, strided<[?]>>, %o: memref<64xf32>) {
  linalg.copy {rt.schedule = {lanes = 8 : i64}} ins(%a : memref<64xf32, strided<[?]>>) outs(%o : memref<64xf32>)
  return
}

// Chunks for threads.
// CHECK-LABEL: @threads
// CHECK: scf.forall (%{{.*}}) in (10)
// CHECK: arith.minsi
// CHECK: vector.store
func.func @threads(%a: memref<10000xf32>, %o: memref<10000xf32>) {
  linalg.copy {rt.schedule = {lanes = 8 : i64, grain = 1001 : i64}} ins(%a : memref<10000xf32>) outs(%o : memref<10000xf32>)
  return
}

// An even number of chunks.
// CHECK-LABEL: @even
// CHECK: scf.forall (%{{.*}}) in (4)
func.func @even(%a: memref<3000xf32>, %o: memref<3000xf32>) {
  linalg.copy {rt.schedule = {lanes = 8 : i64, grain = 1000 : i64}} ins(%a : memref<3000xf32>) outs(%o : memref<3000xf32>)
  return
}

// One chunk is no loop for threads.
// CHECK-LABEL: @single
// CHECK-NOT: scf.forall
// CHECK: return
func.func @single(%a: memref<900xf32>, %o: memref<900xf32>) {
  linalg.copy {rt.schedule = {lanes = 8 : i64, grain = 1000 : i64}} ins(%a : memref<900xf32>) outs(%o : memref<900xf32>)
  return
}

// Rows named by data: the lanes run along a row.
// CHECK-LABEL: @rows
// CHECK: %[[I:.*]] = arith.index_cast
// CHECK: vector.load
// CHECK: vector.store
func.func @rows(%i: memref<?xi64>, %d: memref<?x64xf32>, %o: memref<?x64xf32>) {
  linalg.generic {indexing_maps = [#row, #id2], iterator_types = ["parallel", "parallel"],
                  rt.schedule = {lanes = 16 : i64}} ins(%i : memref<?xi64>) outs(%o : memref<?x64xf32>) {
  ^bb0(%x: i64, %z: f32):
    %r = arith.index_cast %x : i64 to index
    %c = linalg.index 1 : index
    %0 = memref.load %d[%r, %c] : memref<?x64xf32>
    linalg.yield %0 : f32
  }
  return
}

// Lanes that disagree: both sides are computed, loads under masks.
// CHECK-LABEL: @divergent
// CHECK: %[[C:.*]] = arith.cmpi ult
// CHECK: vector.maskedload %{{.*}}, %[[C]]
// CHECK: arith.select %[[C]]
func.func @divergent(%d: memref<32xf32>, %o: memref<64xf32>) {
  %c8 = arith.constant 8 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant 0.0 : f32
  linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>], iterator_types = ["parallel"],
                  rt.schedule = {lanes = 16 : i64}} outs(%o : memref<64xf32>) {
  ^bb0(%z: f32):
    %i = linalg.index 0 : index
    %j = arith.subi %i, %c8 : index
    %c = arith.cmpi ult, %j, %c32 : index
    %0 = scf.if %c -> (f32) {
      %1 = memref.load %d[%j] : memref<32xf32>
      scf.yield %1 : f32
    } else {
      scf.yield %zero : f32
    }
    linalg.yield %0 : f32
  }
  return
}

// A body with effects stays scalar, and is still cut for threads.
// CHECK-LABEL: @scalar
// CHECK: scf.forall
// CHECK-NOT: vector
// CHECK: rt.flag
// CHECK: memref.store
func.func @scalar(%ctx: !llvm.ptr, %a: memref<10000xi64>, %o: memref<10000xi64>) {
  %zero = arith.constant 0 : i64
  linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"],
                  rt.schedule = {lanes = 8 : i64, grain = 1000 : i64}} ins(%a : memref<10000xi64>) outs(%o : memref<10000xi64>) {
  ^bb0(%x: i64, %z: i64):
    %bad = arith.cmpi slt, %x, %zero : i64
    scf.if %bad {
      %i = arith.index_cast %x : i64 to index
      rt.flag %ctx, "expected a non-negative value but got %lld"(%i)
    }
    linalg.yield %x : i64
  }
  return
}

// A reduction is left to vectorize-reduction.
// CHECK-LABEL: @reduction
// CHECK: linalg.reduce
// CHECK-NOT: vector
func.func @reduction(%a: memref<10xf32>, %o: memref<f32>) {
  linalg.reduce { arith.addf } ins(%a : memref<10xf32>) outs(%o : memref<f32>) dimensions = [0]
  return
}
