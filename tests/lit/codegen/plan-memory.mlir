// RUN: ingot-opt %s --split-input-file --canonicalize --cse --plan-memory --canonicalize --cse | FileCheck %s

func.func private @k(memref<16xf32>, memref<16xf32>)

// CHECK: module attributes {rt.memory = {arena = 128 : i64, heap = 0 : i64, live = 128 : i64}}
// %a dies when %b is made into %c: %c takes its place.
// CHECK-LABEL: func.func @static
// CHECK-SAME: %[[CTX:[a-z0-9]*]]: !llvm.ptr
func.func @static(%ctx: !llvm.ptr, %x: memref<16xf32>, %y: memref<16xf32>) attributes {rt.entry} {
  // CHECK: %[[ARENA:.*]] = rt.arena %[[CTX]] : memref<128xi8>
  // CHECK: %[[A:.*]] = memref.view %[[ARENA]][%[[A0:.*]]][] : memref<128xi8> to memref<16xf32>
  %a = memref.alloc() : memref<16xf32>
  // CHECK: call @k(%{{.*}}, %[[A]])
  func.call @k(%x, %a) : (memref<16xf32>, memref<16xf32>) -> ()
  // CHECK: %[[B:.*]] = memref.view %[[ARENA]][%[[B0:.*]]][] : memref<128xi8> to memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  // CHECK: call @k(%[[A]], %[[B]])
  func.call @k(%a, %b) : (memref<16xf32>, memref<16xf32>) -> ()
  %c = memref.alloc() : memref<16xf32>
  // CHECK: call @k(%[[B]], %[[A]])
  func.call @k(%b, %c) : (memref<16xf32>, memref<16xf32>) -> ()
  func.call @k(%c, %y) : (memref<16xf32>, memref<16xf32>) -> ()
  return
}

// -----
// A function that runs no model keeps its allocations.
// CHECK-LABEL: func.func @other
func.func @other(%x: f32) -> f32 {
  // CHECK: memref.alloc() : memref<f32>
  %a = memref.alloc() : memref<f32>
  memref.store %x, %a[] : memref<f32>
  %r = memref.load %a[] : memref<f32>
  return %r : f32
}

// -----
func.func private @k(memref<?x4xf32>, memref<?x4xf32>)

// Sizes that follow from the inputs' dims are computed at the entry, also for a buffer made later, in a branch.
// CHECK-LABEL: func.func @dynamic
// CHECK-SAME: (%[[CTX:[a-z0-9]*]]: !llvm.ptr, %[[X:[a-z0-9]*]]: memref<?x4xf32>
func.func @dynamic(%ctx: !llvm.ptr, %x: memref<?x4xf32>, %y: memref<?x4xf32>, %cond: i1) attributes {rt.entry} {
  // CHECK-DAG: %[[N:.*]] = memref.dim %[[X]], %{{.*}}
  // CHECK-DAG: %[[A_BYTES:.*]] = rt.bytes 16(%[[N]])
  // CHECK-DAG: %[[M:.*]] = arith.addi %[[N]], %{{.*}}
  // CHECK-DAG: %[[B_BYTES:.*]] = rt.bytes 16(%[[M]])
  // CHECK: %[[ARENA:.*]], %[[OFFSETS:.*]]:2 = rt.plan %[[CTX]], 0 sizes(%[[A_BYTES]], %[[B_BYTES]]) first [{{.*}}] last [{{.*}}]
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %x, %c0 : memref<?x4xf32>
  // CHECK: memref.view %[[ARENA]][%[[OFFSETS]]#0][%{{.*}}] : memref<?xi8> to memref<?x4xf32>
  %a = memref.alloc(%n) : memref<?x4xf32>
  func.call @k(%x, %a) : (memref<?x4xf32>, memref<?x4xf32>) -> ()
  // CHECK: scf.if
  scf.if %cond {
    %n1 = memref.dim %a, %c0 : memref<?x4xf32>
    %m = arith.addi %n1, %c1 : index
    // CHECK: memref.view %[[ARENA]][%[[OFFSETS]]#1][%{{.*}}] : memref<?xi8> to memref<?x4xf32>
    %b = memref.alloc(%m) : memref<?x4xf32>
    func.call @k(%a, %b) : (memref<?x4xf32>, memref<?x4xf32>) -> ()
    func.call @k(%b, %y) : (memref<?x4xf32>, memref<?x4xf32>) -> ()
  }
  return
}

// -----
func.func private @k(memref<?xf32>)

