// RUN: ingot-opt %s --split-input-file --outline-parallel --canonicalize --cse | FileCheck %s

// What the body uses becomes arguments; memory that the kernel shares with nothing, the body shares with nothing.
// CHECK: func.func private @scale_parallel(%[[BEGIN:.*]]: index, %[[END:.*]]: index, %[[X:.*]]: memref<?xf32> {llvm.noalias}, %[[F:.*]]: f32, %[[Y:.*]]: memref<?xf32>)
// CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
// CHECK: scf.for %[[I:.*]] = %[[BEGIN]] to %[[END]] step %[[C1]]
// CHECK: memref.load %[[X]][%[[I]]]
// CHECK: memref.store %{{.*}}, %[[Y]][%[[I]]]
// CHECK: return
// CHECK: func.func private @scale(%[[CTX:.*]]: !llvm.ptr, %[[X:.*]]: memref<?xf32> {llvm.noalias}, %[[Y:.*]]: memref<?xf32>, %[[F:.*]]: f32)
func.func private @scale(%ctx: !llvm.ptr, %x: memref<?xf32> {llvm.noalias}, %y: memref<?xf32>, %f: f32) attributes {rt.kernel} {
  %c0 = arith.constant 0 : index
  // CHECK: %[[N:.*]] = memref.dim
  %n = memref.dim %x, %c0 : memref<?xf32>
  // CHECK: %[[COUNT:.*]] = arith.maxsi %[[N]], %{{.*}}
  // CHECK: rt.parallel %[[CTX]], %[[COUNT]], @scale_parallel(%[[X]], %[[F]], %[[Y]])
  // CHECK-NOT: scf.for
  scf.forall (%i) in (%n) {
    %a = memref.load %x[%i] : memref<?xf32>
    %b = arith.mulf %a, %f : f32
    memref.store %b, %y[%i] : memref<?xf32>
  }
  return
}

// -----
// Two dims run as one range; steps and lower bounds stay.
// CHECK: func.func private @grid_parallel(%{{.*}}: index, %{{.*}}: index, %[[EXTENT:.*]]: index, %[[LOWER:.*]]: index, %[[X:.*]]: memref<64x?xf32>)
// CHECK: scf.for %[[LINEAR:.*]] =
// CHECK-DAG: %[[Q:.*]] = arith.divui %[[LINEAR]], %[[EXTENT]]
// CHECK-DAG: %[[R:.*]] = arith.remui %[[LINEAR]], %[[EXTENT]]
// CHECK-DAG: %[[I:.*]] = arith.muli %[[Q]], %{{.*}}
// CHECK-DAG: %[[J4:.*]] = arith.muli %[[R]], %{{.*}}
// CHECK-DAG: %[[J:.*]] = arith.addi %[[J4]], %[[LOWER]]
// CHECK: memref.store %{{.*}}, %[[X]][%[[I]], %[[J]]]
// CHECK-LABEL: func.func private @grid(
func.func private @grid(%ctx: !llvm.ptr, %x: memref<64x?xf32>, %lower: index, %upper: index) attributes {rt.kernel} {
  %zero = arith.constant 0.0 : f32
  // CHECK: %[[DISTANCE:.*]] = arith.subi
  // CHECK: %[[CEIL:.*]] = arith.ceildivsi %[[DISTANCE]]
  // CHECK: %[[EXTENT:.*]] = arith.maxsi %[[CEIL]]
  // CHECK: %[[COUNT:.*]] = arith.muli %[[EXTENT]], %{{.*}}
  // CHECK: rt.parallel %{{.*}}, %[[COUNT]], @grid_parallel(%[[EXTENT]], %{{.*}}, %{{.*}})
  scf.forall (%i, %j) = (0, %lower) to (64, %upper) step (8, 4) {
    memref.store %zero, %x[%i, %j] : memref<64x?xf32>
  }
  return
}

