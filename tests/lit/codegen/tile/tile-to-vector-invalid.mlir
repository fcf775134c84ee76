// RUN: ingot-opt %s --tile-to-vector --split-input-file --verify-diagnostics

func.func @unscheduled(%a: memref<4x8xf32>, %b: memref<1x8x16xf32>, %out: memref<4x16xf32>) {
  // expected-error @+1 {{expected a schedule}}
  tile.matmul packed ins(%a, %b : memref<4x8xf32>, memref<1x8x16xf32>) outs(%out : memref<4x16xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @columns(%a: memref<4x8xf32>, %b: memref<1x8x16xf32>, %out: memref<4x16xf32>) {
  // expected-error @+1 {{expected a schedule of 16 columns as packed but got 32}}
  tile.matmul packed ins(%a, %b : memref<4x8xf32>, memref<1x8x16xf32>) outs(%out : memref<4x16xf32>)
      {schedule = #tile.schedule<rows = 4, columns = 32, lanes = 16>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @row_block(%a: memref<4x8xf32>, %b: memref<1x8x16xf32>, %out: memref<4x16xf32>) {
  // expected-error @+1 {{expected row_block to be a multiple of 4 rows but got 6}}
  tile.matmul packed ins(%a, %b : memref<4x8xf32>, memref<1x8x16xf32>) outs(%out : memref<4x16xf32>)
      {schedule = #tile.schedule<rows = 4, columns = 16, lanes = 16, row_block = 6>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @unscheduled_attention(%q: memref<4x8xf32>, %k: memref<5x8xf32>, %v: memref<5x8xf32>, %out: memref<4x8xf32>) {
  // expected-error @+1 {{expected a schedule}}
  tile.attention ins(%q, %k, %v : memref<4x8xf32>, memref<5x8xf32>, memref<5x8xf32>) outs(%out : memref<4x8xf32>) {scale = 1.0 : f64}
  return
}

// -----

func.func @panel(%q: memref<4x8xf32>, %k: memref<5x8xf32>, %v: memref<5x8xf32>, %out: memref<4x8xf32>) {
  // expected-error @+1 {{expected panel to be a multiple of 16 columns but got 8}}
  tile.attention ins(%q, %k, %v : memref<4x8xf32>, memref<5x8xf32>, memref<5x8xf32>) outs(%out : memref<4x8xf32>)
      {scale = 1.0 : f64, schedule = #tile.schedule<rows = 4, columns = 16, lanes = 16, row_block = 4, panel = 8>}
  return
}

// -----

func.func @query_block(%q: memref<4x8xf32>, %k: memref<5x8xf32>, %v: memref<5x8xf32>, %out: memref<4x8xf32>) {
  // expected-error @+1 {{expected a positive row_block but got 0}}
  tile.attention ins(%q, %k, %v : memref<4x8xf32>, memref<5x8xf32>, memref<5x8xf32>) outs(%out : memref<4x8xf32>)
      {scale = 1.0 : f64, schedule = #tile.schedule<rows = 4, columns = 16, lanes = 16, panel = 16>}
  return
}

// -----

func.func @unpacked_transposed(%a: memref<4x8xf32>, %b: memref<16x8xf32>, %out: memref<4x16xf32>) {
  // expected-error @+1 {{expected a positive panel for a transposed right operand but got 0}}
  tile.matmul transposed ins(%a, %b : memref<4x8xf32>, memref<16x8xf32>) outs(%out : memref<4x16xf32>)
      {schedule = #tile.schedule<rows = 4, columns = 16, lanes = 16>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @waiting_sums(%a: memref<4x8xf32>, %b: memref<8x16xf32>, %out: memref<4x16xf32>) {
  // expected-error @+1 {{expected a positive row_block where sums wait for the next panel but got 0}}
  tile.matmul row_major ins(%a, %b : memref<4x8xf32>, memref<8x16xf32>) outs(%out : memref<4x16xf32>)
      {schedule = #tile.schedule<rows = 4, columns = 16, lanes = 16, panel = 4>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @amx_of_scattered_rows(%a: memref<64x64xf32, strided<[1, 64]>>, %b: memref<2x64x32xf32>, %out: memref<64x64xf32>) {
  // expected-error @+1 {{expected contiguous rows of f32 on either side for amx}}
  tile.matmul packed ins(%a, %b : memref<64x64xf32, strided<[1, 64]>>, memref<2x64x32xf32>) outs(%out : memref<64x64xf32>)
      {schedule = #tile.schedule<rows = 4, columns = 32, lanes = 16>,
       amx = #tile.amx<least_rows = 1, row_block = 64, column_block = 64, left_depth = 64, right_depth = 64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @amx_prefetch_of_rows(%a: memref<64x64xf32>, %b: memref<64x64xf32>, %out: memref<64x64xf32>) {
  // expected-error @+1 {{expected a packed right operand for amx to prefetch but got row_major}}
  tile.matmul row_major ins(%a, %b : memref<64x64xf32>, memref<64x64xf32>) outs(%out : memref<64x64xf32>)
      {schedule = #tile.schedule<rows = 4, columns = 32, lanes = 16, masks = true>,
       amx = #tile.amx<least_rows = 1, row_block = 64, column_block = 64, left_depth = 64, right_depth = 64, prefetch = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @amx_overlap_of_columns(%a: memref<64x64xf32>, %b: memref<64x64xf32>, %out: memref<64x64xf32>) {
  // expected-error @+1 {{expected no transposed right operand for amx to overlap}}
  tile.matmul transposed ins(%a, %b : memref<64x64xf32>, memref<64x64xf32>) outs(%out : memref<64x64xf32>)
      {schedule = #tile.schedule<rows = 4, columns = 32, lanes = 16, panel = 64>,
       amx = #tile.amx<least_rows = 1, row_block = 64, column_block = 64, left_depth = 64, right_depth = 64, overlap = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @amx_of_low_blocks(%a: memref<64x64xf32>, %b: memref<64x64xf32>, %out: memref<64x64xf32>) {
  // expected-error @+1 {{expected row_block to be 32 or more for amx but got 16}}
  tile.matmul transposed ins(%a, %b : memref<64x64xf32>, memref<64x64xf32>) outs(%out : memref<64x64xf32>)
      {schedule = #tile.schedule<rows = 4, columns = 32, lanes = 16, row_block = 16, panel = 32>,
       amx = #tile.amx<least_rows = 1, row_block = 64, column_block = 64, left_depth = 64, right_depth = 64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @amx_of_few_channels(%a: memref<1x9x9x24xf32>, %b: memref<1x2x3x3x24x32xf32>, %out: memref<1x9x9x64xf32>) {
  // expected-error @+1 {{expected contiguous weights of a multiple of 16 channels for amx but got 24 of 'memref<1x2x3x3x24x32xf32>'}}
  tile.conv ins(%a, %b : memref<1x9x9x24xf32>, memref<1x2x3x3x24x32xf32>) outs(%out : memref<1x9x9x64xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 4, columns = 32, lanes = 16>,
       amx = #tile.amx<least_rows = 1, row_block = 64, column_block = 64, left_depth = 64, right_depth = 64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @amx_stream_of_no_product(%a: memref<1x9x9x64xf32>, %b: memref<1x2x3x3x64x32xf32>, %out: memref<1x9x9x64xf32>) {
  // expected-error @+1 {{expected a product for amx with stream}}
  tile.conv ins(%a, %b : memref<1x9x9x64xf32>, memref<1x2x3x3x64x32xf32>) outs(%out : memref<1x9x9x64xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 4, columns = 32, lanes = 16>,
       amx = #tile.amx<least_rows = 1, row_block = 16, column_block = 64, left_depth = 576, right_depth = 576, stream = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @amx_stream_of_some_steps(%a: memref<64x96xf32>, %b: memref<2x96x32xf32>, %out: memref<64x64xf32>) {
  // expected-error @+1 {{expected right_depth to be of all steps for amx with stream but got 64}}
  tile.matmul packed ins(%a, %b : memref<64x96xf32>, memref<2x96x32xf32>) outs(%out : memref<64x64xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, parallel = false>,
       amx = #tile.amx<least_rows = 1, row_block = 64, column_block = 64, left_depth = 64, right_depth = 64, stream = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @amx_stream_of_many_rows(%a: memref<64x96xf32>, %b: memref<2x96x32xf32>, %out: memref<64x64xf32>) {
  // expected-error @+1 {{expected row_block to be 16 for amx with stream but got 64}}
  tile.matmul packed ins(%a, %b : memref<64x96xf32>, memref<2x96x32xf32>) outs(%out : memref<64x64xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, parallel = false>,
       amx = #tile.amx<least_rows = 1, row_block = 64, column_block = 64, left_depth = 96, right_depth = 96, stream = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @pieces_prefetch(%a: memref<64x64xf32>, %b: memref<2x2x2x3x16x16xi32>, %out: memref<64x64xf32>) {
  // expected-error @+1 {{expected neither prefetch nor ahead for bf16_pieces}}
  tile.matmul packed ins(%a, %b : memref<64x64xf32>, memref<2x2x2x3x16x16xi32>) outs(%out : memref<64x64xf32>)
      {bf16_pieces, schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, parallel = false, prefetch = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @pieces_ahead(%a: memref<64x64xf32>, %b: memref<2x2x2x3x16x16xi32>, %out: memref<64x64xf32>) {
  // expected-error @+1 {{expected neither prefetch nor ahead for bf16_pieces}}
  tile.matmul packed ins(%a, %b : memref<64x64xf32>, memref<2x2x2x3x16x16xi32>) outs(%out : memref<64x64xf32>)
      {bf16_pieces, schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, parallel = false, ahead = 8>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @amx_pieces_without_stream(%a: memref<64x64xf32>, %b: memref<2x2x2x3x16x16xi32>, %out: memref<64x64xf32>) {
  // expected-error @+1 {{expected amx with stream for bf16_pieces}}
  tile.matmul packed ins(%a, %b : memref<64x64xf32>, memref<2x2x2x3x16x16xi32>) outs(%out : memref<64x64xf32>)
      {bf16_pieces, schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, parallel = false>,
       amx = #tile.amx<least_rows = 1, row_block = 64, column_block = 64, left_depth = 64, right_depth = 64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @amx_image_of_no_convolution(%a: memref<64x64xf32>, %b: memref<2x64x32xf32>, %out: memref<64x64xf32>) {
  // expected-error @+1 {{expected a convolution for amx with image}}
  tile.matmul packed ins(%a, %b : memref<64x64xf32>, memref<2x64x32xf32>) outs(%out : memref<64x64xf32>)
      {schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, row_block = 32>,
       amx = #tile.amx<least_rows = 1, row_block = 64, column_block = 64, left_depth = 64, right_depth = 64, image = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @amx_image_of_some_steps(%a: memref<1x9x9x64xf32>, %b: memref<1x2x3x3x64x32xf32>, %out: memref<1x9x9x64xf32>) {
  // expected-error @+1 {{expected left_depth to be 576 or more for amx with image but got 64}}
  tile.conv ins(%a, %b : memref<1x9x9x64xf32>, memref<1x2x3x3x64x32xf32>) outs(%out : memref<1x9x9x64xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16>,
       amx = #tile.amx<least_rows = 1, row_block = 64, column_block = 64, left_depth = 64, right_depth = 64, image = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @amx_image_of_unknown_extents(%a: memref<1x?x9x64xf32>, %b: memref<1x2x3x3x64x32xf32>, %out: memref<1x?x9x64xf32>) {
  // expected-error @+1 {{expected known extents for amx with image}}
  tile.conv ins(%a, %b : memref<1x?x9x64xf32>, memref<1x2x3x3x64x32xf32>) outs(%out : memref<1x?x9x64xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16>,
       amx = #tile.amx<least_rows = 1, row_block = 64, column_block = 64, left_depth = 576, right_depth = 64, image = true>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @amx_of_narrow_vectors(%a: memref<64x64xf32>, %b: memref<2x64x32xf32>, %out: memref<64x64xf32>) {
  // expected-error @+1 {{expected vectors of 16 lanes for amx but got 8}}
  tile.matmul packed ins(%a, %b : memref<64x64xf32>, memref<2x64x32xf32>) outs(%out : memref<64x64xf32>)
      {schedule = #tile.schedule<rows = 4, columns = 32, lanes = 8>,
       amx = #tile.amx<least_rows = 1, row_block = 64, column_block = 64, left_depth = 64, right_depth = 64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @amx_of_half_a_panel(%a: memref<64x64xf32>, %b: memref<2x64x32xf32>, %out: memref<64x64xf32>) {
  // expected-error @+1 {{expected column_block to be a multiple of 32 columns but got 16}}
  tile.matmul packed ins(%a, %b : memref<64x64xf32>, memref<2x64x32xf32>) outs(%out : memref<64x64xf32>)
      {schedule = #tile.schedule<rows = 4, columns = 32, lanes = 16>,
       amx = #tile.amx<least_rows = 1, row_block = 64, column_block = 16, left_depth = 64, right_depth = 64>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @channels(%x: memref<1x4x4x64xf32>, %w: memref<3x3x64xf32>, %y: memref<1x2x2x64xf32>) {
  // expected-error @+1 {{expected panel to be a multiple of 16 lanes but got 24}}
  tile.depthwise_conv ins(%x, %w : memref<1x4x4x64xf32>, memref<3x3x64xf32>) outs(%y : memref<1x2x2x64xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>,
       schedule = #tile.schedule<rows = 2, columns = 16, lanes = 16, panel = 24>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @line_block(%x: memref<1x12x4xf32>, %w: memref<3x4xf32>, %y: memref<1x10x4xf32>) {
  // expected-error @+1 {{expected line_block to be a multiple of 4 rows but got 6}}
  tile.depthwise_conv ins(%x, %w : memref<1x12x4xf32>, memref<3x4xf32>) outs(%y : memref<1x10x4xf32>)
      {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 0>,
       schedule = #tile.schedule<rows = 4, columns = 4, lanes = 4, line_block = 6>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @depthwise_multiplier(%x: memref<1x9x9x4xf32>, %w: memref<3x3x32xf32>, %y: memref<1x7x7x32xf32>) {
  // expected-error @+1 {{expected lanes to be a multiple of the channel multiplier 8 but got 4}}
  tile.depthwise_conv ins(%x, %w : memref<1x9x9x4xf32>, memref<3x3x32xf32>) outs(%y : memref<1x7x7x32xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>,
       schedule = #tile.schedule<rows = 2, columns = 4, lanes = 4>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @planes_line_block(%x: memref<1x8x9x9xf32>, %w: memref<8x1x1x3x3xf32>, %y: memref<1x8x9x9xf32>) {
  // expected-error @+1 {{expected row_block to be a multiple of 4 lines but got 6}}
  tile.planes_conv ins(%x, %w : memref<1x8x9x9xf32>, memref<8x1x1x3x3xf32>) outs(%y : memref<1x8x9x9xf32>)
      {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 1, columns = 16, lanes = 16, row_block = 6, line_block = 4>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

func.func @planes_line_stride(%x: memref<1x8x9x9xf32>, %w: memref<8x1x1x3x3xf32>, %y: memref<1x8x9x3xf32>) {
  // expected-error @+1 {{expected a stride of one or two for line_block but got 3}}
  tile.planes_conv ins(%x, %w : memref<1x8x9x9xf32>, memref<8x1x1x3x3xf32>) outs(%y : memref<1x8x9x3xf32>)
      {strides = array<i64: 1, 3>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
       schedule = #tile.schedule<rows = 1, columns = 16, lanes = 16, row_block = 4, line_block = 4>} epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}
