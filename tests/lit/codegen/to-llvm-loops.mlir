// RUN: ingot-opt %s --convert-scf-to-cf --ingot-to-llvm --split-input-file | FileCheck %s

// What a loop tells LLVM ends on the branch back to its head.

// CHECK: llvm.func internal @told
// CHECK: llvm.br ^{{.*}} {loop_annotation = #{{.*}}}
module {
  func.func @told(%m: memref<8xf32>, %x: f32) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    scf.for %i = %c0 to %c8 step %c1 {
      memref.store %x, %m[%i] : memref<8xf32>
    } {llvm.loop_annotation = #llvm.loop_annotation<unroll = <disable = true>>}
    return
  }
}

// -----

// CHECK: llvm.func internal @silent
// CHECK-NOT: loop_annotation
module {
  func.func @silent(%m: memref<8xf32>, %x: f32) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    scf.for %i = %c0 to %c8 step %c1 {
      memref.store %x, %m[%i] : memref<8xf32>
    }
    return
  }
}
