// RUN: ingot-opt %s --split-input-file --join-loops | FileCheck %s

// The host program waits where it reads what a loop writes, once; not for shapes, memory, and other loops.
// CHECK-LABEL: func.func private @scale(
// CHECK-NOT: rt.join
// CHECK: return
func.func private @scale_parallel(%begin: index, %end: index, %x: memref<?xf32>) {
  return
}
func.func private @scale(%ctx: !llvm.ptr, %x: memref<?xf32>) attributes {rt.kernel} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  rt.parallel %ctx, %n, @scale_parallel(%x) : (memref<?xf32>) -> ()
  rt.parallel %ctx, %n, @scale_parallel(%x) : (memref<?xf32>) -> ()
  return
}
// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[CTX:.*]]: !llvm.ptr
func.func @main(%ctx: !llvm.ptr, %x: memref<?xf32>, %size: memref<index>) attributes {rt.entry} {
  // CHECK-NEXT: memref.load
  // CHECK-NEXT: memref.alloc
  // CHECK-NEXT: call @scale
  // CHECK: rt.share
  // CHECK-NEXT: memref.alloc
  // CHECK-NEXT: call @scale
  // CHECK-NEXT: rt.join %[[CTX]]
  // CHECK-NEXT: memref.load
  // CHECK-NEXT: memref.load
  // CHECK-NEXT: call @scale
  // CHECK-NEXT: return
  %n = memref.load %size[] : memref<index>
  %a = memref.alloc(%n) : memref<?xf32>
  call @scale(%ctx, %a) : (!llvm.ptr, memref<?xf32>) -> ()
  %false = arith.constant false
  rt.share %ctx, %false
  %b = memref.alloc(%n) : memref<?xf32>
  call @scale(%ctx, %b) : (!llvm.ptr, memref<?xf32>) -> ()
  %m = memref.load %size[] : memref<index>
  %l = memref.load %size[] : memref<index>
  call @scale(%ctx, %b) : (!llvm.ptr, memref<?xf32>) -> ()
  return
}

// -----
// A kernel waits for what its callers have left, for its own loops, and while it has buffers on the stack.
func.func private @body(%begin: index, %end: index, %x: memref<4xf32>) {
  return
}
// CHECK-LABEL: func.func private @on_stack(
// CHECK: rt.parallel
// CHECK-NEXT: rt.join
// CHECK-NEXT: return
func.func private @on_stack(%ctx: !llvm.ptr) attributes {rt.kernel} {
  %c4 = arith.constant 4 : index
  %a = memref.alloca() : memref<4xf32>
  rt.parallel %ctx, %c4, @body(%a) : (memref<4xf32>) -> ()
  return
}
// So does one whose loop is in a part of it that is a function.
// CHECK-LABEL: func.func private @part(
// CHECK: rt.parallel
// CHECK-NEXT: return
func.func private @part(%ctx: !llvm.ptr, %a: memref<4xf32>) {
  %c4 = arith.constant 4 : index
  rt.parallel %ctx, %c4, @body(%a) : (memref<4xf32>) -> ()
  return
}
// CHECK-LABEL: func.func private @in_part(
// CHECK: call @part
// CHECK-NEXT: rt.join
// CHECK-NEXT: return
func.func private @in_part(%ctx: !llvm.ptr) attributes {rt.kernel} {
  %a = memref.alloca() : memref<4xf32>
  call @part(%ctx, %a) : (!llvm.ptr, memref<4xf32>) -> ()
  return
}
// CHECK-LABEL: func.func private @serial(
// CHECK: rt.join
// CHECK-NEXT: scf.for
// CHECK-NOT: rt.join
// CHECK: return
func.func private @serial(%ctx: !llvm.ptr, %x: memref<4xf32>, %f: f32) attributes {rt.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    memref.store %f, %x[%i] : memref<4xf32>
  }
  memref.store %f, %x[%c0] : memref<4xf32>
  return
}
// CHECK-LABEL: func.func private @both(
// CHECK: scf.for
// CHECK-NEXT: rt.join
// CHECK-NEXT: memref.store
// CHECK-NEXT: rt.parallel
// CHECK: rt.join
// CHECK-NEXT: memref.store
func.func private @both(%ctx: !llvm.ptr, %x: memref<4xf32>, %f: f32) attributes {rt.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    memref.store %f, %x[%i] : memref<4xf32>
    rt.parallel %ctx, %c4, @body(%x) : (memref<4xf32>) -> ()
  }
  memref.store %f, %x[%c0] : memref<4xf32>
  return
}

// -----
// Bodies of loops do not wait, nor does a program that has none.
// CHECK-NOT: rt.join
func.func private @body(%begin: index, %end: index, %x: memref<4xf32>, %f: f32) {
  memref.store %f, %x[%begin] : memref<4xf32>
  return
}
func.func @main(%ctx: !llvm.ptr, %x: memref<4xf32>, %f: f32) attributes {rt.entry} {
  %c0 = arith.constant 0 : index
  memref.store %f, %x[%c0] : memref<4xf32>
  return
}