// Only data says how large this one is.
// CHECK: module attributes {rt.memory = {heap = 1 : i64}}
// CHECK-LABEL: func.func @data
func.func @data(%ctx: !llvm.ptr, %shape: memref<1xi64>) attributes {rt.entry} {
  // CHECK-NOT: rt.arena
  // CHECK-NOT: rt.plan
  // CHECK: memref.alloc(%{{.*}}) : memref<?xf32>
  %c0 = arith.constant 0 : index
  %d = memref.load %shape[%c0] : memref<1xi64>
  %n = arith.index_cast %d : i64 to index
  %a = memref.alloc(%n) : memref<?xf32>
  func.call @k(%a) : (memref<?xf32>) -> ()
  return
}

// -----
func.func private @k(memref<16xf32>, memref<16xf32>)

// In place where the call allows it and the input is not needed afterwards.
// CHECK-LABEL: func.func @inplace
func.func @inplace(%ctx: !llvm.ptr, %x: memref<16xf32>, %y: memref<16xf32>) attributes {rt.entry} {
  // CHECK: %[[ARENA:.*]] = rt.arena %{{.*}} : memref<64xi8>
  // CHECK: %[[A:.*]] = memref.view %[[ARENA]]
  %a = memref.alloc() : memref<16xf32>
  func.call @k(%x, %a) : (memref<16xf32>, memref<16xf32>) -> ()
  // CHECK: call @k(%[[A]], %[[A]])
  %b = memref.alloc() : memref<16xf32>
  func.call @k(%a, %b) {rt.inplace = [[1, 0]]} : (memref<16xf32>, memref<16xf32>) -> ()
  func.call @k(%b, %y) : (memref<16xf32>, memref<16xf32>) -> ()
  return
}

// -----
func.func private @k(memref<16xf32>, memref<16xf32>)

// CHECK-LABEL: func.func @needed_later
func.func @needed_later(%ctx: !llvm.ptr, %x: memref<16xf32>, %y: memref<16xf32>) attributes {rt.entry} {
  // CHECK: rt.arena %{{.*}} : memref<128xi8>
  %a = memref.alloc() : memref<16xf32>
  func.call @k(%x, %a) : (memref<16xf32>, memref<16xf32>) -> ()
  %b = memref.alloc() : memref<16xf32>
  func.call @k(%a, %b) {rt.inplace = [[1, 0]]} : (memref<16xf32>, memref<16xf32>) -> ()
  func.call @k(%b, %y) : (memref<16xf32>, memref<16xf32>) -> ()
  func.call @k(%a, %y) : (memref<16xf32>, memref<16xf32>) -> ()
  return
}

// -----
func.func private @k(memref<16xf32>, memref<16xf32>, memref<16xf32>)

// The other input is a view of the same buffer.
// CHECK-LABEL: func.func @two_views
func.func @two_views(%ctx: !llvm.ptr, %x: memref<16xf32>, %y: memref<16xf32>) attributes {rt.entry} {
  // CHECK: rt.arena %{{.*}} : memref<128xi8>
  %a = memref.alloc() : memref<16xf32>
  func.call @k(%x, %x, %a) : (memref<16xf32>, memref<16xf32>, memref<16xf32>) -> ()
  %v = memref.expand_shape %a [[0, 1]] output_shape [4, 4] : memref<16xf32> into memref<4x4xf32>
  %w = memref.collapse_shape %v [[0, 1]] : memref<4x4xf32> into memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  func.call @k(%a, %w, %b) {rt.inplace = [[2, 0]]} : (memref<16xf32>, memref<16xf32>, memref<16xf32>) -> ()
  func.call @k(%b, %b, %y) : (memref<16xf32>, memref<16xf32>, memref<16xf32>) -> ()
  return
}

// -----
func.func private @k(memref<16xf32>, memref<16xf32>)

// What a loop hands from one iteration to the next is new memory in each; what stays inside is planned, and what
// comes from outside is live through the whole loop.
// CHECK-LABEL: func.func @loop
func.func @loop(%ctx: !llvm.ptr, %x: memref<16xf32>, %y: memref<16xf32>, %n: index) attributes {rt.entry} {
  // CHECK: rt.arena %{{.*}} : memref<128xi8>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: %[[OUTSIDE:.*]] = memref.view %[[ARENA:.*]][%[[AT:.*]]][]
  %outside = memref.alloc() : memref<16xf32>
  func.call @k(%x, %outside) : (memref<16xf32>, memref<16xf32>) -> ()
  // CHECK: scf.for
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%s = %x) -> memref<16xf32> {
    // CHECK-NOT: memref.view %[[ARENA]][%[[AT]]][]
    %inside = memref.alloc() : memref<16xf32>
    func.call @k(%outside, %inside) : (memref<16xf32>, memref<16xf32>) -> ()
    // CHECK: memref.alloc() : memref<16xf32>
    %next = memref.alloc() : memref<16xf32>
    func.call @k(%s, %next) : (memref<16xf32>, memref<16xf32>) -> ()
    func.call @k(%inside, %next) : (memref<16xf32>, memref<16xf32>) -> ()
    scf.yield %next : memref<16xf32>
  }
  func.call @k(%r, %y) : (memref<16xf32>, memref<16xf32>) -> ()
  return
}

