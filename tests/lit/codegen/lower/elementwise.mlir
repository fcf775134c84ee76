// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// Booleans are bytes in memory and bits in arithmetic; an operand of the result's type may give it its memory.
// CHECK-LABEL: func.func private @k0_and({{.*}}: memref<4xi8>, %{{.*}}: memref<4xi8>, %{{.*}}: memref<4xi8>)
// CHECK: %[[A:.*]] = arith.cmpi ne, %{{.*}}, %c0_i8
// CHECK: %[[B:.*]] = arith.cmpi ne, %{{.*}}, %c0_i8
// CHECK: %[[C:.*]] = arith.andi %[[A]], %[[B]] : i1
// CHECK: arith.extui %[[C]] : i1 to i8
// CHECK: func.func @booleans
// CHECK: call @k0_and({{.*}}) {rt.inplace = {{\[\[}}3, 1], [3, 2]]}
module {
func.func @booleans(%x: tensor<4xi1> {ingot.name = "x"}, %y: tensor<4xi1> {ingot.name = "y"}) -> (tensor<4xi1> {ingot.name = "z"}) {
  %0 = ingot.and %x, %y : (tensor<4xi1>, tensor<4xi1>) -> tensor<4xi1>
  return %0 : tensor<4xi1>
}
}

// -----

// Narrow floats are computed in f32.
// CHECK-LABEL: func.func private @k0_exp
// CHECK: %[[WIDE:.*]] = arith.extf %{{.*}} : f16 to f32
// CHECK: %[[E:.*]] = math.exp %[[WIDE]] : f32
// CHECK: arith.truncf %[[E]] : f32 to f16
module {
func.func @half(%x: tensor<4xf16> {ingot.name = "x"}) -> (tensor<4xf16> {ingot.name = "y"}) {
  %0 = ingot.exp %x : (tensor<4xf16>) -> tensor<4xf16>
  return %0 : tensor<4xf16>
}
}

// -----

// What the processor would trap on, and what wraps: quotients by 0 and -1.
// CHECK-LABEL: func.func private @k0_div
// CHECK: %[[ZERO:.*]] = arith.cmpi eq, %[[D:.*]], %c0_i32
// CHECK: %[[MINUS:.*]] = arith.cmpi eq, %[[D]], %c-1_i32
// CHECK: %[[SPECIAL:.*]] = arith.ori %[[ZERO]], %[[MINUS]]
// CHECK: %[[SAFE:.*]] = arith.select %[[SPECIAL]], %c1_i32, %[[D]]
// CHECK: arith.divsi %{{.*}}, %[[SAFE]]
// CHECK: arith.select %[[MINUS]]
// Unsigned numbers have no -1.
// CHECK-LABEL: func.func private @k1_div
// CHECK-NOT: arith.ori
// CHECK: arith.divui
// Signs count for comparisons and shifts go to zero.
// CHECK-LABEL: func.func private @k2_compare
// CHECK: arith.cmpi ult
// CHECK-LABEL: func.func private @k3_shift_right
// CHECK: arith.cmpi ult, %{{.*}}, %c32_i32
// CHECK: arith.shrui
module {
func.func @integers(%x: tensor<4xi32> {ingot.name = "x"}, %y: tensor<4xi32> {ingot.name = "y"},
                    %u: tensor<4xui32> {ingot.name = "u"}, %v: tensor<4xui32> {ingot.name = "v"})
    -> (tensor<4xi32> {ingot.name = "a"}, tensor<4xui32> {ingot.name = "b"}, tensor<4xi1> {ingot.name = "c"},
        tensor<4xui32> {ingot.name = "d"}) {
  %0 = ingot.div %x, %y : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %1 = ingot.div %u, %v : (tensor<4xui32>, tensor<4xui32>) -> tensor<4xui32>
  %2 = ingot.compare lt %u, %v : (tensor<4xui32>, tensor<4xui32>) -> tensor<4xi1>
  %3 = ingot.shift_right %u, %v : (tensor<4xui32>, tensor<4xui32>) -> tensor<4xui32>
  return %0, %1, %2, %3 : tensor<4xi32>, tensor<4xui32>, tensor<4xi1>, tensor<4xui32>
}
}

// -----

// Broadcasts are maps where the extents are known, a stride of 0 and a check where the run time has to say.
// CHECK: #[[ROW:.*]] = affine_map<(d0, d1) -> (0, d1)>
// CHECK-LABEL: func.func private @k0_add({{.*}}: memref<?x3xf32>, %{{.*}}: memref<1x3xf32>
// CHECK: linalg.generic {indexing_maps = [#{{.*}}, #[[ROW]], #{{.*}}]
// CHECK-LABEL: func.func private @k1_add({{.*}}: memref<?x3xf32{{.*}}>, %{{.*}}: memref<?x3xf32, strided<[?, 1]>>
// CHECK: func.func @broadcasts
// CHECK: rt.check %{{.*}}, "cannot broadcast dimension 0: expected %lld or 1 but got %lld"
module {
func.func @broadcasts(%x: tensor<?x3xf32> {ingot.name = "x", ingot.dims = ["N", ""]}, %r: tensor<1x3xf32> {ingot.name = "r"},
                      %y: tensor<?x3xf32> {ingot.name = "y", ingot.dims = ["M", ""]})
    -> (tensor<?x3xf32> {ingot.name = "a"}, tensor<?x3xf32> {ingot.name = "b"}) {
  %0 = ingot.add %x, %r : (tensor<?x3xf32>, tensor<1x3xf32>) -> tensor<?x3xf32>
  %1 = ingot.add %x, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  return %0, %1 : tensor<?x3xf32>, tensor<?x3xf32>
}
}

// -----

// Quantized numbers are rounded to even and saturate.
// CHECK-LABEL: func.func private @k0_quantize
// CHECK: arith.divf
// CHECK: math.roundeven
// CHECK: arith.maxnumf %{{.*}}, %[[LOW:.*]] : f32
// CHECK: arith.minnumf
// CHECK: arith.fptosi
// CHECK: arith.trunci %{{.*}} : i32 to i8
module {
func.func @quantize(%x: tensor<4xf32> {ingot.name = "x"}, %s: tensor<f32> {ingot.name = "s"}, %z: tensor<ui8> {ingot.name = "z"})
    -> (tensor<4xui8> {ingot.name = "y"}) {
  %0 = ingot.quantize %x, %s, %z : (tensor<4xf32>, tensor<f32>, tensor<ui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}
}
