// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// Batches are checked before anything is read in them. A region is at least one element wide; the average is over two
// samples by two, each of four elements.
// CHECK-LABEL: func.func private @k0_index_range
// CHECK-LABEL: func.func private @k1_roi_align(
// CHECK-SAME: %[[IN:[^:]*]]: memref<?x3x16x16xf32>, %[[ROIS:[^:]*]]: memref<?x4xf32>, %[[BATCHES:[^:]*]]: memref<?xi64>
// CHECK: scf.forall (%[[R:.*]], %[[C:.*]]) in (%{{.*}}, 3)
// CHECK: memref.load %[[BATCHES]][%[[R]]]
// CHECK: memref.load %[[ROIS]][%[[R]], %c1]
// CHECK: arith.maxnumf %{{.*}}, %[[ONE:.*]] : f32
// CHECK: scf.for %{{.*}} = %c0 to %c2
// CHECK: scf.for %{{.*}} = %c0 to %c5
// CHECK: scf.for %{{.*}} = %c0 to %c2 {{.*}} -> (f32)
// CHECK: scf.for %{{.*}} = %c0 to %c2 {{.*}} -> (f32)
// CHECK-COUNT-4: memref.load %[[IN]]
// CHECK: arith.divf
// CHECK: func.func @average
// CHECK: rt.check %{{.*}}, "expected indices of at least %lld but got %lld"
// CHECK: rt.check %{{.*}}, "expected indices below %lld but got %lld"
// CHECK: call @k1_roi_align
module {
func.func @average(%x: tensor<?x3x16x16xf32> {ingot.name = "x", ingot.dims = ["N", "", "", ""]},
                   %r: tensor<?x4xf32> {ingot.name = "r", ingot.dims = ["R", ""]},
                   %i: tensor<?xi64> {ingot.name = "i", ingot.dims = ["R"]}) -> (tensor<?x3x2x5xf32> {ingot.name = "y"}) {
  %0 = ingot.roi_align %x, %r, %i {output_height = 2 : i64, output_width = 5 : i64, sampling_ratio = 2 : i64,
      spatial_scale = 0.25 : f64} : (tensor<?x3x16x16xf32>, tensor<?x4xf32>, tensor<?xi64>) -> tensor<?x3x2x5xf32>
  return %0 : tensor<?x3x2x5xf32>
}
}

// -----

// As many samples as a bin has elements, the largest of them; corners are half an element off.
// CHECK-LABEL: func.func private @k1_roi_align
// CHECK: %[[HALF:.*]] = arith.constant 5.000000e-01 : f32
// CHECK: arith.subf %{{.*}}, %[[HALF]]
// CHECK: math.ceil
// CHECK: %[[COUNT:.*]] = arith.maxsi
// CHECK: scf.for %{{.*}} = %c0 to %[[COUNT]] {{.*}} -> (f32)
// CHECK: arith.maxnumf
module {
func.func @max(%x: tensor<1x3x16x16xf32> {ingot.name = "x"}, %r: tensor<7x4xf32> {ingot.name = "r"},
               %i: tensor<7xi64> {ingot.name = "i"}) -> (tensor<7x3x2x2xf32> {ingot.name = "y"}) {
  %0 = ingot.roi_align %x, %r, %i {output_height = 2 : i64, output_width = 2 : i64, sampling_ratio = 0 : i64,
      spatial_scale = 1.0 : f64, max, half_pixel}
      : (tensor<1x3x16x16xf32>, tensor<7x4xf32>, tensor<7xi64>) -> tensor<7x3x2x2xf32>
  return %0 : tensor<7x3x2x2xf32>
}
}
