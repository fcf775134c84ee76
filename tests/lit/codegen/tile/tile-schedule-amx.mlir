// RUN: ingot-opt %s --tile-schedule | FileCheck %s

module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, amx_bf16 = true, l1 = 49152, l2 = 2097152, stream = 8>} {
  // Long products go to the tile registers; what comes next becomes pieces meanwhile, and what comes then is fetched.
  // Vectors keep a schedule of their own.
  // CHECK-LABEL: func @long
  // CHECK-SAME: {
  // CHECK: amx = #tile.amx<least_rows = 128, row_block = 128, column_block = 768, left_depth = 768, right_depth = 256, overlap = true, prefetch = true>
  // CHECK-SAME: schedule = #tile.schedule<rows = {{[0-9]+}}, columns = 32, lanes = 16,
  func.func @long(%a: memref<128x768xf32>, %b: memref<24x768x32xf32>, %out: memref<128x768xf32>) {
    tile.matmul packed ins(%a, %b : memref<128x768xf32>, memref<24x768x32xf32>) outs(%out : memref<128x768xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Many rows are cut into blocks of as many each, and a long reduction into what of its pieces the second cache holds.
  // CHECK-LABEL: func @blocks
  // CHECK: amx = #tile.amx<least_rows = 512, row_block = 256, column_block = 512, left_depth = 448, right_depth = 64, prefetch = true>
  func.func @blocks(%a: memref<512x2048xf32>, %b: memref<16x2048x32xf32>, %out: memref<512x512xf32>) {
    tile.matmul packed ins(%a, %b : memref<512x2048xf32>, memref<16x2048x32xf32>) outs(%out : memref<512x512xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // A batch by one left operand is one product by the panels of all: its rows become pieces once.
  // CHECK-LABEL: func @by_one
  // CHECK: amx = #tile.amx<least_rows = 49, row_block = 48, column_block = 960,
  func.func @by_one(%a: memref<49x160xf32>, %b: memref<2x15x160x32xf32>, %out: memref<2x49x480xf32>) {
    tile.matmul packed ins(%a, %b : memref<49x160xf32>, memref<2x15x160x32xf32>) outs(%out : memref<2x49x480xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // What is pieces already stays as well; threads share the tiles of rows, or of few rows two blocks of columns. However
  // few they are, vectors are not faster by pieces.
  // CHECK-LABEL: func @pieces
  // CHECK: amx = #tile.amx<least_rows = 1, row_block = 16, column_block = 576, left_depth = 96, right_depth = 96, stream = true>
  // CHECK: amx = #tile.amx<least_rows = 1, row_block = 16, column_block = 288, left_depth = 96, right_depth = 96, stream = true>
  // CHECK: amx = #tile.amx<least_rows = 1, row_block = 16, column_block = 288, left_depth = 96, right_depth = 96, stream = true>
  func.func @pieces(%b: memref<18x2x3x3x16x16xi32>, %a: memref<196x96xf32>, %out: memref<196x576xf32>,
                    %a49: memref<49x96xf32>, %out49: memref<49x576xf32>,
                    %a3: memref<2x3x96xf32>, %out3: memref<2x3x576xf32>) {
    tile.matmul packed ins(%a, %b : memref<196x96xf32>, memref<18x2x3x3x16x16xi32>) outs(%out : memref<196x576xf32>)
        {bf16_pieces} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul packed ins(%a49, %b : memref<49x96xf32>, memref<18x2x3x3x16x16xi32>) outs(%out49 : memref<49x576xf32>)
        {bf16_pieces} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul packed ins(%a3, %b : memref<2x3x96xf32>, memref<18x2x3x3x16x16xi32>) outs(%out3 : memref<2x3x576xf32>)
        {bf16_pieces} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Few weights stay, as many columns of them as the second cache holds pieces of, and the rows pass by. Few rows do not
  // pay for that: threads share the panels of one block.
  // CHECK-LABEL: func @shared
  // CHECK: amx = #tile.amx<least_rows = 196, row_block = 16, column_block = 192, left_depth = 384, right_depth = 384, stream = true>
  // CHECK: amx = #tile.amx<least_rows = 64, row_block = 64, column_block = 384,
  func.func @shared(%a: memref<196x384xf32>, %b: memref<12x384x32xf32>, %out: memref<196x384xf32>,
                    %a64: memref<64x384xf32>, %out64: memref<64x384xf32>) {
    tile.matmul packed ins(%a, %b : memref<196x384xf32>, memref<12x384x32xf32>) outs(%out : memref<196x384xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul packed ins(%a64, %b : memref<64x384xf32>, memref<12x384x32xf32>) outs(%out64 : memref<64x384xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Few rows behind whole tiles are left to vectors, of a known number of rows; with these, nothing overlaps.
  // CHECK-LABEL: func @vector_rows
  // CHECK: amx = #tile.amx<least_rows = 49, row_block = 48, {{.*}} right_depth = 64, prefetch = true, vector_rows = 1>
  // CHECK: amx = #tile.amx<least_rows = 257, row_block = 128, {{.*}} prefetch = true, vector_rows = 1>
  // CHECK: amx = #tile.amx<least_rows = 100, row_block = 128, {{.*}} overlap = true, prefetch = true>
  func.func @vector_rows(%a: memref<49x320xf32>, %b: memref<40x320x32xf32>, %out: memref<49x1280xf32>,
                         %a257: memref<257x1536xf32>, %b257: memref<40x1536x32xf32>, %out257: memref<257x1280xf32>,
                         %a100: memref<100x1536xf32>, %out100: memref<100x1280xf32>) {
    tile.matmul packed ins(%a, %b : memref<49x320xf32>, memref<40x320x32xf32>) outs(%out : memref<49x1280xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul packed ins(%a257, %b257 : memref<257x1536xf32>, memref<40x1536x32xf32>) outs(%out257 : memref<257x1280xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul packed ins(%a100, %b257 : memref<100x1536xf32>, memref<40x1536x32xf32>) outs(%out100 : memref<100x1280xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Of a number of rows that only the run knows, those of many are.
  // CHECK-LABEL: func @rows_at_run_time
  // CHECK: amx = #tile.amx<least_rows = {{[2-9][0-9]?}}, row_block = 128, column_block = 768, left_depth = 768, right_depth = 256, overlap = true, prefetch = true>
  func.func @rows_at_run_time(%a: memref<?x768xf32>, %b: memref<24x768x32xf32>, %out: memref<?x768xf32>) {
    tile.matmul packed ins(%a, %b : memref<?x768xf32>, memref<24x768x32xf32>) outs(%out : memref<?x768xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Right operands that are not packed stay as well. Of few rows, vectors.
  // CHECK-LABEL: func @unpacked
  // CHECK: amx = #tile.amx<least_rows = 128, row_block = 16, column_block = 128, left_depth = 128, right_depth = 128, stream = true>
  // CHECK: amx = #tile.amx<least_rows = 128, row_block = 16, column_block = 128, left_depth = 128, right_depth = 128, stream = true>
  // CHECK-NOT: amx =
  func.func @unpacked(%a: memref<12x128x128xf32>, %b: memref<12x128x128xf32>, %c: memref<12x128x128xf32>,
                      %out: memref<12x128x128xf32>, %short: memref<12x16x128xf32>, %short_out: memref<12x16x128xf32>) {
    tile.matmul transposed ins(%a, %b : memref<12x128x128xf32>, memref<12x128x128xf32>) outs(%out : memref<12x128x128xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul row_major ins(%a, %c : memref<12x128x128xf32>, memref<12x128x128xf32>) outs(%out : memref<12x128x128xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul transposed ins(%short, %b : memref<12x16x128xf32>, memref<12x128x128xf32>) outs(%short_out : memref<12x16x128xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Weights that the first cache holds need no fetching.
  // CHECK-LABEL: func @near
  // CHECK: amx = #tile.amx<least_rows = 3136, row_block = 256, column_block = 32, left_depth = 320, right_depth = 64, image = true>
  func.func @near(%a: memref<1x56x56x32xf32>, %b: memref<1x1x3x3x32x32xf32>, %out: memref<1x56x56x32xf32>) {
    tile.conv ins(%a, %b : memref<1x56x56x32xf32>, memref<1x1x3x3x32x32xf32>) outs(%out : memref<1x56x56x32xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Of so many steps, the second cache has no room for two tiles of rows beside the next two.
  // CHECK-LABEL: func @many_steps
  // CHECK: amx = #tile.amx<least_rows = 512, row_block = 256, {{.*}} left_depth = {{[0-9]+}}, right_depth = 64, prefetch = true>
  func.func @many_steps(%a: memref<512x8192xf32>, %b: memref<8x8192x32xf32>, %out: memref<512x256xf32>) {
    tile.matmul packed ins(%a, %b : memref<512x8192xf32>, memref<8x8192x32xf32>) outs(%out : memref<512x256xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Nothing at all.
  // CHECK-LABEL: func @empty
  // CHECK-NOT: amx =
  func.func @empty(%a: memref<0x768xf32>, %b: memref<24x768x32xf32>, %out: memref<0x768xf32>) {
    tile.matmul packed ins(%a, %b : memref<0x768xf32>, memref<24x768x32xf32>) outs(%out : memref<0x768xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Too few rows, too little work, columns of a row far apart, other types: vectors.
  // CHECK-LABEL: func @others
  // CHECK-NOT: amx =
  func.func @others(%row: memref<4x768xf32>, %w: memref<24x768x32xf32>, %o0: memref<4x768xf32>,
                    %small: memref<33x129xf32>, %w1: memref<3x129x32xf32>, %o1: memref<33x65xf32>,
                    %columns: memref<128x768xf32, strided<[1, 128]>>, %o2: memref<128x768xf32>,
                    %half: memref<128x768xf16>, %w3: memref<24x768x32xf16>, %o3: memref<128x768xf16>) {
    tile.matmul packed ins(%row, %w : memref<4x768xf32>, memref<24x768x32xf32>) outs(%o0 : memref<4x768xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul packed ins(%small, %w1 : memref<33x129xf32>, memref<3x129x32xf32>) outs(%o1 : memref<33x65xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul packed ins(%columns, %w : memref<128x768xf32, strided<[1, 128]>>, memref<24x768x32xf32>) outs(%o2 : memref<128x768xf32>) epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.matmul packed ins(%half, %w3 : memref<128x768xf16>, memref<24x768x32xf16>) outs(%o3 : memref<128x768xf16>) epilogue {
    ^bb0(%sum: f32):
      %0 = arith.truncf %sum : f32 to f16
      tile.yield %0 : f16
    }
    return
  }

  // A convolution of many positions and channels does, too, out of pieces of its image: blocks of seven lines of 29 rows,
  // all steps of the planes at once.
  // CHECK-LABEL: func @convolution
  // CHECK: tile.conv
  // CHECK: amx = #tile.amx<least_rows = 784, row_block = 224, column_block = 128, left_depth = 1152, right_depth = 64, prefetch = true, image = true>
  func.func @convolution(%a: memref<1x56x56x128xf32>, %b: memref<1x4x3x3x128x32xf32>, %out: memref<1x28x28x128xf32>) {
    tile.conv ins(%a, %b : memref<1x56x56x128xf32>, memref<1x4x3x3x128x32xf32>) outs(%out : memref<1x28x28x128xf32>)
        {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Weights of three bytes are no obstacle.
  // CHECK-LABEL: func @fixed24
  // CHECK: tile.conv
  // CHECK: amx = #tile.amx<least_rows = 784, row_block = 224, column_block = 128,
  // CHECK-SAME: fixed24
  func.func @fixed24(%a: memref<1x56x56x128xf32>, %b: memref<1x2x3x3x128x3x16xi32>, %out: memref<1x28x28x128xf32>) {
    tile.conv ins(%a, %b : memref<1x56x56x128xf32>, memref<1x2x3x3x128x3x16xi32>) outs(%out : memref<1x28x28x128xf32>)
        {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>, fixed24} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Rows are gathered tap by tap where the planes would not fit the caches, as those of 25 lines for one of outputs, and
  // where only the run knows the extents. Then they are cut evenly, and columns not at all: gathering is the dearer part.
  // CHECK-LABEL: func @gathered
  // CHECK: tile.conv
  // CHECK-SAME: amx = #tile.amx<least_rows = 1089, row_block = 192, column_block = 256, left_depth = 576, right_depth = 64, prefetch = true>
  // CHECK: tile.conv
  // CHECK-SAME: amx =
  // CHECK-NOT: image
  // CHECK: return
  func.func @gathered(%a: memref<1x33x33x512xf32>, %b: memref<1x8x3x3x512x32xf32>, %out: memref<1x33x33x256xf32>,
                      %c: memref<1x?x?x128xf32>, %d: memref<1x4x3x3x128x32xf32>, %out1: memref<1x?x?x128xf32>) {
    tile.conv ins(%a, %b : memref<1x33x33x512xf32>, memref<1x8x3x3x512x32xf32>) outs(%out : memref<1x33x33x256xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 12, 12>, pads = array<i64: 12, 12>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.conv ins(%c, %d : memref<1x?x?x128xf32>, memref<1x4x3x3x128x32xf32>) outs(%out1 : memref<1x?x?x128xf32>)
        {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Not one of few channels, of which 16 steps would be of several taps, nor one of few positions.
  // CHECK-LABEL: func @other_convolutions
  // CHECK-NOT: amx =
  func.func @other_convolutions(%a: memref<1x224x224x3xf32>, %b: memref<1x2x7x7x3x32xf32>, %out: memref<1x112x112x64xf32>,
                                %c: memref<1x2x2x512xf32>, %d: memref<1x16x3x3x512x32xf32>, %out1: memref<1x2x2x512xf32>) {
    tile.conv ins(%a, %b : memref<1x224x224x3xf32>, memref<1x2x7x7x3x32xf32>) outs(%out : memref<1x112x112x64xf32>)
        {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 3, 3>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.conv ins(%c, %d : memref<1x2x2x512xf32>, memref<1x16x3x3x512x32xf32>) outs(%out1 : memref<1x2x2x512xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }

  // Of a kernel spread over the map, vectors leave out the padding, which three quarters of the products meet. Nearer
  // taps are another matter.
  // CHECK-LABEL: func @spread
  // CHECK: tile.conv
  // CHECK-NOT: amx =
  // CHECK: tile.conv
  // CHECK-SAME: amx =
  func.func @spread(%a: memref<1x16x16x512xf32>, %b: memref<1x16x3x3x512x32xf32>, %out: memref<1x16x16x512xf32>) {
    tile.conv ins(%a, %b : memref<1x16x16x512xf32>, memref<1x16x3x3x512x32xf32>) outs(%out : memref<1x16x16x512xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 12, 12>, pads = array<i64: 12, 12>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    tile.conv ins(%a, %b : memref<1x16x16x512xf32>, memref<1x16x3x3x512x32xf32>) outs(%out : memref<1x16x16x512xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 2, 2>, pads = array<i64: 2, 2>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    return
  }
}
