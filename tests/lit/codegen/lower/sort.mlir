// RUN: ingot-opt %s --lower-graph --canonicalize --cse | FileCheck %s
// Ordering is the runtime's work. Where data decides the size of a result, it is counted first.

// CHECK-DAG: func.func private @ingot_rt_op_top_k(i32, !llvm.ptr, i64, i64, i64, i64, i64, !llvm.ptr, !llvm.ptr, !llvm.ptr)
// CHECK-DAG: func.func private @ingot_rt_op_unique({{.*}}) -> i64
// CHECK-LABEL: func.func private @k0_top_k
// CHECK: llvm.inttoptr
// CHECK: call @ingot_rt_op_top_k
// CHECK-LABEL: func.func private @k1_unique
// CHECK: call @ingot_rt_op_unique
// CHECK: memref.store
// CHECK: func.func private @{{.*}}count_non_zero
// CHECK: iterator_types = ["reduction"]
// CHECK: func.func private @{{.*}}_non_zero
// CHECK: scf.for {{.*}} iter_args
// CHECK: scf.if
// CHECK: func.func private @{{.*}}_compress
// CHECK: func.func @main
// CHECK: rt.check %{{.*}}, "expected k of at most %lld but got %lld"
// CHECK: call @k1_unique
// CHECK: %[[COUNT:.*]] = arith.index_cast
// CHECK: rt.output 2(%[[COUNT]])
module attributes {rt.name = "t"} {
func.func @main(%x: tensor<5x6xf32>, %k: tensor<1xi64>, %c: tensor<?xi1>)
    -> (tensor<5x?xf32>, tensor<5x?xi64>, tensor<?xf32>, tensor<2x?xi64>, tensor<?x6xf32>) {
  %v, %i = ingot.top_k %x, %k {axis = 1} : (tensor<5x6xf32>, tensor<1xi64>) -> (tensor<5x?xf32>, tensor<5x?xi64>)
  %u, %first, %inverse, %counts = ingot.unique %x : (tensor<5x6xf32>) -> (tensor<?xf32>, tensor<?xi64>, tensor<30xi64>, tensor<?xi64>)
  %n = ingot.non_zero %x : (tensor<5x6xf32>) -> tensor<2x?xi64>
  %s = ingot.compress %x, %c {axis = 0} : (tensor<5x6xf32>, tensor<?xi1>) -> tensor<?x6xf32>
  return %v, %i, %u, %n, %s : tensor<5x?xf32>, tensor<5x?xi64>, tensor<?xf32>, tensor<2x?xi64>, tensor<?x6xf32>
}
}
