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
