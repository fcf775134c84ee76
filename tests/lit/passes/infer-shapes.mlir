// RUN: ingot-opt %s --infer-shapes --split-input-file | FileCheck %s

// Static shapes make shape arithmetic constant, and types static.
// CHECK-LABEL: func.func @static
// CHECK-SAME: -> tensor<6xf32>
// CHECK: ingot.constant tensor<1xi64> = dense<6>
// CHECK: ingot.reshape %{{.*}}, %{{.*}} : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<6xf32>
func.func @static(%x: tensor<2x3xf32>) -> tensor<?xf32> {
  %s = ingot.shape %x : (tensor<2x3xf32>) -> tensor<2xi64>
  %p = ingot.reduce prod %s {axes = array<i64: 0>} : (tensor<2xi64>) -> tensor<1xi64>
  %y = ingot.reshape %x, %p : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// A dimension that is not known stays so, and its arithmetic stays in the graph.
// CHECK-LABEL: func.func @dynamic
// CHECK-SAME: -> tensor<?xf32>
// CHECK: ingot.reduce prod
func.func @dynamic(%x: tensor<?x3xf32> {ingot.dims = ["N", ""]}) -> tensor<?xf32> {
  %s = ingot.shape %x : (tensor<?x3xf32>) -> tensor<2xi64>
  %p = ingot.reduce prod %s {axes = array<i64: 0>} : (tensor<2xi64>) -> tensor<1xi64>
  %y = ingot.reshape %x, %p : (tensor<?x3xf32>, tensor<1xi64>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// A condition on a shape picks its branch.
// CHECK-LABEL: func.func @branch
// CHECK-NOT: ingot.if
// CHECK: ingot.exp
// CHECK-NOT: ingot.relu
func.func @branch(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %s = ingot.shape %x {end = 1 : i64} : (tensor<2x3xf32>) -> tensor<1xi64>
  %two = ingot.constant tensor<1xi64> = dense<2> : tensor<1xi64>
  %c = ingot.compare eq %s, %two : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi1>
  %y = ingot.if %c : (tensor<1xi1>) -> tensor<2x3xf32> {
    %a = ingot.exp %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ingot.yield %a : tensor<2x3xf32>
  } else {
    %b = ingot.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ingot.yield %b : tensor<2x3xf32>
  }
  return %y : tensor<2x3xf32>
}

// -----

// What keeps a shape keeps the data: no axis is longer than memory.
// CHECK-LABEL: func.func @identities
// CHECK: %[[R:.*]] = ingot.relu %arg0
// CHECK: return %[[R]]
func.func @identities(%x: tensor<?x512x256xf32> {ingot.dims = ["N", "", ""]}) -> tensor<?x512x256xf32> {
  %starts = ingot.constant tensor<3xi64> = dense<0> : tensor<3xi64>
  %ends = ingot.constant tensor<3xi64> = dense<1000000000> : tensor<3xi64>
  %r = ingot.relu %x : (tensor<?x512x256xf32>) -> tensor<?x512x256xf32>
  %s = ingot.shape %x : (tensor<?x512x256xf32>) -> tensor<3xi64>
  %0 = ingot.slice %r, %starts, %ends {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0>}
      : (tensor<?x512x256xf32>, tensor<3xi64>, tensor<3xi64>) -> tensor<?x512x256xf32>
  %1 = ingot.reshape %0, %s : (tensor<?x512x256xf32>, tensor<3xi64>) -> tensor<?x512x256xf32>
  %2 = ingot.expand %1, %s : (tensor<?x512x256xf32>, tensor<3xi64>) -> tensor<?x512x256xf32>
  return %2 : tensor<?x512x256xf32>
}

// -----

// Backwards, and of an axis that may be longer than the slice.
// CHECK-LABEL: func.func @slices
// CHECK-COUNT-2: ingot.slice
func.func @slices(%x: tensor<4xf32>, %y: tensor<?xi8>) -> (tensor<4xf32>, tensor<?xi8>) {
  %last = ingot.constant tensor<1xi64> = dense<-1> : tensor<1xi64>
  %before = ingot.constant tensor<1xi64> = dense<-9> : tensor<1xi64>
  %zero = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
  %many = ingot.constant tensor<1xi64> = dense<1000000000> : tensor<1xi64>
  %0 = ingot.slice %x, %last, %before, %zero, %last {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1>}
      : (tensor<4xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<4xf32>
  %1 = ingot.slice %y, %zero, %many {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0>}
      : (tensor<?xi8>, tensor<1xi64>, tensor<1xi64>) -> tensor<?xi8>
  return %0, %1 : tensor<4xf32>, tensor<?xi8>
}

// -----

// What cannot run on its shapes fails where a run takes its branch, not before.
// CHECK-LABEL: func.func @impossible_branch
// CHECK: ingot.if
// CHECK: %[[F:.*]] = ingot.fail "expected 6 elements but the shape has 5" : tensor<5xf32>
// CHECK: ingot.relu %[[F]]
// CHECK: } else {
// CHECK: ingot.slice
func.func @impossible_branch(%c: tensor<i1>, %x: tensor<2x3xf32>) -> tensor<5xf32> {
  %five = ingot.constant tensor<1xi64> = dense<5> : tensor<1xi64>
  %zero = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
  %six = ingot.constant tensor<1xi64> = dense<6> : tensor<1xi64>
  %y = ingot.if %c : (tensor<i1>) -> tensor<5xf32> {
    %a = ingot.reshape %x, %five : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<5xf32>
    %b = ingot.relu %a : (tensor<5xf32>) -> tensor<5xf32>
    ingot.yield %b : tensor<5xf32>
  } else {
    %a = ingot.reshape %x, %six : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<6xf32>
    %b = ingot.slice %a, %zero, %five {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0>}
        : (tensor<6xf32>, tensor<1xi64>, tensor<1xi64>) -> tensor<5xf32>
    ingot.yield %b : tensor<5xf32>
  }
  return %y : tensor<5xf32>
}

// -----

// Pads as PyTorch writes them, from the last dimension to the first: a matrix, cut backwards and turned. They tell the
// shape, from which the next ones come, through floats.
// CHECK-LABEL: func.func @pads
// CHECK-SAME: -> tensor<1x8x9xf32>
// CHECK: ingot.constant tensor<6xi64> = dense<[0, 1, 0, 0, 2, 4]>
func.func @pads(%x: tensor<1x5x5xf32>) -> tensor<?x?x?xf32> {
  %p = ingot.constant tensor<6xi64> = dense<[0, 4, 1, 2, 0, 0]> : tensor<6xi64>
  %two = ingot.constant tensor<2xi64> = dense<[-1, 2]> : tensor<2xi64>
  %one = ingot.constant tensor<1xi64> = dense<-1> : tensor<1xi64>
  %end = ingot.constant tensor<1xi64> = dense<-9223372036854775807> : tensor<1xi64>
  %zero = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
  %m = ingot.reshape %p, %two : (tensor<6xi64>, tensor<2xi64>) -> tensor<3x2xi64>
  %b = ingot.slice %m, %one, %end, %zero, %one {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1>} : (tensor<3x2xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<3x2xi64>
  %t = ingot.transpose %b {perm = array<i64: 1, 0>} : (tensor<3x2xi64>) -> tensor<2x3xi64>
  %q = ingot.reshape %t, %one : (tensor<2x3xi64>, tensor<1xi64>) -> tensor<6xi64>
  %y = ingot.pad %x, %q : (tensor<1x5x5xf32>, tensor<6xi64>) -> tensor<?x?x?xf32>
  %s = ingot.shape %y : (tensor<?x?x?xf32>) -> tensor<3xi64>
  %f = ingot.cast %s : (tensor<3xi64>) -> tensor<3xf32>
  %g = ingot.ceil %f : (tensor<3xf32>) -> tensor<3xf32>
  %r = ingot.cast %g : (tensor<3xf32>) -> tensor<3xi64>
  %z = ingot.reshape %y, %r : (tensor<?x?x?xf32>, tensor<3xi64>) -> tensor<?x?x?xf32>
  return %z : tensor<?x?x?xf32>
}

// -----

// Constants that no shape is made of are left: folding them is a matter of memory.
// CHECK-LABEL: func.func @large
// CHECK: ingot.transpose
func.func @large() -> tensor<10x10xi64> {
  %a = ingot.constant tensor<10x10xi64> = dense<1> : tensor<10x10xi64>
  %b = ingot.transpose %a {perm = array<i64: 1, 0>} : (tensor<10x10xi64>) -> tensor<10x10xi64>
  return %b : tensor<10x10xi64>
}
