// RUN: ingot-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{expected one tile for each of the 1 inner dims but got 2}}
rt.weight_data @w source(unit) : tensor<4xf32> pack(inner_dims_pos = [0], inner_tiles = [2, 2]) : memref<2x2xf32>

// -----
// expected-error @+1 {{expected distinct inner dims below 1 but got 1}}
rt.weight_data @w source(unit) : tensor<4xf32> pack(inner_dims_pos = [1], inner_tiles = [2]) : memref<2x2xf32>

// -----
// expected-error @+1 {{expected a positive tile but got 0}}
rt.weight_data @w source(unit) : tensor<4xf32> pack(inner_dims_pos = [0], inner_tiles = [0]) : memref<2x2xf32>

// -----
// expected-error @+1 {{expected a permutation of 2 dims but got 1 values}}
rt.weight_data @w source(unit) : tensor<4x2xf32> pack(outer_dims_perm = [0]) : memref<4x2xf32>

// -----
// expected-error @+1 {{expected distinct outer dims below 2 but got 0}}
rt.weight_data @w source(unit) : tensor<4x2xf32> pack(outer_dims_perm = [0, 0]) : memref<4x2xf32>

// -----
// expected-error @+1 {{expected memory of shape [2, 3] but got [3, 2]}}
rt.weight_data @w source(unit) : tensor<3x2xf32> pack(outer_dims_perm = [1, 0]) : memref<3x2xf32>

// -----
// expected-error @+1 {{expected static shapes but got 'tensor<?xf32>' and 'memref<4xf32>'}}
rt.weight_data @w source(unit) : tensor<?xf32> : memref<4xf32>

// -----
// expected-error @+1 {{expected row-major memory but got 'memref<4xf32, strided<[2]>>'}}
rt.weight_data @w source(unit) : tensor<4xf32> : memref<4xf32, strided<[2]>>

// -----

// expected-error @+1 {{expected kernels of 3x3xf32, untiled, for encoding winograd2 but got 'tensor<8x4x5x5xf32>'}}
rt.weight_data @w source(unit) : tensor<8x4x5x5xf32> : memref<8x4x6x6xf32> encoding winograd2

// -----
// expected-error @+1 {{expected f32, and the first or last dims to be the inner ones, for encoding fixed24 but got 'tensor<8x4xf16>'}}
rt.weight_data @w source(unit) : tensor<8x4xf16> pack(inner_dims_pos = [0], inner_tiles = [8])
    : memref<1x4x3x2xi32> encoding fixed24

// -----
// expected-error @+1 {{expected memory of shape [1, 4, 3, 2] but got [1, 4, 8]}}
rt.weight_data @w source(unit) : tensor<8x4xf32> pack(inner_dims_pos = [0], inner_tiles = [8])
    : memref<1x4x8xi32> encoding fixed24

// -----
// expected-error @+1 {{expected panels of a multiple of 4 columns but got 6}}
rt.weight_data @w source(unit) : tensor<6x4xf32> pack(inner_dims_pos = [0], inner_tiles = [6])
    : memref<1x4x3x1xi32> encoding fixed24

// -----
// expected-error @+1 {{expected elements of 4 bytes but got 'i8'}}
rt.weight_data @w source(unit) : tensor<8x4xf32> pack(inner_dims_pos = [0], inner_tiles = [8])
    : memref<1x4x3x2xi8> encoding fixed24

// -----
// expected-error @+1 {{expected f32 in panels of one of two dims for encoding bf16_pieces but got 'tensor<16x4x3xf32>'}}
rt.weight_data @w source(unit) : tensor<16x4x3xf32> pack(inner_dims_pos = [0], inner_tiles = [16], outer_dims_perm = [0, 1, 2])
    : memref<1x1x1x3x16x16xi32> encoding bf16_pieces

// -----
// expected-error @+1 {{expected f32 in panels of one of two dims for encoding bf16_pieces but got 'tensor<4x16xf32>'}}
rt.weight_data @w source(unit) : tensor<4x16xf32> pack(inner_dims_pos = [1], inner_tiles = [16], outer_dims_perm = [0, 1])
    : memref<1x1x1x3x16x16xi32> encoding bf16_pieces

