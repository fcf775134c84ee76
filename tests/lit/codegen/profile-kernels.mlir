// RUN: ingot-opt %s --profile-kernels | FileCheck %s

// CHECK: module attributes {rt.kernels = ["k: MatMul_3 Relu_4", "k"]}
module {
  func.func private @k(%x: memref<4xf32>) attributes {rt.kernel} { return }
  func.func private @helper(%x: memref<4xf32>) { return }
  func.func @main(%ctx: !llvm.ptr, %x: memref<4xf32>) attributes {rt.entry} {
    // CHECK: rt.kernel_begin %[[CTX:.*]], 0
    // CHECK-NEXT: call @k
    // CHECK-NEXT: rt.kernel_end %[[CTX]], 0
    func.call @k(%x) {rt.source = "MatMul_3 Relu_4"} : (memref<4xf32>) -> ()
    // CHECK-NEXT: rt.kernel_begin %[[CTX]], 1
    // CHECK-NEXT: call @k
    // CHECK-NEXT: rt.kernel_end %[[CTX]], 1
    func.call @k(%x) : (memref<4xf32>) -> ()
    // CHECK-NEXT: call @helper
    // CHECK-NEXT: return
    func.call @helper(%x) : (memref<4xf32>) -> ()
    return
  }
}
