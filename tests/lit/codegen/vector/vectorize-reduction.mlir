// RUN: ingot-opt %s --pass-pipeline='builtin.module(func.func(vectorize-reduction,canonicalize,cse))' | FileCheck %s

#id2 = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>

// Along a contiguous reduction: several sums, combined at the end.
// CHECK-LABEL: @along
// CHECK: scf.for {{.*}} step %c16 iter_args(%{{.*}} = %cst, %{{.*}} = %cst) -> (vector<8xf32>, vector<8xf32>)
// CHECK-COUNT-2: arith.addf {{.*}} : vector<8xf32>
// CHECK: vector.reduction <add>
// CHECK: memref.store
func.func @along(%a: memref<?x64xf32>, %o: memref<?xf32>) {
  linalg.generic {indexing_maps = [#id2, #row], iterator_types = ["parallel", "reduction"],
                  rt.schedule = {lanes = 8 : i64, unroll = 2 : i64}}
      ins(%a : memref<?x64xf32>) outs(%o : memref<?xf32>) {
  ^bb0(%x: f32, %z: f32):
    %0 = arith.addf %x, %z : f32
    linalg.yield %0 : f32
  }
  return
}

// The rest of a row under a mask leaves the other lanes' results alone.
// CHECK-LABEL: @masked
// CHECK: %[[M:.*]] = vector.constant_mask [1]
// CHECK: vector.maskedload
// CHECK: arith.select %[[M]]
// CHECK: vector.reduction <maximumf>
func.func @masked(%a: memref<33xf32>, %o: memref<f32>) {
  linalg.reduce { arith.maximumf } ins(%a : memref<33xf32>) outs(%o : memref<f32>) dimensions = [0]
      {rt.schedule = {lanes = 16 : i64, unroll = 2 : i64, masks}}
  return
}

// Along a contiguous parallel loop: the results stay in registers while the rows go by.
// CHECK-LABEL: @across
// CHECK: scf.for
// CHECK: vector.load
// CHECK: scf.for {{.*}} iter_args
// CHECK: arith.addf {{.*}} : vector<8xf32>
// CHECK: scf.yield
// CHECK: vector.store
// CHECK-NOT: vector.reduction
func.func @across(%a: memref<?x64xf32>, %o: memref<64xf32>) {
  linalg.generic {indexing_maps = [#id2, #column], iterator_types = ["reduction", "parallel"],
                  rt.schedule = {lanes = 8 : i64}}
      ins(%a : memref<?x64xf32>) outs(%o : memref<64xf32>) {
  ^bb0(%x: f32, %z: f32):
    %0 = arith.addf %x, %z : f32
    linalg.yield %0 : f32
  }
  return
}

// A window with stride 2 along the lanes: contiguous loads and a shuffle.
// CHECK-LABEL: @pool
// CHECK: vector.shuffle {{.*}}[0, 2, 5, 7]
// CHECK: arith.maximumf {{.*}} : vector<4xf32>
func.func @pool(%a: memref<?x33xf32>, %w: memref<3xf32>, %o: memref<?x16xf32>) {
  linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1 * 2 + d2)>, affine_map<(d0, d1, d2) -> (d2)>,
                                   affine_map<(d0, d1, d2) -> (d0, d1)>],
                  iterator_types = ["parallel", "parallel", "reduction"], rt.schedule = {lanes = 4 : i64}}
      ins(%a, %w : memref<?x33xf32>, memref<3xf32>) outs(%o : memref<?x16xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %0 = arith.maximumf %x, %z : f32
    linalg.yield %0 : f32
  }
  return
}

// No combiner that is known to be associative: scalar, in order.
// CHECK-LABEL: @argmax
// CHECK-NOT: vector
// CHECK: scf.for {{.*}} iter_args
// CHECK-NOT: vector
func.func @argmax(%a: memref<100xf32>, %m: memref<f32>, %o: memref<i64>) {
  linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>, affine_map<(d0) -> ()>],
                  iterator_types = ["reduction"], rt.schedule = {lanes = 8 : i64}}
      ins(%a : memref<100xf32>) outs(%m, %o : memref<f32>, memref<i64>) {
  ^bb0(%x: f32, %best: f32, %at: i64):
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i64
    %c = arith.cmpf ogt, %x, %best : f32
    %0 = arith.select %c, %x, %best : f32
    %1 = arith.select %c, %j, %at : i64
    linalg.yield %0, %1 : f32, i64
  }
  return
}

// Parallel loops alone are left to vectorize-elementwise.
// CHECK-LABEL: @elementwise
// CHECK: linalg.copy
func.func @elementwise(%a: memref<10xf32>, %o: memref<10xf32>) {
  linalg.copy ins(%a : memref<10xf32>) outs(%o : memref<10xf32>)
  return
}
