// RUN: ingot-opt %s --recover-patterns --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @silu
// CHECK: ingot.silu
// CHECK-NOT: ingot.mul
func.func @silu(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = ingot.sigmoid %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = ingot.mul %x, %0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @gelu
// CHECK: ingot.gelu %arg0
func.func @gelu(%x: tensor<4xf32>) -> tensor<4xf32> {
  %root = ingot.constant tensor<f32> = dense<1.41421354> : tensor<f32>
  %one = ingot.constant tensor<f32> = dense<1.0> : tensor<f32>
  %half = ingot.constant tensor<f32> = dense<0.5> : tensor<f32>
  %0 = ingot.div %x, %root : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = ingot.erf %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = ingot.add %1, %one : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = ingot.mul %x, %2 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = ingot.mul %3, %half : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %4 : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @normalize
// CHECK: ingot.normalize %arg0 {axes = array<i64: 1>, epsilon = 9.9999997473787516E-6 : f64}
func.func @normalize(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %eps = ingot.constant tensor<f32> = dense<1.0e-5> : tensor<f32>
  %two = ingot.constant tensor<f32> = dense<2.0> : tensor<f32>
  %m = ingot.reduce mean %x {axes = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %d = ingot.sub %x, %m : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %p = ingot.pow %d, %two : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %v = ingot.reduce mean %p {axes = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %a = ingot.add %v, %eps : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %s = ingot.sqrt %a : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %y = ingot.div %d, %s : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// -----

// The variance is over another axis than the mean, which stays outside; the gate is of another value.
// CHECK-LABEL: func.func @neither
// CHECK: %[[D:.*]] = ingot.sub
// CHECK: ingot.normalize %[[D]] {axes = array<i64: 0>, epsilon = {{.*}}, rms}
// CHECK-NOT: ingot.silu
func.func @neither(%x: tensor<2x4xf32>, %z: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %eps = ingot.constant tensor<f32> = dense<1.0e-5> : tensor<f32>
  %m = ingot.reduce mean %x {axes = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %d = ingot.sub %x, %m : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %p = ingot.mul %d, %d : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %v = ingot.reduce mean %p {axes = array<i64: 0>} : (tensor<2x4xf32>) -> tensor<1x4xf32>
  %a = ingot.add %v, %eps : (tensor<1x4xf32>, tensor<f32>) -> tensor<1x4xf32>
  %s = ingot.sqrt %a : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %y = ingot.div %d, %s : (tensor<2x4xf32>, tensor<1x4xf32>) -> tensor<2x4xf32>
  %g = ingot.sigmoid %z : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %w = ingot.mul %x, %g : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %y, %w : tensor<2x4xf32>, tensor<2x4xf32>
}

// -----

// x * relu6(x + 3) / 6, factors in any order, and x * hard_sigmoid(x).
// CHECK-LABEL: func.func @hard_swish
// CHECK: %[[A:.*]] = ingot.hard_swish %arg0
// CHECK: %[[B:.*]] = ingot.hard_swish %arg0
// CHECK: %[[C:.*]] = ingot.hard_swish %arg0
// CHECK: return %[[A]], %[[B]], %[[C]]
func.func @hard_swish(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %zero = ingot.constant tensor<f32> = dense<0.0> : tensor<f32>
  %three = ingot.constant tensor<f32> = dense<3.0> : tensor<f32>
  %six = ingot.constant tensor<f32> = dense<6.0> : tensor<f32>
  %one = ingot.constant tensor<f32> = dense<1.0> : tensor<f32>
  %half = ingot.constant tensor<f32> = dense<0.5> : tensor<f32>
  %sixth = ingot.constant tensor<f32> = dense<0.16666667> : tensor<f32>
  %0 = ingot.add %x, %three : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = ingot.clamp %0, %zero, %six : (tensor<4xf32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  %2 = ingot.mul %x, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = ingot.div %2, %six : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %4 = ingot.div %1, %six : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %5 = ingot.mul %4, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %6 = ingot.mul %x, %sixth : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %7 = ingot.add %6, %half : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %8 = ingot.clamp %7, %zero, %one : (tensor<4xf32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  %9 = ingot.mul %x, %8 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3, %5, %9 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// GPT-2's activation.
// CHECK-LABEL: func.func @gelu_tanh
// CHECK: ingot.gelu %arg0 {tanh}
func.func @gelu_tanh(%x: tensor<4xf32>) -> tensor<4xf32> {
  %three = ingot.constant tensor<f32> = dense<3.0> : tensor<f32>
  %small = ingot.constant tensor<f32> = dense<0.044715> : tensor<f32>
  %root = ingot.constant tensor<f32> = dense<0.7978846> : tensor<f32>
  %one = ingot.constant tensor<f32> = dense<1.0> : tensor<f32>
  %half = ingot.constant tensor<f32> = dense<0.5> : tensor<f32>
  %0 = ingot.pow %x, %three : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = ingot.mul %0, %small : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %2 = ingot.add %x, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = ingot.mul %2, %root : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %4 = ingot.tanh %3 : (tensor<4xf32>) -> tensor<4xf32>
  %5 = ingot.add %4, %one : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %6 = ingot.mul %x, %half : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %7 = ingot.mul %6, %5 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %7 : tensor<4xf32>
}

// -----

// A product with a reciprocal instead of the quotient; the root mean square alone.
// CHECK-LABEL: func.func @normalize_forms
// CHECK-DAG: ingot.normalize %arg0 {axes = array<i64: 1>, epsilon = {{.*}} : f64} :
// CHECK-DAG: ingot.normalize %arg0 {axes = array<i64: 1>, epsilon = {{.*}} : f64, rms} :
func.func @normalize_forms(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %eps = ingot.constant tensor<f32> = dense<1.0e-5> : tensor<f32>
  %two = ingot.constant tensor<f32> = dense<2.0> : tensor<f32>
  %one = ingot.constant tensor<f32> = dense<1.0> : tensor<f32>
  %m = ingot.reduce mean %x {axes = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %d = ingot.sub %x, %m : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %p = ingot.pow %d, %two : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %v = ingot.reduce mean %p {axes = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %a = ingot.add %v, %eps : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %s = ingot.sqrt %a : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %r = ingot.reciprocal %s : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %y = ingot.mul %d, %r : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %q = ingot.mul %x, %x : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %w = ingot.reduce mean %q {axes = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %b = ingot.add %w, %eps : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %t = ingot.sqrt %b : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %i = ingot.div %one, %t : (tensor<f32>, tensor<2x1xf32>) -> tensor<2x1xf32>
  %z = ingot.mul %i, %x : (tensor<2x1xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %y, %z : tensor<2x4xf32>, tensor<2x4xf32>
}

// -----

// Half of a SiLU is none, and the gate of a hard-swish has to be that of its factor.
// CHECK-LABEL: func.func @no_gate
// CHECK-NOT: ingot.hard_swish
func.func @no_gate(%x: tensor<4xf32>, %z: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %zero = ingot.constant tensor<f32> = dense<0.0> : tensor<f32>
  %three = ingot.constant tensor<f32> = dense<3.0> : tensor<f32>
  %six = ingot.constant tensor<f32> = dense<6.0> : tensor<f32>
  %0 = ingot.add %x, %three : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = ingot.clamp %0, %zero, %six : (tensor<4xf32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  %2 = ingot.mul %x, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = ingot.mul %z, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = ingot.div %3, %six : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %2, %4 : tensor<4xf32>, tensor<4xf32>
}

// -----

// One group of channels: what a reshape joined for it are dimensions that can be normalized over as they are.
// CHECK-LABEL: func.func @whole_group
// CHECK-DAG: %[[A:.*]] = ingot.normalize %arg0 {axes = array<i64: 1, 2>,
// CHECK-DAG: %[[B:.*]] = ingot.normalize %arg1 {axes = array<i64: 1, 2, 3>,
// CHECK: return %[[A]], %[[B]]
func.func @whole_group(%x: tensor<1x6x5xf32>, %y: tensor<?x6x?x7xf32>) -> (tensor<1x6x5xf32>, tensor<?x6x?x7xf32>) {
  %joined = ingot.constant tensor<3xi64> = dense<[0, 1, -1]> : tensor<3xi64>
  %plain = ingot.constant tensor<3xi64> = dense<[1, 6, 5]> : tensor<3xi64>
  %0 = ingot.reshape %x, %joined : (tensor<1x6x5xf32>, tensor<3xi64>) -> tensor<1x1x30xf32>
  %1 = ingot.normalize %0 {axes = array<i64: 2>, epsilon = 1.0e-5} : (tensor<1x1x30xf32>) -> tensor<1x1x30xf32>
  %2 = ingot.reshape %1, %plain : (tensor<1x1x30xf32>, tensor<3xi64>) -> tensor<1x6x5xf32>
  %shape = ingot.shape %y : (tensor<?x6x?x7xf32>) -> tensor<4xi64>
  %3 = ingot.reshape %y, %joined : (tensor<?x6x?x7xf32>, tensor<3xi64>) -> tensor<?x1x?xf32>
  %4 = ingot.normalize %3 {axes = array<i64: 2>, epsilon = 1.0e-5} : (tensor<?x1x?xf32>) -> tensor<?x1x?xf32>
  %5 = ingot.reshape %4, %shape : (tensor<?x1x?xf32>, tensor<4xi64>) -> tensor<?x6x?x7xf32>
  return %2, %5 : tensor<1x6x5xf32>, tensor<?x6x?x7xf32>
}

// -----

// Two groups cut the channels, and another order of dimensions is not the one that was joined.
// CHECK-LABEL: func.func @parts_of_channels
// CHECK: ingot.reshape
// CHECK: ingot.normalize {{.*}} {axes = array<i64: 2>,
// CHECK: ingot.reshape
// CHECK: ingot.reshape
// CHECK: ingot.normalize {{.*}} {axes = array<i64: 2>,
// CHECK: ingot.reshape
func.func @parts_of_channels(%x: tensor<1x6x5xf32>) -> (tensor<1x6x5xf32>, tensor<1x5x6xf32>) {
  %two = ingot.constant tensor<3xi64> = dense<[0, 2, -1]> : tensor<3xi64>
  %one = ingot.constant tensor<3xi64> = dense<[0, 1, -1]> : tensor<3xi64>
  %plain = ingot.constant tensor<3xi64> = dense<[1, 6, 5]> : tensor<3xi64>
  %other = ingot.constant tensor<3xi64> = dense<[1, 5, 6]> : tensor<3xi64>
  %0 = ingot.reshape %x, %two : (tensor<1x6x5xf32>, tensor<3xi64>) -> tensor<1x2x15xf32>
  %1 = ingot.normalize %0 {axes = array<i64: 2>, epsilon = 1.0e-5} : (tensor<1x2x15xf32>) -> tensor<1x2x15xf32>
  %2 = ingot.reshape %1, %plain : (tensor<1x2x15xf32>, tensor<3xi64>) -> tensor<1x6x5xf32>
  %3 = ingot.reshape %x, %one : (tensor<1x6x5xf32>, tensor<3xi64>) -> tensor<1x1x30xf32>
  %4 = ingot.normalize %3 {axes = array<i64: 2>, epsilon = 1.0e-5} : (tensor<1x1x30xf32>) -> tensor<1x1x30xf32>
  %5 = ingot.reshape %4, %other : (tensor<1x1x30xf32>, tensor<3xi64>) -> tensor<1x5x6xf32>
  return %2, %5 : tensor<1x6x5xf32>, tensor<1x5x6xf32>
}

// -----

// PyTorch's exporter swaps the last two dimensions of a tensor of any rank in three dimensions.
// CHECK-LABEL: func.func @swapped
// CHECK-DAG: %[[A:.*]] = ingot.transpose %arg0 {perm = array<i64: 0, 1, 3, 2>}
// CHECK-DAG: %[[B:.*]] = ingot.transpose %arg1 {perm = array<i64: 0, 1, 3, 2>}
// CHECK: return %[[A]], %[[B]]
func.func @swapped(%x: tensor<1x6x5x4xf32>, %y: tensor<?x6x?x4xf32>) -> (tensor<1x6x4x5xf32>, tensor<?x6x4x?xf32>) {
  %joined = ingot.constant tensor<3xi64> = dense<[-1, 5, 4]> : tensor<3xi64>
  %apart = ingot.constant tensor<4xi64> = dense<[1, 6, 4, 5]> : tensor<4xi64>
  %0 = ingot.reshape %x, %joined : (tensor<1x6x5x4xf32>, tensor<3xi64>) -> tensor<6x5x4xf32>
  %1 = ingot.transpose %0 {perm = array<i64: 0, 2, 1>} : (tensor<6x5x4xf32>) -> tensor<6x4x5xf32>
  %2 = ingot.reshape %1, %apart : (tensor<6x4x5xf32>, tensor<4xi64>) -> tensor<1x6x4x5xf32>
  %rest = ingot.constant tensor<1xi64> = dense<-1> : tensor<1xi64>
  %front = ingot.shape %y {end = 2 : i64} : (tensor<?x6x?x4xf32>) -> tensor<2xi64>
  %rows = ingot.shape %y {end = 3 : i64, start = 2 : i64} : (tensor<?x6x?x4xf32>) -> tensor<1xi64>
  %columns = ingot.shape %y {start = 3 : i64} : (tensor<?x6x?x4xf32>) -> tensor<1xi64>
  %3 = ingot.concat %rest, %rows, %columns {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<3xi64>
  %4 = ingot.concat %front, %columns, %rows {axis = 0 : i64} : (tensor<2xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<4xi64>
  %5 = ingot.reshape %y, %3 : (tensor<?x6x?x4xf32>, tensor<3xi64>) -> tensor<?x?x?xf32>
  %6 = ingot.transpose %5 {perm = array<i64: 0, 2, 1>} : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %7 = ingot.reshape %6, %4 : (tensor<?x?x?xf32>, tensor<4xi64>) -> tensor<?x6x4x?xf32>
  return %2, %7 : tensor<1x6x4x5xf32>, tensor<?x6x4x?xf32>
}

// -----

// Heads that are repeated first: the reshape that joins them stays, in front.
// CHECK-LABEL: func.func @repeated
// CHECK: %[[R:.*]] = ingot.reshape %arg0, %{{.*}} -> tensor<1x8x5x4xf32>
// CHECK: ingot.transpose %[[R]] {perm = array<i64: 0, 1, 3, 2>}
func.func @repeated(%x: tensor<1x2x4x5x4xf32>) -> tensor<1x8x4x5xf32> {
  %joined = ingot.constant tensor<3xi64> = dense<[8, 5, 4]> : tensor<3xi64>
  %apart = ingot.constant tensor<4xi64> = dense<[1, 8, 4, 5]> : tensor<4xi64>
  %0 = ingot.reshape %x, %joined : (tensor<1x2x4x5x4xf32>, tensor<3xi64>) -> tensor<8x5x4xf32>
  %1 = ingot.transpose %0 {perm = array<i64: 0, 2, 1>} : (tensor<8x5x4xf32>) -> tensor<8x4x5xf32>
  %2 = ingot.reshape %1, %apart : (tensor<8x4x5xf32>, tensor<4xi64>) -> tensor<1x8x4x5xf32>
  return %2 : tensor<1x8x4x5xf32>
}

// -----

// A reshape that joins what was moved, one that cuts it elsewhere, and a transpose with another reader stay.
// CHECK-LABEL: func.func @not_swapped
// CHECK-COUNT-3: ingot.transpose %{{.*}} {perm = array<i64: 0, 2, 1>}
// CHECK-NOT: ingot.transpose
func.func @not_swapped(%x: tensor<6x5x4xf32>) -> (tensor<6x20xf32>, tensor<6x2x10xf32>, tensor<2x3x4x5xf32>, tensor<6x4x5xf32>) {
  %same = ingot.constant tensor<3xi64> = dense<[6, 5, 4]> : tensor<3xi64>
  %flat = ingot.constant tensor<2xi64> = dense<[6, 20]> : tensor<2xi64>
  %cut = ingot.constant tensor<3xi64> = dense<[6, 2, 10]> : tensor<3xi64>
  %apart = ingot.constant tensor<4xi64> = dense<[2, 3, 4, 5]> : tensor<4xi64>
  %0 = ingot.reshape %x, %same : (tensor<6x5x4xf32>, tensor<3xi64>) -> tensor<6x5x4xf32>
  %1 = ingot.transpose %0 {perm = array<i64: 0, 2, 1>} : (tensor<6x5x4xf32>) -> tensor<6x4x5xf32>
  %2 = ingot.reshape %1, %flat : (tensor<6x4x5xf32>, tensor<2xi64>) -> tensor<6x20xf32>
  %3 = ingot.transpose %0 {perm = array<i64: 0, 2, 1>} : (tensor<6x5x4xf32>) -> tensor<6x4x5xf32>
  %4 = ingot.reshape %3, %cut : (tensor<6x4x5xf32>, tensor<3xi64>) -> tensor<6x2x10xf32>
  %5 = ingot.transpose %0 {perm = array<i64: 0, 2, 1>} : (tensor<6x5x4xf32>) -> tensor<6x4x5xf32>
  %6 = ingot.reshape %5, %apart : (tensor<6x4x5xf32>, tensor<4xi64>) -> tensor<2x3x4x5xf32>
  return %2, %4, %6, %5 : tensor<6x20xf32>, tensor<6x2x10xf32>, tensor<2x3x4x5xf32>, tensor<6x4x5xf32>
}
