// RUN: ingot-opt %s --tile-schedule --split-input-file | FileCheck %s

module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, l2 = 1048576>} {
  // CHECK-LABEL: func @square
  // CHECK: schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, unroll = 4, split = 4, row_block = 128, masks = true, prefetch = true, ahead = 16>
  func.func @square(%a: memref<512x512xf32>, %b: memref<16x512x32xf32>, %out: memref<512x512xf32>) {
    tile.matmul packed ins(%a, %b : memref<512x512xf32>, memref<16x512x32xf32>) outs(%out : memref<512x512xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Blocks of long rows, as even as the tile lets them be, fit the second cache beside two panels.
  // CHECK-LABEL: func @long_rows
  // CHECK: schedule = #tile.schedule<rows = 10, columns = 32, lanes = 16, unroll = 4, split = 4, row_block = 50, masks = true, prefetch = true, ahead = 16>
  func.func @long_rows(%a: memref<100x2048xf32>, %b: memref<24x2048x32xf32>, %out: memref<100x768xf32>) {
    tile.matmul packed ins(%a, %b : memref<100x2048xf32>, memref<24x2048x32xf32>) outs(%out : memref<100x768xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Few steps stand once in their loop, as do those of tiles of few rows.
  // CHECK-LABEL: func @few
  // CHECK: schedule = #tile.schedule<rows = 10, columns = 32, lanes = 16, split = 4,
  // CHECK: schedule = #tile.schedule<rows = 3, columns = 32, lanes = 16, split = 4,
  func.func @few(%a: memref<512x24xf32>, %b: memref<16x24x32xf32>, %out: memref<512x512xf32>,
                 %rows: memref<3x512xf32>, %weights: memref<16x512x32xf32>, %rows_out: memref<3x512xf32>) {
    tile.matmul packed ins(%a, %b : memref<512x24xf32>, memref<16x24x32xf32>) outs(%out : memref<512x512xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul packed ins(%rows, %weights : memref<3x512xf32>, memref<16x512x32xf32>) outs(%rows_out : memref<3x512xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // A panel that the first cache has room for is not fetched into it, nor are weights that many blocks of rows find in
  // the second one fetched into that.
  // CHECK-LABEL: func @near_weights
  // CHECK: schedule = #tile.schedule<{{.*}}masks = true, prefetch = true>
  // CHECK-NOT: prefetch
  func.func @near_weights(%a: memref<128x64xf32>, %b: memref<8x64x32xf32>, %out: memref<128x256xf32>,
                          %many: memref<3136x64xf32>, %wide: memref<3136x256xf32>) {
    tile.matmul packed ins(%a, %b : memref<128x64xf32>, memref<8x64x32xf32>) outs(%out : memref<128x256xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul packed ins(%many, %b : memref<3136x64xf32>, memref<8x64x32xf32>) outs(%wide : memref<3136x256xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Panels that come from beyond the second cache are fetched ahead, where there are rows enough to do meanwhile.
  // CHECK-LABEL: func @far_weights
  // CHECK: schedule = #tile.schedule<{{.*}}prefetch = true, ahead = 16>
  // CHECK-NOT: prefetch
  func.func @far_weights(%a: memref<64x768xf32>, %b: memref<96x768x32xf32>, %out: memref<64x3072xf32>,
                         %one: memref<1x768xf32>, %row: memref<1x3072xf32>) {
    tile.matmul packed ins(%a, %b : memref<64x768xf32>, memref<96x768x32xf32>) outs(%out : memref<64x3072xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul packed ins(%one, %b : memref<1x768xf32>, memref<96x768x32xf32>) outs(%row : memref<1x3072xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Weights of three bytes, rows that only the run knows: tiles for many rows, and sets of sums for what rows are left.
  // CHECK-LABEL: func @rows_at_run_time
  // CHECK: schedule = #tile.schedule<rows = 6, columns = 64, lanes = 16, unroll = 4, split = 2, row_block = {{[0-9]+}}, masks = true, prefetch = true, ahead = 16>
  func.func @rows_at_run_time(%a: memref<?x768xf32>, %b: memref<48x768x3x16xi32>, %out: memref<?x3072xf32>) {
    tile.matmul packed ins(%a, %b : memref<?x768xf32>, memref<48x768x3x16xi32>) outs(%out : memref<?x3072xf32>)
        {fixed24} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // One row takes each panel but once: its words come from the second cache in time.
  // CHECK-LABEL: func @words
  // CHECK: schedule = #tile.schedule<rows = 1, columns = 64, lanes = 16, split = 2, masks = true, ahead = 16>
  func.func @words(%a: memref<1x768xf32>, %b: memref<48x768x3x16xi32>, %out: memref<1x3072xf32>) {
    tile.matmul packed ins(%a, %b : memref<1x768xf32>, memref<48x768x3x16xi32>) outs(%out : memref<1x3072xf32>)
        {fixed24} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Too little work for threads.
  // CHECK-LABEL: func @small
  // CHECK: schedule = #tile.schedule<rows = 1, columns = 32, lanes = 16, split = 4, masks = true, parallel = false>
  func.func @small(%a: memref<1x64xf32>, %b: memref<2x64x32xf32>, %out: memref<1x64xf32>) {
    tile.matmul packed ins(%a, %b : memref<1x64xf32>, memref<2x64x32xf32>) outs(%out : memref<1x64xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Enough, if what is around it is shared as well: a hundred thousand multiply-adds.
  // CHECK-LABEL: func @small_image
  // CHECK: schedule = #tile.schedule<rows = 7, columns = 16, lanes = 16, unroll = 3, row_block = 7, masks = true>
  func.func @small_image(%x: memref<1x13x13x64xf32>, %w: memref<3x3x64xf32>, %y: memref<1x13x13x64xf32>) {
    tile.depthwise_conv ins(%x, %w : memref<1x13x13x64xf32>, memref<3x3x64xf32>) outs(%y : memref<1x13x13x64xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // CHECK-LABEL: func @dynamic
  // CHECK: schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, split = 4, row_block = 128, panel = 256, masks = true>
  func.func @dynamic(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %out: memref<?x?xf32>) {
    tile.matmul transposed ins(%a, %b : memref<?x?xf32>, memref<?x?xf32>) outs(%out : memref<?x?xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Rows of b far apart are copied.
  // CHECK-LABEL: func @far_apart
  // CHECK: schedule = #tile.schedule<rows = 6, columns = 64, lanes = 16, unroll = 4, split = 2, row_block = 132, panel = 64, masks = true>
  func.func @far_apart(%a: memref<512x64xf32>, %b: memref<64x1024xf32>, %out: memref<512x1024xf32>) {
    tile.matmul row_major ins(%a, %b : memref<512x64xf32>, memref<64x1024xf32>) outs(%out : memref<512x1024xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Of two blocks and of four, those that leave the fewest rows over, with the register tile that is best for a block:
  // two of 25 and 24 rows where all together would have tiles of ten.
  // CHECK-LABEL: func @halved_rows
  // CHECK: schedule = #tile.schedule<rows = 14, {{.*}}, row_block = 98, masks = true{{.*}}>
  // CHECK: schedule = #tile.schedule<rows = 13, {{.*}}, row_block = 26, masks = true{{.*}}>
  func.func @halved_rows(%a: memref<196x384xf32>, %w: memref<2x384x32xf32>, %out: memref<196x64xf32>,
                         %few: memref<49x384xf32>, %some: memref<49x64xf32>) {
    tile.matmul packed ins(%a, %w : memref<196x384xf32>, memref<2x384x32xf32>) outs(%out : memref<196x64xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul packed ins(%few, %w : memref<49x384xf32>, memref<2x384x32xf32>) outs(%some : memref<49x64xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Rows are cut into blocks that two threads, or four, share evenly, unless there are too few, or too many weights to
  // read them again for each block.
  // CHECK-LABEL: func @shared_rows
  // CHECK: schedule = #tile.schedule<rows = 8, {{.*}}, row_block = 32, masks = true{{.*}}>
  // CHECK: schedule = #tile.schedule<rows = 8, {{.*}}, row_block = 24, masks = true{{.*}}>
  // CHECK: schedule = #tile.schedule<rows = 10, columns = 32, lanes = 16, unroll = 4, split = 4, masks = true{{.*}}>
  // CHECK: schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, unroll = 4, split = 4, masks = true{{.*}}>
  func.func @shared_rows(%a: memref<128x256xf32>, %w: memref<8x256x32xf32>, %out: memref<128x256xf32>,
                         %a48: memref<48x256xf32>, %out48: memref<48x256xf32>,
                         %a30: memref<30x256xf32>, %out30: memref<30x256xf32>, %much: memref<32x256x32xf32>,
                         %wide: memref<128x1024xf32>) {
    tile.matmul packed ins(%a, %w : memref<128x256xf32>, memref<8x256x32xf32>) outs(%out : memref<128x256xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul packed ins(%a48, %w : memref<48x256xf32>, memref<8x256x32xf32>) outs(%out48 : memref<48x256xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul packed ins(%a30, %w : memref<30x256xf32>, memref<8x256x32xf32>) outs(%out30 : memref<30x256xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul packed ins(%a, %much : memref<128x256xf32>, memref<32x256x32xf32>) outs(%wide : memref<128x1024xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Many rows have wide tiles; few do not, nor do columns of which the last tile would have but half of its vectors.
  // CHECK-LABEL: func @wide
  // CHECK: schedule = #tile.schedule<rows = 6, columns = 64, lanes = 16, unroll = 4, split = 2, row_block = 24, masks = true>
  // CHECK: schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, unroll = 4, split = 4, masks = true
  // CHECK: schedule = #tile.schedule<rows = 8, columns = 32, lanes = 16, unroll = 4, split = 4, row_block = 24, masks = true>
  func.func @wide(%a: memref<96x64xf32>, %b: memref<64x128xf32>, %out: memref<96x128xf32>, %few: memref<16x64xf32>,
                  %less: memref<16x128xf32>, %c: memref<64x96xf32>, %half: memref<96x96xf32>) {
    tile.matmul row_major ins(%a, %b : memref<96x64xf32>, memref<64x128xf32>) outs(%out : memref<96x128xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul row_major ins(%few, %b : memref<16x64xf32>, memref<64x128xf32>) outs(%less : memref<16x128xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul row_major ins(%a, %c : memref<96x64xf32>, memref<64x96xf32>) outs(%half : memref<96x96xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Rows that begin anywhere in a line are copied for many rows of the other operand, not for few.
  // CHECK-LABEL: func @realigned
  // CHECK: schedule = #tile.schedule<rows = {{[0-9]+}}, columns = 64, lanes = 16, {{.*}}panel = 50, masks = true>
  // CHECK: schedule = #tile.schedule<rows = {{[0-9]+}}, columns = 64, lanes = 16,
  // CHECK-NOT: panel
  // CHECK-SAME: masks = true
  func.func @realigned(%a: memref<127x50xf32>, %b: memref<50x127xf32>, %out: memref<127x127xf32>,
                       %few: memref<64x50xf32>, %less: memref<64x127xf32>) {
    tile.matmul row_major ins(%a, %b : memref<127x50xf32>, memref<50x127xf32>) outs(%out : memref<127x127xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul row_major ins(%few, %b : memref<64x50xf32>, memref<50x127xf32>) outs(%less : memref<64x127xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // CHECK-LABEL: func @vector
  // CHECK: schedule = #tile.schedule<rows = 1, columns = 128, lanes = 16, masks = true>
  func.func @vector(%a: memref<1x512xf32>, %b: memref<512x1024xf32>, %out: memref<1x1024xf32>) {
    tile.matmul row_major ins(%a, %b : memref<1x512xf32>, memref<512x1024xf32>) outs(%out : memref<1x1024xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Planes: outputs by lines by vectors of positions as loads and registers allow, of an input that is read where it is.
  // What fills no vectors of a line is copied first, in blocks of lines that stay in the first cache, of a single group
  // in some that two threads share evenly; so is what moves by three, of which vectors have no pairs, and what has so much
  // padding that many vectors are at a border.
  // CHECK-LABEL: func @planes(
  // CHECK: schedule = #tile.schedule<rows = 4, columns = 32, lanes = 16, row_block = 12, line_block = 2, masks = true>
  // CHECK-LABEL: func @planes_of_a_channel(
  // CHECK: schedule = #tile.schedule<rows = 1, columns = 32, lanes = 16, row_block = 28, line_block = 7, masks = true>
  // CHECK-LABEL: func @planes_of_short_lines(
  // CHECK: schedule = #tile.schedule<rows = 4, columns = 64, lanes = 16, unroll = 3, row_block = 7, masks = true>
  // CHECK-LABEL: func @planes_by_three(
  // CHECK: schedule = #tile.schedule<rows = 1, columns = 112, lanes = 16, unroll = 3, row_block = 10, masks = true>
  // CHECK-LABEL: func @planes_of_wide_windows(
  // CHECK: schedule = #tile.schedule<rows = 1, columns = {{[0-9]+}}, lanes = 16, unroll = 3, row_block = {{[0-9]+}}, masks = true>
  // CHECK-LABEL: func @planes_of_one_group
  // CHECK: schedule = #tile.schedule<{{.*}} row_block = 8, line_block = 8, masks = true, parallel = false>
  func.func @planes(%x: memref<1x128x56x56xf32>, %w: memref<32x4x4x3x3xf32>, %y: memref<1x128x56x56xf32>) {
    tile.planes_conv ins(%x, %w : memref<1x128x56x56xf32>, memref<32x4x4x3x3xf32>) outs(%y : memref<1x128x56x56xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }
  func.func @planes_of_a_channel(%x: memref<1x96x56x56xf32>, %w: memref<96x1x1x3x3xf32>, %y: memref<1x96x28x28xf32>) {
    tile.planes_conv ins(%x, %w : memref<1x96x56x56xf32>, memref<96x1x1x3x3xf32>) outs(%y : memref<1x96x28x28xf32>)
        {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }
  func.func @planes_of_short_lines(%x: memref<1x128x7x7xf32>, %w: memref<32x4x4x3x3xf32>, %y: memref<1x128x7x7xf32>) {
    tile.planes_conv ins(%x, %w : memref<1x128x7x7xf32>, memref<32x4x4x3x3xf32>) outs(%y : memref<1x128x7x7xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }
  func.func @planes_by_three(%x: memref<1x96x30x30xf32>, %w: memref<96x1x1x3x3xf32>, %y: memref<1x96x10x10xf32>) {
    tile.planes_conv ins(%x, %w : memref<1x96x30x30xf32>, memref<96x1x1x3x3xf32>) outs(%y : memref<1x96x10x10xf32>)
        {strides = array<i64: 3, 3>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }
  func.func @planes_of_wide_windows(%x: memref<1x96x4x400xf32>, %w: memref<96x1x1x1x3xf32>, %y: memref<1x96x4x400xf32>) {
    tile.planes_conv ins(%x, %w : memref<1x96x4x400xf32>, memref<96x1x1x1x3xf32>) outs(%y : memref<1x96x4x400xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 40>, pads = array<i64: 0, 40>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }
  func.func @planes_of_one_group(%x: memref<1x2x16x16xf32>, %w: memref<1x2x2x3x3xf32>, %y: memref<1x2x16x16xf32>) {
    tile.planes_conv ins(%x, %w : memref<1x2x16x16xf32>, memref<1x2x2x3x3xf32>) outs(%y : memref<1x2x16x16xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // An even number of blocks of tiles, as few as have their transformed inputs in a quarter of the second cache. Weights
  // that half of it has no room for are fetched ahead.
  // CHECK-LABEL: func @winograd
  // CHECK: schedule = #tile.schedule<rows = 13, columns = 32, lanes = 16, unroll = 4, split = 4, row_block = 25, masks = true, prefetch = true>
  func.func @winograd(%x: memref<1x56x56x64xf32>, %w: memref<1x2x6x6x64x32xf32>, %y: memref<1x56x56x64xf32>) {
    tile.winograd_conv ins(%x, %w : memref<1x56x56x64xf32>, memref<1x2x6x6x64x32xf32>) outs(%y : memref<1x56x56x64xf32>)
        {pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // CHECK-LABEL: func @winograd_near
  // CHECK-NOT: prefetch
  func.func @winograd_near(%x: memref<1x56x56x16xf32>, %w: memref<1x1x6x6x16x32xf32>, %y: memref<1x56x56x32xf32>) {
    tile.winograd_conv ins(%x, %w : memref<1x56x56x16xf32>, memref<1x1x6x6x16x32xf32>) outs(%y : memref<1x56x56x32xf32>)
        {pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Where the inputs of all tiles have room there, such weights are read once: one block, whose panels threads share.
  // CHECK-LABEL: func @winograd_once
  // CHECK: schedule = #tile.schedule<{{.*}} row_block = 16, {{.*}} prefetch = true>
  func.func @winograd_once(%x: memref<1x8x8x64xf32>, %w: memref<1x16x4x4x64x32xf32>, %y: memref<1x8x8x512xf32>) {
    tile.winograd_conv ins(%x, %w : memref<1x8x8x64xf32>, memref<1x16x4x4x64x32xf32>) outs(%y : memref<1x8x8x512xf32>)
        {pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // CHECK-LABEL: func @winograd_images
  // CHECK: schedule = #tile.schedule<{{.*}} row_block = 8, {{.*}} prefetch = true>
  func.func @winograd_images(%x: memref<?x8x8x64xf32>, %w: memref<1x16x4x4x64x32xf32>, %y: memref<?x8x8x512xf32>) {
    tile.winograd_conv ins(%x, %w : memref<?x8x8x64xf32>, memref<1x16x4x4x64x32xf32>) outs(%y : memref<?x8x8x512xf32>)
        {pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Rows that divide the width; as many lines as have some hundred rows.
  // CHECK-LABEL: func @conv
  // CHECK: schedule = #tile.schedule<rows = 7, columns = 32, lanes = 16, unroll = 4, split = 4, row_block = 18, masks = true, ahead = 16>
  func.func @conv(%x: memref<1x7x7x512xf32>, %w: memref<1x16x3x3x512x32xf32>, %y: memref<1x7x7x512xf32>) {
    tile.conv ins(%x, %w : memref<1x7x7x512xf32>, memref<1x16x3x3x512x32xf32>) outs(%y : memref<1x7x7x512xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // An even number of blocks of lines, all as long where there can be: four of seven; of a height that only the run
  // knows, some hundred positions each. Of many channels, those of which three lines stay in the first cache are a
  // panel; of wide lines these would be too few.
  // CHECK-LABEL: func @depthwise
  // CHECK: memref<1x?x28x96xf32>{{.*}} schedule = #tile.schedule<{{.*}} row_block = 4, masks = true>
  // CHECK: memref<1x14x14x256xf32>{{.*}} schedule = #tile.schedule<{{.*}} row_block = 7, panel = 96, masks = true>
  // CHECK: memref<1x112x112x256xf32>{{.*}} schedule = #tile.schedule<{{.*}} row_block = 2, masks = true>
  // CHECK: schedule = #tile.schedule<rows = 7, columns = 16, lanes = 16, unroll = 3, row_block = 7, masks = true>
  func.func @depthwise(%x: memref<1x28x28x96xf32>, %w: memref<3x3x96xf32>, %y: memref<1x28x28x96xf32>,
                       %lines: memref<1x?x28x96xf32>, %out: memref<1x?x28x96xf32>, %many: memref<3x3x256xf32>,
                       %narrow: memref<1x14x14x256xf32>, %wide: memref<1x112x112x256xf32>) {
    tile.depthwise_conv ins(%lines, %w : memref<1x?x28x96xf32>, memref<3x3x96xf32>) outs(%out : memref<1x?x28x96xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.depthwise_conv ins(%narrow, %many : memref<1x14x14x256xf32>, memref<3x3x256xf32>)
        outs(%narrow : memref<1x14x14x256xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.depthwise_conv ins(%wide, %many : memref<1x112x112x256xf32>, memref<3x3x256xf32>)
        outs(%wide : memref<1x112x112x256xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.depthwise_conv ins(%x, %w : memref<1x28x28x96xf32>, memref<3x3x96xf32>) outs(%y : memref<1x28x28x96xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // A single line is shared by positions: an even number of blocks of some hundred, whole register tiles each. One that
  // is short is not cut, nor are lines of a batch that threads share evenly.
  // CHECK-LABEL: func @depthwise_line
  // CHECK: memref<1x500x96xf32>{{.*}} schedule = #tile.schedule<rows = 8, {{.*}} row_block = 1, line_block = 128, masks = true>
  // CHECK: memref<?x?x96xf32>{{.*}} schedule = #tile.schedule<rows = 8, {{.*}} row_block = 2, line_block = 64, masks = true>
  // CHECK: memref<1x1x500x96xf32>{{.*}} schedule = #tile.schedule<rows = 8, {{.*}} row_block = 1, line_block = 128, masks = true>
  // CHECK: memref<1x6x96xf32>
  // CHECK-NOT: line_block
  // CHECK: memref<2x500x96xf32>
  // CHECK-NOT: line_block
  // CHECK: return
  func.func @depthwise_line(%x: memref<1x500x96xf32>, %dynamic: memref<?x?x96xf32>, %flat: memref<1x1x500x96xf32>,
                            %short: memref<1x6x96xf32>, %batch: memref<2x500x96xf32>, %w: memref<3x96xf32>,
                            %w2: memref<1x3x96xf32>) {
    tile.depthwise_conv ins(%x, %w : memref<1x500x96xf32>, memref<3x96xf32>) outs(%x : memref<1x500x96xf32>)
        {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.depthwise_conv ins(%dynamic, %w : memref<?x?x96xf32>, memref<3x96xf32>) outs(%dynamic : memref<?x?x96xf32>)
        {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.depthwise_conv ins(%flat, %w2 : memref<1x1x500x96xf32>, memref<1x3x96xf32>)
        outs(%flat : memref<1x1x500x96xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.depthwise_conv ins(%short, %w : memref<1x6x96xf32>, memref<3x96xf32>) outs(%short : memref<1x6x96xf32>)
        {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.depthwise_conv ins(%batch, %w : memref<2x500x96xf32>, memref<3x96xf32>) outs(%batch : memref<2x500x96xf32>)
        {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // So is a line of which there is one panel of channels; where there are more, threads share these.
  // CHECK-LABEL: func @conv_line
  // CHECK: memref<1x1x7x8x16xf32>{{.*}} schedule = #tile.schedule<rows = 13, {{.*}} row_block = 1, line_block = 104, masks = true
  // CHECK: memref<1x2x7x8x16xf32>
  // CHECK-NOT: line_block
  // CHECK: return
  func.func @conv_line(%x: memref<1x1040x8xf32>, %one: memref<1x1x7x8x16xf32>, %y: memref<1x1040x16xf32>,
                       %two: memref<1x2x7x8x16xf32>, %z: memref<1x1040x32xf32>) {
    tile.conv ins(%x, %one : memref<1x1040x8xf32>, memref<1x1x7x8x16xf32>) outs(%y : memref<1x1040x16xf32>)
        {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 3>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.conv ins(%x, %two : memref<1x1040x8xf32>, memref<1x2x7x8x16xf32>) outs(%z : memref<1x1040x32xf32>)
        {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 3>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // A depth of floating-point operands: the lanes are the reduction's, and each of the three columns has its own sums.
  // CHECK-LABEL: func @lane_sums
  // CHECK: schedule = #tile.schedule<rows = 7, columns = 3, lanes = 1, split = 2, row_block = 2, masks = true, ahead = 16>
  func.func @lane_sums(%x: memref<1x64x64x32xf32>, %w: memref<1x1x9x9x2x3x16xf32>, %y: memref<1x56x56x3xf32>) {
    tile.conv ins(%x, %w : memref<1x64x64x32xf32>, memref<1x1x9x9x2x3x16xf32>) outs(%y : memref<1x56x56x3xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0>, packed_depth = 16 : i64} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Groups side by side: a vector of sums for each of four columns, and threads share lines.
  // CHECK-LABEL: func @merged_groups
  // CHECK: schedule = #tile.schedule<rows = 6, columns = 4, lanes = 1, split = 2, row_block = 1, masks = true>
  func.func @merged_groups(%x: memref<1x56x56x128xf32>, %w: memref<8x1x3x3x1x4x16xf32>, %y: memref<1x56x56x128xf32>) {
    tile.conv ins(%x, %w : memref<1x56x56x128xf32>, memref<8x1x3x3x1x4x16xf32>) outs(%y : memref<1x56x56x128xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>, packed_depth = 16 : i64,
         merged_groups = 4 : i64} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Nearly as many rows, as eight columns are done in two turns.
  // CHECK-LABEL: func @merged_groups_of_many
  // CHECK: schedule = #tile.schedule<rows = 5, columns = 8, lanes = 1, split = 2, row_block = 1, masks = true>
  func.func @merged_groups_of_many(%x: memref<1x14x14x512xf32>, %w: memref<32x1x3x3x1x8x16xf32>, %y: memref<1x14x14x512xf32>) {
    tile.conv ins(%x, %w : memref<1x14x14x512xf32>, memref<32x1x3x3x1x8x16xf32>) outs(%y : memref<1x14x14x512xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>, packed_depth = 16 : i64,
         merged_groups = 2 : i64} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // What is scheduled stays as it is.
  // CHECK-LABEL: func @scheduled
  // CHECK: schedule = #tile.schedule<rows = 2, columns = 16, lanes = 8>
  func.func @scheduled(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %out: memref<?x?xf32>) {
    tile.matmul row_major ins(%a, %b : memref<?x?xf32>, memref<?x?xf32>) outs(%out : memref<?x?xf32>)
        {schedule = #tile.schedule<rows = 2, columns = 16, lanes = 8>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }
}

// -----

// A module without a target: short vectors, few registers, no masks, so that ragged columns are copied.

// CHECK-LABEL: func @least
// CHECK: schedule = #tile.schedule<rows = 6, columns = 8, lanes = 4, unroll = 4, split = 4, row_block = 102, panel = 256>
func.func @least(%a: memref<300x300xf32>, %b: memref<300x301xf32>, %out: memref<300x301xf32>) {
  tile.matmul row_major ins(%a, %b : memref<300x300xf32>, memref<300x301xf32>) outs(%out : memref<300x301xf32>) epilogue {
  ^bb0(%sum: f32):
    tile.yield %sum : f32
  }
  return
}

// -----

// What was measured goes before what is estimated, for the operation that it was measured on.

module attributes {
  rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true>,
  rt.tuned = {
    "tile.matmul(memref<4x8xf32>, memref<1x8x16xf32>, memref<4x16xf32>) {extra_maps = [], layout = 0 : i32, operandSegmentSizes = array<i32: 1, 1, 0, 0, 1, 0, 0>, packed_depth = 1 : i64, parts = 1 : i64} epilogue 078bcd619f7f4607" = #tile.schedule<rows = 2, columns = 16, lanes = 16, unroll = 4>
  }
} {
  // CHECK-LABEL: func @tuned
  // CHECK: schedule = #tile.schedule<rows = 2, columns = 16, lanes = 16, unroll = 4>
  func.func @tuned(%a: memref<4x8xf32>, %b: memref<1x8x16xf32>, %out: memref<4x16xf32>) {
    tile.matmul packed ins(%a, %b : memref<4x8xf32>, memref<1x8x16xf32>) outs(%out : memref<4x16xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // CHECK-LABEL: func @tuned_for_another_epilogue
  // CHECK: schedule = #tile.schedule<rows = 4, columns = 16, lanes = 16, split = 8,
  func.func @tuned_for_another_epilogue(%a: memref<4x8xf32>, %b: memref<1x8x16xf32>, %out: memref<4x16xf32>) {
    tile.matmul packed ins(%a, %b : memref<4x8xf32>, memref<1x8x16xf32>) outs(%out : memref<4x16xf32>) epilogue {
    ^bb0(%sum: f32):
      %r = arith.addf %sum, %sum : f32
      tile.yield %r : f32
    }
    return
  }
}