// -----
// Nested parallel loops run as plain loops inside; one iteration needs no thread.
// CHECK: func.func private @nested_parallel(
// CHECK: scf.for
// CHECK: scf.for
// CHECK-NOT: scf.forall
// CHECK-LABEL: func.func private @nested(
func.func private @nested(%ctx: !llvm.ptr, %x: memref<8x8xf32>, %f: f32) attributes {rt.kernel} {
  // CHECK: rt.parallel
  scf.forall (%i) in (8) {
    scf.forall (%j) in (8) {
      memref.store %f, %x[%i, %j] : memref<8x8xf32>
    }
  }
  // CHECK-NOT: rt.parallel
  scf.forall (%i) in (1) {
    memref.store %f, %x[%i, %i] : memref<8x8xf32>
  }
  return
}

// -----
// What comes before the iterations of a range is done once for it. Inside of a parallel loop, and for a single
// iteration, there is one range.
// CHECK: func.func private @ranges_parallel(%[[BEGIN:.*]]: index, %[[END:.*]]: index, %[[X:.*]]: memref<8xf32>)
// CHECK: %[[OWN:.*]] = memref.alloca
// CHECK: memref.store %{{.*}}, %[[OWN]]
// CHECK: scf.for %{{.*}} = %[[BEGIN]] to %[[END]]
// CHECK: func.func private @ranges_parallel_0(%[[BEGIN:.*]]: index, %[[END:.*]]: index, %[[X:.*]]: memref<8xf32>)
// CHECK: scf.for %{{.*}} = %[[BEGIN]] to %[[END]]
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c8
// CHECK-LABEL: func.func private @ranges(
func.func private @ranges(%ctx: !llvm.ptr, %x: memref<8xf32>) attributes {rt.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  // CHECK: rt.parallel %{{.*}}, %{{.*}}, @ranges_parallel(%{{.*}}) : (memref<8xf32>) -> ()
  rt.ranges %c8 {
  ^bb0(%begin: index, %end: index):
    %own = memref.alloca() : memref<f32>
    memref.store %zero, %own[] : memref<f32>
    scf.for %i = %begin to %end step %c1 {
      %a = memref.load %own[] : memref<f32>
      memref.store %a, %x[%i] : memref<8xf32>
    }
  }
  // CHECK: rt.parallel %{{.*}}, %{{.*}}, @ranges_parallel_0(%{{.*}}) : (memref<8xf32>) -> ()
  scf.forall (%j) in (8) {
    rt.ranges %c8 {
    ^bb0(%begin: index, %end: index):
      scf.for %i = %begin to %end step %c1 {
        memref.store %zero, %x[%i] : memref<8xf32>
      }
    }
  }
  // CHECK-NOT: rt.parallel
  // CHECK: memref.store %{{.*}}, %{{.*}}[%c0] : memref<8xf32>
  // CHECK: return
  rt.ranges %c1 {
  ^bb0(%begin: index, %end: index):
    scf.for %i = %begin to %end step %c1 {
      memref.store %zero, %x[%i] : memref<8xf32>
    }
  }
  return
}

// -----
// Two views of one buffer may share memory; a plain loop stays.
// CHECK: func.func private @views_parallel(%{{.*}}: index, %{{.*}}: index, %{{.*}}: memref<4xf32, strided<[1]>>, %{{.*}}: memref<8xf32>)
// CHECK-LABEL: func.func private @views(
func.func private @views(%ctx: !llvm.ptr, %x: memref<8xf32> {llvm.noalias}) attributes {rt.kernel} {
  %v = memref.subview %x[0] [4] [1] : memref<8xf32> to memref<4xf32, strided<[1]>>
  scf.forall (%i) in (4) {
    %a = memref.load %v[%i] : memref<4xf32, strided<[1]>>
    memref.store %a, %x[%i] : memref<8xf32>
  }
  // CHECK: scf.for
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %a = memref.load %v[%i] : memref<4xf32, strided<[1]>>
    memref.store %a, %x[%i] : memref<8xf32>
  }
  return
}
