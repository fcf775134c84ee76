// RUN: ingot-opt %s --split-input-file --free-buffers --bufferization-lower-deallocations --canonicalize --cse | FileCheck %s

func.func private @k(memref<?xf32>, memref<?xf32>)

// After the last use, through views too.
// CHECK-LABEL: func.func @last_use
func.func @last_use(%ctx: !llvm.ptr, %x: memref<?xf32>, %y: memref<?xf32>, %n: index) attributes {rt.entry} {
  // CHECK: %[[A:.*]] = memref.alloc
  %a = memref.alloc(%n) : memref<?xf32>
  func.call @k(%x, %a) : (memref<?xf32>, memref<?xf32>) -> ()
  %v = memref.reinterpret_cast %a to offset: [0], sizes: [%n], strides: [1] : memref<?xf32> to memref<?xf32>
  // CHECK: %[[B:.*]] = memref.alloc
  %b = memref.alloc(%n) : memref<?xf32>
  // CHECK: call @k(%{{.*}}, %[[B]])
  // CHECK-NEXT: memref.dealloc %[[A]]
  func.call @k(%v, %b) : (memref<?xf32>, memref<?xf32>) -> ()
  // CHECK-NEXT: call @k(%[[B]]
  // CHECK-NEXT: memref.dealloc %[[B]]
  // CHECK-NEXT: return
  func.call @k(%b, %y) : (memref<?xf32>, memref<?xf32>) -> ()
  return
}

// -----
func.func private @k(memref<?xf32>, memref<?xf32>)

// What the loop was given is not its own; what an iteration made is freed when the next one has replaced it. The last
// one's lives until the end of the run.
// CHECK-LABEL: func.func @loop
func.func @loop(%ctx: !llvm.ptr, %x: memref<?xf32>, %y: memref<?xf32>, %n: index) attributes {rt.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: scf.for {{.*}} iter_args(%[[S:.*]] = %{{.*}}, %[[OWN:.*]] = %{{.*}}) -> (memref<?xf32>, i1)
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%s = %x) -> memref<?xf32> {
    %next = memref.alloc(%i) : memref<?xf32>
    func.call @k(%s, %next) : (memref<?xf32>, memref<?xf32>) -> ()
    // CHECK: memref.extract_strided_metadata %[[S]]
    // CHECK: scf.if %[[OWN]]
    // CHECK-NEXT: memref.dealloc
    scf.yield %next : memref<?xf32>
  }
  // CHECK: call @k
  // CHECK-NEXT: return
  func.call @k(%r, %y) : (memref<?xf32>, memref<?xf32>) -> ()
  return
}

// -----
// CHECK-LABEL: func.func @nothing
func.func @nothing(%ctx: !llvm.ptr, %x: memref<4xf32>) attributes {rt.entry} {
  // CHECK-NEXT: return
  return
}
