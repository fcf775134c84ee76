// RUN: ingot-opt %s --lower-graph --canonicalize --cse | FileCheck %s

// Contiguous rows go through all steps one after the other.
// CHECK-LABEL: func.func private @k0_softmax
// CHECK: scf.forall
// CHECK: memref.subview {{.*}} to memref<8xf32, strided<[1], offset: ?>>
// CHECK: arith.maximumf
// CHECK: math.exp
// CHECK: arith.addf
// CHECK-NOT: math.exp
// Along another axis, each step goes through the whole tensor.
// CHECK-LABEL: func.func private @k1_log_softmax
// CHECK-NOT: scf.forall
// CHECK: iterator_types = ["parallel", "reduction", "parallel"]
// f16 cannot hold the exponentials: they are computed twice.
// CHECK-LABEL: func.func private @k2_softmax
// CHECK: math.exp
// CHECK: math.exp
// The epilogue reads its operand by row.
// CHECK-LABEL: func.func private @k3_normalize
// CHECK: scf.forall (%{{.*}}, %[[CHANNEL:.*]]) in
// CHECK: memref.subview %{{.*}}[%[[CHANNEL]], 0] [1, 1] [1, 1] : memref<6x1xf32> to memref<f32
// CHECK: math.sqrt
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK-LABEL: func.func private @k4_lrn
// CHECK: math.powf
// The only row, which is long, is reduced by pieces, and what these come to is combined.
// CHECK-LABEL: func.func private @k5_normalize
// CHECK-SAME: %[[PIECES:[a-z0-9]*]]: memref<4xf32>)
// CHECK: %[[X:.*]] = memref.subview %{{.*}} to memref<128x512xf32
// CHECK: scf.forall (%[[I:.*]]) in (4)
// CHECK:   %[[AT:.*]] = arith.muli %[[I]], %c32
// CHECK:   %[[PART:.*]] = memref.subview %[[X]][%[[AT]], 0] [32, 512]
// CHECK:   %[[PIECE:.*]] = memref.subview %[[PIECES]][%[[I]]] [1]
// CHECK:   linalg.generic {{.*}} iterator_types = ["reduction", "reduction"]} ins(%[[PART]] : {{.*}}) outs(%[[PIECE]] :
// CHECK: linalg.generic {{.*}} iterator_types = ["reduction"]} ins(%[[PIECES]] : memref<4xf32>) outs(%{{.*}} : memref<f32>)
// CHECK: scf.forall
// CHECK: linalg.generic {{.*}} iterator_types = ["reduction"]} ins(%[[PIECES]] : memref<4xf32>) outs(%{{.*}} : memref<f32>)
// A short one is not.
// CHECK-LABEL: func.func private @k6_normalize
// CHECK-NOT: scf.forall
// Pieces of a few channels' rows, which lie side by side; the last one is shorter.
// CHECK-LABEL: func.func private @k7_normalize
// CHECK-SAME: %[[PIECES:[a-z0-9]*]]: memref<6x1x8xf32>)
// CHECK: scf.forall (%[[I:.*]]) in (6)
// CHECK:   %[[AT:.*]] = arith.muli %[[I]], %c1366
// CHECK:   %[[LEFT:.*]] = arith.subi %c8193, %[[AT]]
// CHECK:   %[[SIZE:.*]] = arith.minsi %[[LEFT]], %c1366
// CHECK:   %[[PART:.*]] = memref.subview %{{.*}}[0, %[[AT]], 0] [1, %[[SIZE]], 8]
// CHECK:   linalg.generic {{.*}} iterator_types = ["parallel", "reduction", "parallel"]} ins(%[[PART]] :
// CHECK: linalg.generic {{.*}} iterator_types = ["reduction", "parallel", "parallel"]} ins(%[[PIECES]] :
// Images are enough for threads to share.
// CHECK-LABEL: func.func private @k8_normalize
// CHECK-NOT: scf.forall
// CHECK: call @k0_softmax({{.*}}) {rt.inplace = {{\[\[}}2, 1]]}
module attributes {rt.name = "t"} {
func.func @main(%x: tensor<?x6x8xf32> {ingot.name = "x", ingot.dims = ["N", "", ""]}, %h: tensor<2x8xf16>, %b: tensor<6x1xf32>,
                %long: tensor<1x128x512xf32>, %short: tensor<1x16x512xf32>,
                %side: tensor<1x8193x8xf32>, %images: tensor<2x8193x8xf32>)
    -> (tensor<?x6x8xf32>, tensor<?x6x8xf32>, tensor<2x8xf16>, tensor<?x6x8xf32>, tensor<?x6x8xf32>,
        tensor<1x128x512xf32>, tensor<1x16x512xf32>, tensor<1x8193x8xf32>, tensor<2x8193x8xf32>) {
  %0 = ingot.softmax %x {axis = 2} : (tensor<?x6x8xf32>) -> tensor<?x6x8xf32>
  %1 = ingot.softmax %x {axis = 1, log} : (tensor<?x6x8xf32>) -> tensor<?x6x8xf32>
  %2 = ingot.softmax %h {axis = 1} : (tensor<2x8xf16>) -> tensor<2x8xf16>
  %3 = ingot.fused %x, %b : (tensor<?x6x8xf32>, tensor<6x1xf32>) -> tensor<?x6x8xf32> {
  ^bb0(%y: tensor<?x6x8xf32>, %bias: tensor<6x1xf32>):
    %4 = ingot.normalize %y {axes = array<i64: 2>, epsilon = 1.0e-5} : (tensor<?x6x8xf32>) -> tensor<?x6x8xf32>
    %5 = ingot.add %4, %bias : (tensor<?x6x8xf32>, tensor<6x1xf32>) -> tensor<?x6x8xf32>
    ingot.yield %5 : tensor<?x6x8xf32>
  }
  %6 = ingot.lrn %x {size = 3, alpha = 1.0e-4, beta = 0.75, bias = 1.0} : (tensor<?x6x8xf32>) -> tensor<?x6x8xf32>
  %7 = ingot.normalize %long {axes = array<i64: 1, 2>, epsilon = 1.0e-5} : (tensor<1x128x512xf32>) -> tensor<1x128x512xf32>
  %8 = ingot.normalize %short {axes = array<i64: 1, 2>, epsilon = 1.0e-5} : (tensor<1x16x512xf32>) -> tensor<1x16x512xf32>
  %9 = ingot.normalize %side {axes = array<i64: 1>, epsilon = 1.0e-5} : (tensor<1x8193x8xf32>) -> tensor<1x8193x8xf32>
  %10 = ingot.normalize %images {axes = array<i64: 1>, epsilon = 1.0e-5} : (tensor<2x8193x8xf32>) -> tensor<2x8193x8xf32>
  return %0, %1, %2, %3, %6, %7, %8, %9, %10 : tensor<?x6x8xf32>, tensor<?x6x8xf32>, tensor<2x8xf16>, tensor<?x6x8xf32>, tensor<?x6x8xf32>,
    tensor<1x128x512xf32>, tensor<1x16x512xf32>, tensor<1x8193x8xf32>, tensor<2x8193x8xf32>
}
}
