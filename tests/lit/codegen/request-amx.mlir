// RUN: ingot-opt %s --request-amx --split-input-file | FileCheck %s

// CHECK-LABEL: func @main
// CHECK-SAME: %[[CTX:[a-z0-9]+]]: !llvm.ptr
// CHECK-NEXT: rt.request_amx %[[CTX]]
// CHECK-NEXT: call @k
module {
  func.func private @k(%ctx: !llvm.ptr, %config: !llvm.ptr) attributes {rt.kernel} {
    llvm.call_intrinsic "llvm.x86.ldtilecfg"(%config) : (!llvm.ptr) -> ()
    return
  }
  func.func @main(%ctx: !llvm.ptr, %x: !llvm.ptr) attributes {rt.entry} {
    func.call @k(%ctx, %x) : (!llvm.ptr, !llvm.ptr) -> ()
    return
  }
}

// -----

// No kernel uses them.
// CHECK-LABEL: func @main
// CHECK-NOT: rt.request_amx
module {
  func.func private @k(%ctx: !llvm.ptr, %x: !llvm.ptr) attributes {rt.kernel} {
    return
  }
  func.func @main(%ctx: !llvm.ptr, %x: !llvm.ptr) attributes {rt.entry} {
    func.call @k(%ctx, %x) : (!llvm.ptr, !llvm.ptr) -> ()
    return
  }
}
