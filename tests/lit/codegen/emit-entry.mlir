// RUN: ingot-opt %s --emit-entry | FileCheck %s

// CHECK: module attributes
// CHECK-SAME: rt.inputs = [{dims = ["N", ""], name = "x", type = tensor<?x32xf32>}, {dims = [], name = "s", type = tensor<f32>}]
// CHECK-SAME: rt.outputs = [{dims = ["N", ""], name = "y", type = tensor<?x64xf32>}]
// CHECK-SAME: rt.run = @run_model
module attributes {rt.name = "model"} {
  // CHECK-LABEL: func.func private @run_model
  // CHECK-SAME: (%{{.*}}: !llvm.ptr, %[[TENSORS:.*]]: !llvm.ptr, %{{.*}}: !llvm.ptr) attributes {rt.entry}
  func.func @main(%ctx: !llvm.ptr, %x: memref<?x32xf32> {rt.name = "x", rt.type = tensor<?x32xf32>, rt.dims = ["N", ""]},
                  %s: memref<f32> {rt.name = "s", rt.type = tensor<f32>, rt.dims = []})
      attributes {rt.entry, rt.outputs = [{name = "y", type = tensor<?x64xf32>, dims = ["N", ""]}]} {
    // CHECK: %[[X:.*]] = rt.input %[[TENSORS]][0] : memref<?x32xf32>
    // CHECK: %[[S:.*]] = rt.input %[[TENSORS]][1] : memref<f32>
    %c0 = arith.constant 0 : index
    // CHECK: memref.dim %[[X]]
    %n = memref.dim %x, %c0 : memref<?x32xf32>
    %y = rt.output 0 (%n) : memref<?x64xf32>
    // CHECK: memref.load %[[S]]
    %v = memref.load %s[] : memref<f32>
    return
  }
  // CHECK: func.func private @kernel(%{{.*}}: memref<4xf32>)
  func.func private @kernel(%x: memref<4xf32>) attributes {rt.kernel} {
    return
  }
}
