// RUN: ingot-opt %s --split-input-file --verify-diagnostics

func.func @columns(%a: memref<4x8xf32>, %b: memref<8x16xf32>, %out: memref<4x17xf32>) {
  // expected-error @+1 {{expected columns of b of 17 but got 16}}
  tile.matmul row_major ins(%a, %b : memref<4x8xf32>, memref<8x16xf32>) outs(%out : memref<4x17xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @panels(%a: memref<4x8xf32>, %b: memref<3x8x16xf32>, %out: memref<4x17xf32>) {
  // expected-error @+1 {{expected panels of 2 but got 3}}
  tile.matmul packed ins(%a, %b : memref<4x8xf32>, memref<3x8x16xf32>) outs(%out : memref<4x17xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @batch(%a: memref<3x4x8xf32>, %b: memref<8x16xf32>, %out: memref<2x4x16xf32>) {
  // expected-error @+1 {{expected batch dimension #0 of a of 2 but got 3}}
  tile.matmul row_major ins(%a, %b : memref<3x4x8xf32>, memref<8x16xf32>) outs(%out : memref<2x4x16xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @extras(%a: memref<4x8xf32>, %b: memref<8x16xf32>, %bias: memref<16xf32>, %out: memref<4x16xf32>) {
  // expected-error @+1 {{expected 2 epilogue arguments but got 1}}
  tile.matmul row_major ins(%a, %b : memref<4x8xf32>, memref<8x16xf32>) outs(%out : memref<4x16xf32>)
      extras(%bias : memref<16xf32>) {extra_maps = [affine_map<(d0, d1) -> (d1)>]} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @yield(%a: memref<4x8xf16>, %b: memref<8x16xf16>, %out: memref<4x16xf16>) {
  // expected-error @+1 {{expected the epilogue to yield 'f16'}}
  tile.matmul row_major ins(%a, %b : memref<4x8xf16>, memref<8x16xf16>) outs(%out : memref<4x16xf16>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @groups(%x: memref<1x8x8x6xf32>, %w: memref<4x1x3x3x2x16xf32>, %y: memref<1x8x8x8xf32>) {
  // expected-error @+1 {{expected channels divisible by 4 groups but got 6 and 8}}
  tile.conv ins(%x, %w : memref<1x8x8x6xf32>, memref<4x1x3x3x2x16xf32>) outs(%y : memref<1x8x8x8xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @depth(%a: memref<4x8xi8>, %b: memref<1x4x16x2xi8>, %out: memref<4x16xi32>) {
  // expected-error @+1 {{expected packed_depth of 4 for 'i8' and 'i8' but got 2}}
  tile.matmul packed ins(%a, %b : memref<4x8xi8>, memref<1x4x16x2xi8>) outs(%out : memref<4x16xi32>)
      {packed_depth = 2 : i64} epilogue {
  ^bb0(%sum: i32):
    tile.yield %sum : i32
  }
  return
}

// -----

func.func @unsigned_depth(%a: memref<4x8xi8>, %b: memref<1x2x16x4xi8>, %out: memref<4x16xi32>) {
  // expected-error @+1 {{expected signed elements of b without a zero point where packed_depth is 4}}
  tile.matmul packed ins(%a, %b : memref<4x8xi8>, memref<1x2x16x4xi8>) outs(%out : memref<4x16xi32>)
      {packed_depth = 4 : i64, b_unsigned} epilogue {
  ^bb0(%sum: i32):
    tile.yield %sum : i32
  }
  return
}

// -----

// expected-error @+1 {{expected least_rows to be positive but got 0}}
func.func private @amx_rows() attributes {s = #tile.amx<least_rows = 0, row_block = 32, column_block = 32, left_depth = 64, right_depth = 64>}

// -----

// expected-error @+1 {{expected row_block to be a multiple of 16 but got 24}}
func.func private @amx_block() attributes {s = #tile.amx<least_rows = 1, row_block = 24, column_block = 32, left_depth = 64, right_depth = 64>}

// -----

// expected-error @+1 {{expected vector_rows to be less than 16 but got 16}}
func.func private @amx_vector_rows() attributes {s = #tile.amx<least_rows = 1, row_block = 32, column_block = 32, left_depth = 64, right_depth = 64, vector_rows = 16>}

// -----

// expected-error @+1 {{expected column_block to be a multiple of 16 but got 8}}
func.func private @amx_columns() attributes {s = #tile.amx<least_rows = 1, row_block = 32, column_block = 8, left_depth = 64, right_depth = 64>}

// -----

// expected-error @+1 {{expected right_depth to be a multiple of 32 but got 48}}
func.func private @amx_right() attributes {s = #tile.amx<least_rows = 1, row_block = 32, column_block = 32, left_depth = 96, right_depth = 48>}

// -----

// expected-error @+1 {{expected left_depth to be a multiple of right_depth, 64, but got 96}}
func.func private @amx_left() attributes {s = #tile.amx<least_rows = 1, row_block = 32, column_block = 32, left_depth = 96, right_depth = 64>}

// -----

// expected-error @+1 {{expected neither vector_rows nor overlap nor image with stream}}
func.func private @amx_stream() attributes {s = #tile.amx<least_rows = 1, row_block = 32, column_block = 32, left_depth = 64, right_depth = 64, overlap = true, stream = true>}

// -----

// expected-error @+1 {{expected neither vector_rows nor overlap with image}}
func.func private @amx_image() attributes {s = #tile.amx<least_rows = 1, row_block = 32, column_block = 32, left_depth = 64, right_depth = 64, overlap = true, image = true>}

// -----

// expected-error @+1 {{expected columns to be a multiple of 16 lanes but got 24}}
func.func private @schedule() attributes {s = #tile.schedule<rows = 8, columns = 24, lanes = 16>}

// -----

// expected-error @+1 {{expected vector_bits to be 0 or a power of two of 64 or more but got 100}}
module attributes {rt.target = #tile.target<vector_bits = 100, registers = 16>} {}

// -----

func.func @attention_columns(%q: memref<4x8xf32>, %k: memref<5x9xf32>, %v: memref<5x8xf32>, %out: memref<4x8xf32>) {
  // expected-error @+1 {{expected key with 8 columns but got 'memref<5x9xf32>'}}
  tile.attention ins(%q, %k, %v : memref<4x8xf32>, memref<5x9xf32>, memref<5x8xf32>) outs(%out : memref<4x8xf32>) {scale = 1.0 : f64}
  return
}

// -----

func.func @attention_strides(%q: memref<4x8xf32>, %k: memref<5x8xf32>, %v: memref<5x8xf32, strided<[1, 5]>>, %out: memref<4x8xf32>) {
  // expected-error @+1 {{expected value with an innermost stride of 1 but got}}
  tile.attention ins(%q, %k, %v : memref<4x8xf32>, memref<5x8xf32>, memref<5x8xf32, strided<[1, 5]>>) outs(%out : memref<4x8xf32>) {scale = 1.0 : f64}
  return
}

// -----

func.func @attention_mask(%q: memref<4x8xf32>, %k: memref<5x8xf32>, %v: memref<5x8xf32>, %m: memref<5xf32>, %out: memref<4x8xf32>) {
  // expected-error @+1 {{expected mask of f32 or i8, of rank 2}}
  tile.attention ins(%q, %k, %v : memref<4x8xf32>, memref<5x8xf32>, memref<5x8xf32>) mask(%m : memref<5xf32>) outs(%out : memref<4x8xf32>) {scale = 1.0 : f64}
  return
}

// -----

func.func @pieces_layout(%a: memref<32x40xf32>, %b: memref<40x16xf32>, %out: memref<32x16xf32>) {
  // expected-error @+1 {{expected a packed b of signed elements, without depth, parts and zero point, for bf16_pieces}}
  tile.matmul row_major ins(%a, %b : memref<32x40xf32>, memref<40x16xf32>) outs(%out : memref<32x16xf32>)
      {bf16_pieces} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @pieces_sign(%a: memref<32x40xf32>, %b: memref<1x1x2x3x16x16xi32>, %out: memref<32x16xf32>) {
  // expected-error @+1 {{expected a packed b of signed elements, without depth, parts and zero point, for bf16_pieces}}
  tile.matmul packed ins(%a, %b : memref<32x40xf32>, memref<1x1x2x3x16x16xi32>) outs(%out : memref<32x16xf32>)
      {bf16_pieces, b_unsigned} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @pieces_steps(%a: memref<32x40xf32>, %b: memref<1x1x1x3x16x16xi32>, %out: memref<32x16xf32>) {
  // expected-error @+1 {{expected a contiguous b of tiles of i32 for so many steps as a has, for bf16_pieces, but got 'memref<1x1x1x3x16x16xi32>'}}
  tile.matmul packed ins(%a, %b : memref<32x40xf32>, memref<1x1x1x3x16x16xi32>) outs(%out : memref<32x16xf32>)
      {bf16_pieces} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @pieces_words(%a: memref<32x40xf32>, %b: memref<1x1x2x3x16x16xf32>, %out: memref<32x16xf32>) {
  // expected-error @+1 {{expected a contiguous b of tiles of i32 for so many steps as a has, for bf16_pieces, but got 'memref<1x1x2x3x16x16xf32>'}}
  tile.matmul packed ins(%a, %b : memref<32x40xf32>, memref<1x1x2x3x16x16xf32>) outs(%out : memref<32x16xf32>)
      {bf16_pieces} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @pieces_panels(%a: memref<32x40xf32>, %b: memref<1x1x2x3x16x16xi32>, %out: memref<32x32xf32>) {
  // expected-error @+1 {{expected panels of 2 but got 1}}
  tile.matmul packed ins(%a, %b : memref<32x40xf32>, memref<1x1x2x3x16x16xi32>) outs(%out : memref<32x32xf32>)
      {bf16_pieces} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @fixed24_bytes(%a: memref<1x16xf32>, %b: memref<2x16x4x2xi32>, %out: memref<1x16xf32>) {
  // expected-error @+1 {{expected a contiguous b of three rows of i32 a step for fixed24 but got 'memref<2x16x4x2xi32>'}}
  tile.matmul packed ins(%a, %b : memref<1x16xf32>, memref<2x16x4x2xi32>) outs(%out : memref<1x16xf32>)
      {fixed24} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @fixed24_strides(%a: memref<1x16xf32>, %b: memref<2x16x3x2xi32, strided<[200, 12, 4, 1]>>, %out: memref<1x16xf32>) {
  // expected-error @+1 {{expected a contiguous b of three rows of i32 a step for fixed24 but got 'memref<2x16x3x2xi32, strided<[200, 12, 4, 1]>>'}}
  tile.matmul packed ins(%a, %b : memref<1x16xf32>, memref<2x16x3x2xi32, strided<[200, 12, 4, 1]>>) outs(%out : memref<1x16xf32>)
      {fixed24} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @fixed24_conv(%a: memref<1x3x3x8xf32>, %b: memref<1x1x1x1x8x3x4xf32>, %out: memref<1x3x3x16xf32>) {
  // expected-error @+1 {{expected a contiguous b of three rows of i32 a step for fixed24 but got 'memref<1x1x1x1x8x3x4xf32>'}}
  tile.conv ins(%a, %b : memref<1x3x3x8xf32>, memref<1x1x1x1x8x3x4xf32>) outs(%out : memref<1x3x3x16xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>, fixed24} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @fixed24_sign(%a: memref<1x16xf32>, %b: memref<1x16x3x4xi32>, %out: memref<1x16xf32>) {
  // expected-error @+1 {{expected a packed b of signed elements, without depth and zero point, for fixed24}}
  tile.matmul packed ins(%a, %b : memref<1x16xf32>, memref<1x16x3x4xi32>) outs(%out : memref<1x16xf32>)
      {fixed24, b_unsigned} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @fixed24_layout(%a: memref<1x16xf32>, %b: memref<16x16xi8>, %out: memref<1x16xf32>) {
  // expected-error @+1 {{expected a packed b for fixed24 but got row_major}}
  tile.matmul row_major ins(%a, %b : memref<1x16xf32>, memref<16x16xi8>) outs(%out : memref<1x16xf32>)
      {fixed24} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @extra_maps(%a: memref<4x8xf32>, %b: memref<8x16xf32>, %out: memref<4x16xf32>, %bias: memref<16xf32>) {
  // expected-error @+1 {{expected 1 extra_maps but got 0}}
  tile.matmul row_major ins(%a, %b : memref<4x8xf32>, memref<8x16xf32>) outs(%out : memref<4x16xf32>) extras(%bias : memref<16xf32>) epilogue {
  ^bb0(%sum: f32, %e: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @extra_map(%a: memref<4x8xf32>, %b: memref<8x16xf32>, %out: memref<4x16xf32>, %bias: memref<16xf32>) {
  // expected-error @+1 {{expected extra_maps #0 to take 2 indices to 1 but got affine_map<(d0) -> (d0)>}}
  tile.matmul row_major ins(%a, %b : memref<4x8xf32>, memref<8x16xf32>) outs(%out : memref<4x16xf32>) extras(%bias : memref<16xf32>)
      {extra_maps = [affine_map<(d0) -> (d0)>]} epilogue {
  ^bb0(%sum: f32, %e: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @extra_type(%a: memref<4x8xf32>, %b: memref<8x16xf32>, %out: memref<4x16xf32>, %bias: memref<16xf32>) {
  // expected-error @+1 {{expected epilogue argument #1 of type 'f32' but got 'f16'}}
  tile.matmul row_major ins(%a, %b : memref<4x8xf32>, memref<8x16xf32>) outs(%out : memref<4x16xf32>) extras(%bias : memref<16xf32>)
      {extra_maps = [affine_map<(d0, d1) -> (d1)>]} epilogue {
  ^bb0(%sum: f32, %e: f16):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @not_strided(%a: memref<4x8xf32>, %b: memref<8x16xf32, affine_map<(d0, d1) -> (d0 * 16 + d1 floordiv 2)>>, %out: memref<4x16xf32>) {
  // expected-error @+1 {{expected b to be strided but got}}
  tile.matmul row_major ins(%a, %b : memref<4x8xf32>, memref<8x16xf32, affine_map<(d0, d1) -> (d0 * 16 + d1 floordiv 2)>>) outs(%out : memref<4x16xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @inner_stride(%a: memref<4x8xf32>, %b: memref<8x16xf32>, %out: memref<4x16xf32, strided<[1, 4]>>) {
  // expected-error @+1 {{expected out to have an innermost stride of 1 but got}}
  tile.matmul row_major ins(%a, %b : memref<4x8xf32>, memref<8x16xf32>) outs(%out : memref<4x16xf32, strided<[1, 4]>>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @elements(%a: memref<4x8xindex>, %b: memref<8x16xindex>, %out: memref<4x16xf32>) {
  // expected-error @+1 {{expected integer or floating-point elements but got 'index'}}
  tile.matmul row_major ins(%a, %b : memref<4x8xindex>, memref<8x16xindex>) outs(%out : memref<4x16xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @sum(%a: memref<4x8xf64>, %b: memref<8x16xf64>, %out: memref<4x16xf32>) {
  // expected-error @+1 {{expected elements that can be summed in 'f32' but got 'f64'}}
  tile.matmul row_major ins(%a, %b : memref<4x8xf64>, memref<8x16xf64>) outs(%out : memref<4x16xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @zero_point(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %out: memref<4x16xi32>, %z: i8) {
  // expected-error @+1 {{expected a zero point of type 'i32' but got 'i8'}}
  tile.matmul row_major ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) a_zero(%z : i8) outs(%out : memref<4x16xi32>) epilogue {
  ^bb0(%sum: i32):
    tile.yield %sum : i32
  }
  return
}

// -----

func.func @contiguous_depth(%a: memref<4x8xi8>, %b: memref<1x2x16x4xi8, strided<[256, 128, 4, 1]>>, %out: memref<4x16xi32>) {
  // expected-error @+1 {{expected b to be contiguous where packed_depth is 4 but got}}
  tile.matmul packed ins(%a, %b : memref<4x8xi8>, memref<1x2x16x4xi8, strided<[256, 128, 4, 1]>>) outs(%out : memref<4x16xi32>) {packed_depth = 4 : i64} epilogue {
  ^bb0(%sum: i32):
    tile.yield %sum : i32
  }
  return
}

// -----

func.func @batch_rank(%a: memref<2x2x4x8xf32>, %b: memref<8x16xf32>, %out: memref<2x4x16xf32>) {
  // expected-error @+1 {{expected a to have at most 1 batch dimensions but got 2}}
  tile.matmul row_major ins(%a, %b : memref<2x2x4x8xf32>, memref<8x16xf32>) outs(%out : memref<2x4x16xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @rank(%a: memref<4x8xf32>, %b: memref<8x16xf32>, %out: memref<16xf32>) {
  // expected-error @+1 {{expected out to have rank 2 or more but got 'memref<16xf32>'}}
  tile.matmul row_major ins(%a, %b : memref<4x8xf32>, memref<8x16xf32>) outs(%out : memref<16xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @panel_width(%a: memref<4x8xf32>, %b: memref<1x8x?xf32>, %out: memref<4x16xf32>) {
  // expected-error @+1 {{expected panels of static width but got}}
  tile.matmul packed ins(%a, %b : memref<4x8xf32>, memref<1x8x?xf32>) outs(%out : memref<4x16xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @spatial_rank(%x: memref<1x6xf32>, %w: memref<1x1x6x16xf32>, %y: memref<1x8xf32>) {
  // expected-error @+1 {{expected one to three spatial dimensions but got 0}}
  tile.conv ins(%x, %w : memref<1x6xf32>, memref<1x1x6x16xf32>) outs(%y : memref<1x8xf32>)
      {strides = array<i64>, dilations = array<i64>, pads = array<i64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @static_weights(%x: memref<1x8x8x6xf32>, %w: memref<1x1x?x3x6x16xf32>, %y: memref<1x8x8x8xf32>) {
  // expected-error @+1 {{expected weights of static shape but got}}
  tile.conv ins(%x, %w : memref<1x8x8x6xf32>, memref<1x1x?x3x6x16xf32>) outs(%y : memref<1x8x8x8xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @strides(%x: memref<1x8x8x6xf32>, %w: memref<1x1x3x3x6x16xf32>, %y: memref<1x8x8x8xf32>) {
  // expected-error @+1 {{expected positive strides and dilations but got 0 and 1}}
  tile.conv ins(%x, %w : memref<1x8x8x6xf32>, memref<1x1x3x3x6x16xf32>) outs(%y : memref<1x8x8x8xf32>)
      {strides = array<i64: 0, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @static_channels(%x: memref<1x8x8x?xf32>, %w: memref<1x1x3x3x6x16xf32>, %y: memref<1x8x8x8xf32>) {
  // expected-error @+1 {{expected static channels but got}}
  tile.conv ins(%x, %w : memref<1x8x8x?xf32>, memref<1x1x3x3x6x16xf32>) outs(%y : memref<1x8x8x8xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @winograd_type(%x: memref<1x8x8x16xf32>, %w: memref<1x1x4x4x16x32xf16>, %y: memref<1x8x8x32xf32>) {
  // expected-error @+1 {{expected elements and sums of f32 but got 'f16'}}
  tile.winograd_conv ins(%x, %w : memref<1x8x8x16xf32>, memref<1x1x4x4x16x32xf16>) outs(%y : memref<1x8x8x32xf32>) {pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @winograd_rank(%x: memref<1x8x16xf32>, %w: memref<1x1x4x4x16x32xf32>, %y: memref<1x8x32xf32>) {
  // expected-error @+1 {{expected an input and an output of rank 4 and weights of rank 6 but got}}
  tile.winograd_conv ins(%x, %w : memref<1x8x16xf32>, memref<1x1x4x4x16x32xf32>) outs(%y : memref<1x8x32xf32>) {pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @winograd_taps(%x: memref<1x8x8x16xf32>, %w: memref<1x1x3x3x16x32xf32>, %y: memref<1x8x8x32xf32>) {
  // expected-error @+1 {{expected weights of one group and of 4 x 4 or 6 x 6 taps but got}}
  tile.winograd_conv ins(%x, %w : memref<1x8x8x16xf32>, memref<1x1x3x3x16x32xf32>) outs(%y : memref<1x8x8x32xf32>) {pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @winograd_channels(%x: memref<1x8x8x?xf32>, %w: memref<1x1x4x4x16x32xf32>, %y: memref<1x8x8x32xf32>) {
  // expected-error @+1 {{expected static channels but got}}
  tile.winograd_conv ins(%x, %w : memref<1x8x8x?xf32>, memref<1x1x4x4x16x32xf32>) outs(%y : memref<1x8x8x32xf32>) {pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @winograd_depth(%x: memref<1x8x8x24xf32>, %w: memref<1x1x4x4x16x32xf32>, %y: memref<1x8x8x32xf32>) {
  // expected-error @+1 {{expected depth of the panels of 24 but got 16}}
  tile.winograd_conv ins(%x, %w : memref<1x8x8x24xf32>, memref<1x1x4x4x16x32xf32>) outs(%y : memref<1x8x8x32xf32>) {pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @planes_type(%x: memref<1x8x9x9xf16>, %w: memref<2x4x4x3x3xf32>, %y: memref<1x8x9x9xf32>) {
  // expected-error @+1 {{expected elements and sums of f32 but got 'f16'}}
  tile.planes_conv ins(%x, %w : memref<1x8x9x9xf16>, memref<2x4x4x3x3xf32>) outs(%y : memref<1x8x9x9xf32>) {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @planes_rank(%x: memref<1x8x9x9xf32>, %w: memref<8x4x3x3xf32>, %y: memref<1x8x9x9xf32>) {
  // expected-error @+1 {{expected an input and an output of rank 4 and weights of rank 5 but got}}
  tile.planes_conv ins(%x, %w : memref<1x8x9x9xf32>, memref<8x4x3x3xf32>) outs(%y : memref<1x8x9x9xf32>) {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @planes_extents(%x: memref<1x8x?x9xf32>, %w: memref<2x4x4x3x3xf32>, %y: memref<1x8x9x9xf32>) {
  // expected-error @+1 {{expected static extents but of the batch but got}}
  tile.planes_conv ins(%x, %w : memref<1x8x?x9xf32>, memref<2x4x4x3x3xf32>) outs(%y : memref<1x8x9x9xf32>) {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @planes_pads(%x: memref<1x8x9x9xf32>, %w: memref<2x4x4x3x3xf32>, %y: memref<1x8x9x9xf32>) {
  // expected-error @+1 {{expected number of pads of 2 but got 1}}
  tile.planes_conv ins(%x, %w : memref<1x8x9x9xf32>, memref<2x4x4x3x3xf32>) outs(%y : memref<1x8x9x9xf32>) {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @planes_strides(%x: memref<1x8x9x9xf32>, %w: memref<2x4x4x3x3xf32>, %y: memref<1x8x9x9xf32>) {
  // expected-error @+1 {{expected positive strides and dilations but got 0 and 1}}
  tile.planes_conv ins(%x, %w : memref<1x8x9x9xf32>, memref<2x4x4x3x3xf32>) outs(%y : memref<1x8x9x9xf32>) {strides = array<i64: 0, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @planes_channels(%x: memref<1x6x9x9xf32>, %w: memref<2x4x4x3x3xf32>, %y: memref<1x8x9x9xf32>) {
  // expected-error @+1 {{expected channels of a of 8 but got 6}}
  tile.planes_conv ins(%x, %w : memref<1x6x9x9xf32>, memref<2x4x4x3x3xf32>) outs(%y : memref<1x8x9x9xf32>) {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @attention_type(%q: memref<4x8xf16>, %k: memref<5x8xf32>, %v: memref<5x8xf32>, %out: memref<4x8xf32>) {
  // expected-error @+1 {{expected query of f32 and rank 2 but got 'memref<4x8xf16>'}}
  tile.attention ins(%q, %k, %v : memref<4x8xf16>, memref<5x8xf32>, memref<5x8xf32>) outs(%out : memref<4x8xf32>) {scale = 1.0 : f64}
  return
}

// -----

// expected-error @+1 {{expected 8 registers or more but got 4}}
module attributes {rt.target = #tile.target<vector_bits = 128, registers = 4>} {}

// -----

// expected-error @+1 {{expected 0 < l1 <= l2 but got 1024 and 512}}
module attributes {rt.target = #tile.target<vector_bits = 128, registers = 16, l1 = 1024, l2 = 512>} {}

// -----

// expected-error @+1 {{expected a positive stream but got 0}}
module attributes {rt.target = #tile.target<vector_bits = 128, registers = 16, stream = 0>} {}

// -----

// expected-error @+1 {{expected positive sizes}}
func.func private @sizes() attributes {s = #tile.schedule<rows = 0, columns = 16, lanes = 16>}

// -----

func.func @merged_groups(%x: memref<1x8x16xf32>, %w: memref<2x1x3x1x8x8xf32>, %y: memref<1x8x32xf32>) {
  // expected-error @+1 {{expected merged groups of a power of two of inputs and as many outputs but got 4 and 8}}
  tile.conv ins(%x, %w : memref<1x8x16xf32>, memref<2x1x3x1x8x8xf32>) outs(%y : memref<1x8x32xf32>)
      {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1>, packed_depth = 8 : i64,
       merged_groups = 2 : i64} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @depth_of_merged_groups(%x: memref<1x8x16xf32>, %w: memref<2x1x3x1x4x4xf32>, %y: memref<1x8x16xf32>) {
  // expected-error @+1 {{expected packed_depth of merged groups of 8 but got 4}}
  tile.conv ins(%x, %w : memref<1x8x16xf32>, memref<2x1x3x1x4x4xf32>) outs(%y : memref<1x8x16xf32>)
      {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1>, packed_depth = 4 : i64,
       merged_groups = 2 : i64} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @parts(%a: memref<4x8xf32>, %b: memref<1x8x16xf32>, %out: memref<4x5xf32>) {
  // expected-error @+1 {{expected panels of columns of 3 parts but got 16 columns}}
  tile.matmul packed ins(%a, %b : memref<4x8xf32>, memref<1x8x16xf32>) outs(%out : memref<4x5xf32>) {parts = 3} epilogue {
  ^bb0(%x: f32, %y: f32, %z: f32):
    tile.yield %x : f32
  }
  return
}

// -----

func.func @further_outs(%a: memref<4x8xf32>, %b: memref<1x8x16xf32>, %out: memref<4x8xf32>, %other: memref<4x7xf32>) {
  // expected-error @+1 {{expected further_outs of the extents of 'memref<4x8xf32>' but got 'memref<4x7xf32>'}}
  tile.matmul packed ins(%a, %b : memref<4x8xf32>, memref<1x8x16xf32>) outs(%out : memref<4x8xf32>)
      further_outs(%other : memref<4x7xf32>) {parts = 2} epilogue {
  ^bb0(%x: f32, %y: f32):
    tile.yield %x, %y : f32, f32
  }
  return
}

// -----

func.func @sums(%a: memref<4x8xf32>, %b: memref<1x8x16xf32>, %out: memref<4x8xf32>) {
  // expected-error @+1 {{expected sums of type 'f32' but got 'f64'}}
  tile.matmul packed ins(%a, %b : memref<4x8xf32>, memref<1x8x16xf32>) outs(%out : memref<4x8xf32>) {parts = 2} epilogue {
  ^bb0(%x: f32, %y: f64):
    tile.yield %x : f32
  }
  return
}

// -----

func.func @depthwise_channels(%x: memref<1x9x9x3xf32>, %w: memref<3x3x8xf32>, %y: memref<1x7x7x8xf32>) {
  // expected-error @+1 {{expected channels of a to divide 8 but got 3}}
  tile.depthwise_conv ins(%x, %w : memref<1x9x9x3xf32>, memref<3x3x8xf32>) outs(%y : memref<1x7x7x8xf32>) {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
