// RUN: ingot-opt %s --convert-scf-to-cf --ingot-to-llvm | FileCheck %s

// CHECK-DAG: llvm.mlir.global private unnamed_addr constant @[[MESSAGE:.*]]("expected %lld\00")
// CHECK-DAG: llvm.mlir.global private unnamed_addr constant @[[FIRST:.*]](dense<[0, 1]> : tensor<2xi32>)

rt.weight_data @w source(dense<1.0> : tensor<4xf32>) : tensor<4xf32> : memref<4xf32> at 128

// Pointers of arguments that share no memory are marked; a kernel stays a function of its own.
// CHECK-LABEL: llvm.func internal @kernel
// CHECK-SAME: (%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr {llvm.noalias}, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64)
// CHECK-SAME: no_inline
func.func private @kernel(%ctx: !llvm.ptr, %x: memref<?xf32> {llvm.noalias}) attributes {rt.kernel} {
  return
}

// What is a float only for a store, is stored as the integer that it was made of.
// CHECK-LABEL: llvm.func internal @stores
// CHECK-SAME: %[[BITS:[^:]*]]: vector<4xi16>)
// CHECK: llvm.store %[[BITS]], %{{.*}} : vector<4xi16>, !llvm.ptr
func.func private @stores(%ctx: !llvm.ptr, %out: memref<4xbf16>, %bits: vector<4xi16>) attributes {rt.kernel} {
  %c0 = arith.constant 0 : index
  %0 = arith.bitcast %bits : vector<4xi16> to vector<4xbf16>
  vector.store %0, %out[%c0] : memref<4xbf16>, vector<4xbf16>
  return
}

// CHECK-LABEL: llvm.func internal @body
func.func private @body(%begin: index, %end: index, %f: f32) {
  return
}

// CHECK-LABEL: llvm.func internal @run_model
// CHECK-SAME: (%[[CTX:.*]]: !llvm.ptr, %[[TENSORS:.*]]: !llvm.ptr, %[[WEIGHTS:.*]]: !llvm.ptr)
func.func private @run_model(%ctx: !llvm.ptr, %tensors: !llvm.ptr, %weights: !llvm.ptr) attributes {rt.entry} {
  %c0 = arith.constant 0 : index
  // CHECK: llvm.getelementptr %[[TENSORS]][120] : (!llvm.ptr) -> !llvm.ptr, i8
  // CHECK: llvm.getelementptr %[[TENSORS]][152] : (!llvm.ptr) -> !llvm.ptr, i8
  %x = rt.input %tensors[1] : memref<3x?xf32>
  %n = memref.dim %x, %c0 : memref<3x?xf32>
  // CHECK: %[[OFFSET:.*]] = llvm.mlir.constant(128 : i64)
  // CHECK: llvm.getelementptr %[[WEIGHTS]][%[[OFFSET]]]
  %w = rt.weight @w : memref<4xf32>
  // CHECK: llvm.intr.smul.with.overflow
  %bytes = rt.bytes 4 (%n, %n)
  // CHECK: llvm.call @ingot_rt_plan(%[[CTX]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}})
  // CHECK: llvm.call @ingot_rt_arena(%[[CTX]], %{{.*}})
  %arena, %offsets:2 = rt.plan %ctx, 0 sizes(%bytes, %n) first [0, 1] last [1, 1]
  // CHECK: llvm.call @ingot_rt_alloc(%[[CTX]], %{{.*}}) : (!llvm.ptr, i64) -> !llvm.ptr
  %heap = memref.alloc(%n) : memref<?xf32>
  // CHECK: %[[NO_PLACE:.*]] = llvm.mlir.zero : !llvm.ptr
  // CHECK: llvm.call @ingot_rt_output(%[[CTX]], %{{.*}}, %{{.*}}, %{{.*}}, %[[NO_PLACE]])
  %y = rt.output 0 (%n) : memref<?x4xf32>
  // CHECK: llvm.mlir.constant(1 : i32)
  // CHECK-NEXT: llvm.mlir.constant(1 : i32)
  // CHECK-NEXT: %[[PLACE:.*]] = llvm.extractvalue %{{.*}}[1]
  // CHECK: llvm.call @ingot_rt_output(%[[CTX]], %{{.*}}, %{{.*}}, %{{.*}}, %[[PLACE]])
  %place = memref.view %arena[%offsets#0][] : memref<?xi8> to memref<4xf32>
  %z = rt.output 1 () else %place : memref<4xf32> : memref<4xf32>
  // CHECK: llvm.cond_br %{{.*}}, ^[[GOOD:.*]], ^[[BAD:.*]]
  %ok = arith.cmpi ne, %n, %c0 : index
  rt.check %ok, "expected %lld"(%n)
  // CHECK: ^[[GOOD]]:
  %f = arith.constant 1.0 : f32
  // CHECK: llvm.mlir.addressof @body_thread
  // CHECK: %[[BYTES:.*]] = llvm.ptrtoint
  // CHECK: llvm.call @ingot_rt_parallel(%[[CTX]], %{{.*}}, %{{.*}}, %[[BYTES]], %{{.*}})
  rt.parallel %ctx, %n, @body(%f) : (f32) -> ()
  // CHECK: llvm.call @ingot_rt_join(%[[CTX]])
  rt.join %ctx
  // CHECK: llvm.call @ingot_rt_check(%[[CTX]])
  rt.check_flags %ctx
  // CHECK: %[[SHARED:.*]] = llvm.zext %{{.*}} : i1 to i32
  // CHECK: llvm.call @ingot_rt_share(%[[CTX]], %[[SHARED]]) : (!llvm.ptr, i32) -> ()
  rt.share %ctx, %ok
  // CHECK: llvm.call @ingot_rt_request_amx(%[[CTX]])
  rt.request_amx %ctx
  // CHECK: llvm.call @ingot_rt_free(%[[CTX]], %{{.*}})
  memref.dealloc %heap : memref<?xf32>
  // CHECK: llvm.return
  // CHECK: ^[[BAD]]:
  // CHECK: llvm.call @ingot_rt_fail(%[[CTX]], %{{.*}}, %{{.*}}, %{{.*}})
  // CHECK-NEXT: llvm.unreachable
  return
}
// CHECK: llvm.func internal @body_thread(%[[ARGS:.*]]: !llvm.ptr, %[[BEGIN:.*]]: i64, %[[END:.*]]: i64)
// CHECK: %[[F:.*]] = llvm.load %{{.*}} : !llvm.ptr -> f32
// CHECK: llvm.call @body(%[[BEGIN]], %[[END]], %[[F]])
