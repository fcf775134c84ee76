// RUN: ingot-opt %s | ingot-opt | FileCheck %s
// RUN: ingot-opt %s --mlir-print-op-generic | ingot-opt | FileCheck %s

// CHECK: rt.weight_data @plain source(dense<1.000000e+00> : tensor<4xf32>) : tensor<4xf32> : memref<4xf32>
rt.weight_data @plain source(dense<1.0> : tensor<4xf32>) : tensor<4xf32> : memref<4xf32>
// CHECK: rt.weight_data @packed source(dense<1.000000e+00> : tensor<32x40xf32>) : tensor<32x40xf32>
// CHECK-SAME: pack(inner_dims_pos = [1], inner_tiles = [32], outer_dims_perm = [1, 0]) : memref<2x32x32xf32> at 64
rt.weight_data @packed source(dense<1.0> : tensor<32x40xf32>) : tensor<32x40xf32>
    pack(inner_dims_pos = [1], inner_tiles = [32], outer_dims_perm = [1, 0]) : memref<2x32x32xf32> at 64
// CHECK: rt.weight_data @transposed source(dense<true> : tensor<2x3xi1>) : tensor<2x3xi1> pack(outer_dims_perm = [1, 0]) : memref<3x2xi8>
rt.weight_data @transposed source(dense<true> : tensor<2x3xi1>) : tensor<2x3xi1> pack(outer_dims_perm = [1, 0]) : memref<3x2xi8>
// CHECK: rt.weight_data @bytes source({{.*}}) : tensor<8x4xf32> pack(inner_dims_pos = [0], inner_tiles = [8], outer_dims_perm = [0, 1])
// CHECK-SAME: : memref<1x4x3x2xi32> encoding fixed24
rt.weight_data @bytes source(dense<1.0> : tensor<8x4xf32>) : tensor<8x4xf32>
    pack(inner_dims_pos = [0], inner_tiles = [8], outer_dims_perm = [0, 1]) : memref<1x4x3x2xi32> encoding fixed24
// CHECK: rt.weight_data @scales {{.*}} : memref<8xf32> encoding fixed24_scales
rt.weight_data @scales source(dense<1.0> : tensor<5x4xf32>) : tensor<5x4xf32>
    pack(inner_dims_pos = [0], inner_tiles = [8], outer_dims_perm = [0, 1]) : memref<8xf32> encoding fixed24_scales
// CHECK: rt.weight_data @pieces source({{.*}}) : tensor<20x40xf32> pack(inner_dims_pos = [0], inner_tiles = [16], outer_dims_perm = [0, 1])
// CHECK-SAME: : memref<2x1x2x3x16x16xi32> encoding bf16_pieces
rt.weight_data @pieces source(dense<1.0> : tensor<20x40xf32>) : tensor<20x40xf32>
    pack(inner_dims_pos = [0], inner_tiles = [16], outer_dims_perm = [0, 1]) : memref<2x1x2x3x16x16xi32> encoding bf16_pieces

func.func private @body(index, index, memref<4xf32>)

// CHECK-LABEL: func.func @main
func.func @main(%ctx: !llvm.ptr, %tensors: !llvm.ptr, %n: index, %ok: i1) {
  // CHECK: rt.input %{{.*}}[1] : memref<?x32xf32>
  %x = rt.input %tensors[1] : memref<?x32xf32>
  // CHECK: rt.weight @packed : memref<2x32x32xf32>
  %w = rt.weight @packed : memref<2x32x32xf32>
  // CHECK: rt.output 0(%{{.*}}) : memref<?x64xf32>
  %y = rt.output 0 (%n) : memref<?x64xf32>
  // CHECK: rt.output 1() : memref<f32>
  %s = rt.output 1 () : memref<f32>
  // CHECK: rt.check %{{.*}}, "expected %lld elements but got %lld"(%{{.*}}, %{{.*}})
  rt.check %ok, "expected %lld elements but got %lld"(%n, %n)
  // CHECK: rt.check %{{.*}}, "not positive"
  rt.check %ok, "not positive"
  // CHECK: rt.flag %{{.*}}, "index %lld is out of range"(%{{.*}})
  rt.flag %ctx, "index %lld is out of range"(%n)
  // CHECK: rt.check_flags
  rt.check_flags %ctx
  // CHECK: rt.share %{{.*}}, %{{.*}}
  rt.share %ctx, %ok
  // CHECK: rt.request_amx
  rt.request_amx %ctx
  // CHECK: rt.arena %{{.*}} : memref<4096xi8>
  %a = rt.arena %ctx : memref<4096xi8>
  // CHECK: rt.bytes 4(%{{.*}}, %{{.*}})
  %b = rt.bytes 4 (%n, %n)
  // CHECK: rt.plan %{{.*}}, 0 sizes(%{{.*}}, %{{.*}}) first [0, 1] last [1, 1]
  %p, %o:2 = rt.plan %ctx, 0 sizes(%b, %n) first [0, 1] last [1, 1]
  %t = memref.view %p[%o#1][] : memref<?xi8> to memref<4xf32>
  // CHECK: rt.kernel_begin %{{.*}}, 3
  rt.kernel_begin %ctx, 3
  // CHECK: rt.parallel %{{.*}}, %{{.*}}, @body(%{{.*}}) : (memref<4xf32>) -> ()
  rt.parallel %ctx, %n, @body(%t) : (memref<4xf32>) -> ()
  // CHECK: rt.join %{{.*}}
  rt.join %ctx
  // CHECK: rt.ranges %{{.*}} {
  // CHECK: ^bb0(%{{.*}}: index, %{{.*}}: index):
  rt.ranges %n {
  ^bb0(%begin: index, %end: index):
  }
  // CHECK: rt.kernel_end %{{.*}}, 3 flops(%{{.*}}) bytes(%{{.*}})
  rt.kernel_end %ctx, 3 flops(%n) bytes(%n)
  return
}
