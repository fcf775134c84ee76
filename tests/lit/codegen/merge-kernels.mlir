// RUN: ingot-opt %s --merge-kernels | FileCheck %s

// CHECK: func.func private @first
// CHECK-NOT: rt.source
func.func private @first(%x: memref<4xf32>, %y: memref<4xf32>) attributes {rt.kernel, rt.source = "Neg_0"} {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : memref<4xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.negf %a : f32
    linalg.yield %c : f32
  }
  return
}
// CHECK-NOT: @same
func.func private @same(%in: memref<4xf32>, %out: memref<4xf32>) attributes {rt.kernel, rt.source = "Neg_1"} {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%in : memref<4xf32>) outs(%out : memref<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.negf %a : f32
    linalg.yield %c : f32
  }
  return
}
// CHECK-NOT: @unused
func.func private @unused(%x: memref<4xf32>) attributes {rt.kernel} {
  return
}
// CHECK: func.func private @other_computation
func.func private @other_computation(%x: memref<4xf32>, %y: memref<4xf32>) attributes {rt.kernel, rt.source = "Abs_2"} {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : memref<4xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = math.absf %a : f32
    linalg.yield %c : f32
  }
  return
}
// CHECK: func.func private @other_operand
func.func private @other_operand(%x: memref<4xf32>, %y: memref<4xf32>) attributes {rt.kernel, rt.source = "Neg_3"} {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : memref<4xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.negf %b : f32
    linalg.yield %c : f32
  }
  return
}
// CHECK: func.func private @no_kernel
func.func private @no_kernel(%x: memref<4xf32>) {
  return
}

// CHECK: func.func @main
func.func @main(%x: memref<4xf32>, %y: memref<4xf32>) attributes {rt.entry} {
  // CHECK: call @first(%{{.*}}, %{{.*}}) {rt.source = "Neg_0"}
  func.call @first(%x, %y) : (memref<4xf32>, memref<4xf32>) -> ()
  // CHECK: call @first(%{{.*}}, %{{.*}}) {rt.source = "Neg_1"}
  func.call @same(%x, %y) : (memref<4xf32>, memref<4xf32>) -> ()
  // CHECK: call @other_computation(%{{.*}}, %{{.*}}) {rt.source = "Abs_2"}
  func.call @other_computation(%x, %y) : (memref<4xf32>, memref<4xf32>) -> ()
  // CHECK: call @other_operand(%{{.*}}, %{{.*}}) {rt.source = "Neg_3"}
  func.call @other_operand(%x, %y) : (memref<4xf32>, memref<4xf32>) -> ()
  return
}