// -----
// expected-error @+1 {{expected panels of a multiple of 16 columns but got 8}}
rt.weight_data @w source(unit) : tensor<8x4xf32> pack(inner_dims_pos = [0], inner_tiles = [8], outer_dims_perm = [0, 1])
    : memref<1x1x1x3x16x16xi32> encoding bf16_pieces

// -----
// expected-error @+1 {{expected memory of shape [1, 1, 2, 3, 16, 16] but got [1, 1, 1, 3, 16, 16]}}
rt.weight_data @w source(unit) : tensor<16x40xf32> pack(inner_dims_pos = [0], inner_tiles = [16], outer_dims_perm = [0, 1])
    : memref<1x1x1x3x16x16xi32> encoding bf16_pieces

// -----
// expected-error @+1 {{expected elements of 4 bytes but got 'f16'}}
rt.weight_data @w source(unit) : tensor<4xf32> : memref<4xf16>

// -----
rt.weight_data @w source(unit) : tensor<4xf32> : memref<4xf32>
func.func @type() {
  // expected-error @+1 {{expected 'memref<4xf32>' but got 'memref<2x2xf32>'}}
  %0 = rt.weight @w : memref<2x2xf32>
  return
}

// -----
func.func @type() {
  // expected-error @+1 {{expected the name of a weight but got @type}}
  %1 = rt.weight @type : memref<4xf32>
  return
}

// -----
func.func @output(%n: index) {
  // expected-error @+1 {{expected 1 sizes but got 0}}
  %0 = rt.output 0 () : memref<?xf32>
  return
}

// -----
func.func @output(%n: index) {
  // expected-error @+1 {{expected row-major memory but got 'memref<?xf32, strided<[2]>>'}}
  %0 = rt.output 0 (%n) : memref<?xf32, strided<[2]>>
  return
}

// -----
func.func @output(%place: memref<2xf32>) {
  // expected-error @+1 {{expected a place of type 'memref<4xf32>' but got 'memref<2xf32>'}}
  %0 = rt.output 0 () else %place : memref<2xf32> : memref<4xf32>
  return
}

// -----
func.func @arena(%ctx: !llvm.ptr) {
  // expected-error @+1 {{expected memref<Nxi8> but got 'memref<4xf32>'}}
  %0 = rt.arena %ctx : memref<4xf32>
  return
}

// -----
func.func @plan(%ctx: !llvm.ptr, %n: index) {
  // expected-error @+1 {{expected 1 lifetimes but got 2 first and 1 last steps}}
  %0:2 = rt.plan %ctx, 0 sizes(%n) first [0, 1] last [1]
  return
}

// -----
func.func @plan(%ctx: !llvm.ptr, %n: index) {
  // expected-error @+1 {{expected lifetimes that end after they begin but got 2 to 1}}
  %0:2 = rt.plan %ctx, 0 sizes(%n) first [2] last [1]
  return
}

// -----
func.func @check(%ok: i1, %n: index) {
  // expected-error @+1 {{expected 1 values for the message but got 2}}
  rt.check %ok, "got %lld"(%n, %n)
  return
}

// -----
func.func @flag(%ctx: !llvm.ptr, %n: index) {
  // expected-error @+1 {{expected at most 2 values in a message but got 3}}
  rt.flag %ctx, "%lld %lld %lld"(%n, %n, %n)
  return
}

// -----
func.func private @body(index, index, f32)
func.func @parallel(%ctx: !llvm.ptr, %n: index) {
  // expected-error @+1 {{expected a body with arguments ('index', 'index', 'index') but got ('index', 'index', 'f32')}}
  rt.parallel %ctx, %n, @body(%n) : (index) -> ()
  return
}

// -----
func.func @parallel(%ctx: !llvm.ptr, %n: index) {
  // expected-error @+1 {{expected the name of a function but got @nothing}}
  rt.parallel %ctx, %n, @nothing() : () -> ()
  return
}

// -----
func.func @ranges(%n: index) {
  // expected-error @+1 {{expected a body with arguments ('index', 'index') but got ('index')}}
  rt.ranges %n {
  ^bb0(%begin: index):
  }
  return
}