// -----
func.func private @k(memref<16xf32>, memref<16xf32>)

// Buffers that leave a branch live on; those of the two branches are one.
// CHECK-LABEL: func.func @branches
func.func @branches(%ctx: !llvm.ptr, %x: memref<16xf32>, %y: memref<16xf32>, %cond: i1) attributes {rt.entry} {
  // CHECK: rt.arena %{{.*}} : memref<128xi8>
  %r = scf.if %cond -> memref<16xf32> {
    %a = memref.alloc() : memref<16xf32>
    func.call @k(%x, %a) : (memref<16xf32>, memref<16xf32>) -> ()
    scf.yield %a : memref<16xf32>
  } else {
    %b = memref.alloc() : memref<16xf32>
    func.call @k(%x, %b) : (memref<16xf32>, memref<16xf32>) -> ()
    func.call @k(%b, %b) : (memref<16xf32>, memref<16xf32>) -> ()
    scf.yield %b : memref<16xf32>
  }
  %c = memref.alloc() : memref<16xf32>
  func.call @k(%r, %c) : (memref<16xf32>, memref<16xf32>) -> ()
  func.call @k(%c, %y) : (memref<16xf32>, memref<16xf32>) -> ()
  return
}

// -----
func.func private @k(memref<16xf32>, memref<16xf32>)
func.func private @t(memref<4x4xf32, strided<[1, 4]>>, memref<16xf32>)

// A buffer lives as long as its transposed view is used: %b may not take the place of %a.
// CHECK-LABEL: func.func @transposed
func.func @transposed(%ctx: !llvm.ptr, %x: memref<4x4xf32>, %y: memref<16xf32>) attributes {rt.entry} {
  // CHECK: rt.arena %{{.*}} : memref<128xi8>
  %a = memref.alloc() : memref<4x4xf32>
  memref.copy %x, %a : memref<4x4xf32> to memref<4x4xf32>
  %v = memref.transpose %a (i, j) -> (j, i) : memref<4x4xf32> to memref<4x4xf32, strided<[1, 4]>>
  %b = memref.alloc() : memref<16xf32>
  func.call @t(%v, %b) : (memref<4x4xf32, strided<[1, 4]>>, memref<16xf32>) -> ()
  func.call @t(%v, %y) : (memref<4x4xf32, strided<[1, 4]>>, memref<16xf32>) -> ()
  func.call @k(%b, %y) : (memref<16xf32>, memref<16xf32>) -> ()
  return
}

// -----
func.func private @k(memref<16xf32>, memref<16xf32>)

// An output that the caller gives no memory for lies in the arena, to the end of the run: %c does not overwrite it.
// CHECK: module attributes {rt.memory = {arena = 192 : i64, heap = 0 : i64, live = 192 : i64}}
// CHECK-LABEL: func.func @outputs
func.func @outputs(%ctx: !llvm.ptr, %x: memref<16xf32>) attributes {rt.entry} {
  // CHECK: %[[ARENA:.*]] = rt.arena
  %a = memref.alloc() : memref<16xf32>
  func.call @k(%x, %a) : (memref<16xf32>, memref<16xf32>) -> ()
  // CHECK: %[[A:.*]] = memref.view %[[ARENA]]
  // CHECK: %[[PLACE:.*]] = memref.view %[[ARENA]]
  // CHECK: %[[Y:.*]] = rt.output 0() else %[[PLACE]] : memref<16xf32> : memref<16xf32>
  %y = rt.output 0 () : memref<16xf32>
  // CHECK: call @k(%[[A]], %[[Y]])
  func.call @k(%a, %y) : (memref<16xf32>, memref<16xf32>) -> ()
  %c = memref.alloc() : memref<16xf32>
  func.call @k(%x, %c) : (memref<16xf32>, memref<16xf32>) -> ()
  %z = rt.output 1 () : memref<16xf32>
  func.call @k(%c, %z) : (memref<16xf32>, memref<16xf32>) -> ()
  return
}

// -----
// Only data says how large this one is.
// CHECK-LABEL: func.func @output_of_data
func.func @output_of_data(%ctx: !llvm.ptr, %shape: memref<1xi64>) attributes {rt.entry} {
  // CHECK-NOT: memref.alloc
  // CHECK: rt.output 0(%{{.*}}) : memref<?xf32>
  %c0 = arith.constant 0 : index
  %d = memref.load %shape[%c0] : memref<1xi64>
  %n = arith.index_cast %d : i64 to index
  %y = rt.output 0 (%n) : memref<?xf32>
  return
}
