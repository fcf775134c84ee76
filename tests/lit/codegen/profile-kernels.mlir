// RUN: ingot-opt %s --profile-kernels --canonicalize | FileCheck %s

// CHECK: module attributes {rt.kernels = ["k: MatMul_3 Relu_4", "k", "j"]}
module {
  func.func private @k(%x: memref<?xf32>) attributes {rt.kernel, rt.work = {
    extents = [array<i64: 0, 0>], flops = affine_map<()[s0] -> (s0 * 2)>,
    bytes = [affine_map<()[s0] -> (64)>, affine_map<()[s0] -> (s0 * 4, 100)>]}}
  func.func private @j(%x: memref<?xf32>) attributes {rt.kernel}
  func.func private @helper(%x: memref<?xf32>)
  // CHECK: @main(%[[CTX:.*]]: !llvm.ptr, %[[X:.*]]: memref<?xf32>, %[[Y:.*]]: memref<4xf32>
  func.func @main(%ctx: !llvm.ptr, %x: memref<?xf32>, %y: memref<4xf32>) attributes {rt.entry} {
    // CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
    // CHECK-DAG: %[[C8:.*]] = arith.constant 8 : index
    // CHECK-DAG: %[[C80:.*]] = arith.constant 80 : index
    // CHECK: %[[N:.*]] = memref.dim %[[X]]
    // CHECK: %[[FLOPS:.*]] = arith.muli %[[N]]
    // CHECK: %[[SIZE:.*]] = arith.muli %[[N]]
    // CHECK: %[[LEAST:.*]] = arith.minsi %[[SIZE]]
    // CHECK: %[[BYTES:.*]] = arith.addi %[[LEAST]]
    // CHECK: rt.kernel_begin %[[CTX]], 0
    // CHECK-NEXT: call @k
    // CHECK-NEXT: rt.kernel_end %[[CTX]], 0 flops(%[[FLOPS]]) bytes(%[[BYTES]])
    func.call @k(%x) {rt.source = "MatMul_3 Relu_4"} : (memref<?xf32>) -> ()
    // CHECK: rt.kernel_begin %[[CTX]], 1
    // CHECK-NEXT: call @k
    // CHECK-NEXT: rt.kernel_end %[[CTX]], 1 flops(%[[C8]]) bytes(%[[C80]])
    %z = memref.cast %y : memref<4xf32> to memref<?xf32>
    func.call @k(%z) : (memref<?xf32>) -> ()
    // CHECK: rt.kernel_begin %[[CTX]], 2
    // CHECK-NEXT: call @j
    // CHECK-NEXT: rt.kernel_end %[[CTX]], 2 flops(%[[C0]]) bytes(%[[C0]])
    func.call @j(%x) : (memref<?xf32>) -> ()
    // CHECK-NEXT: call @helper
    // CHECK-NEXT: return
    func.call @helper(%x) : (memref<?xf32>) -> ()
    return
  }
}
