// RUN: ingot-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(func.func(vectorize-elementwise))'

func.func @output_map(%o: memref<4xf32>, %a: memref<8xf32>) {
  // expected-error@+1 {{expected a linear map for output 0 but got affine_map<(d0) -> (d0 floordiv 2)>}}
  linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0 floordiv 2)>],
                  iterator_types = ["parallel"]} ins(%a : memref<8xf32>) outs(%o : memref<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  }
  return
}

// -----

func.func @layout(%a: memref<8x8xf32, affine_map<(d0, d1) -> (d0 * 8 + d1 floordiv 2)>>, %o: memref<8x8xf32>) {
  // expected-error@+1 {{expected operands with strided layouts}}
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>],
                  iterator_types = ["parallel", "parallel"]}
      ins(%a : memref<8x8xf32, affine_map<(d0, d1) -> (d0 * 8 + d1 floordiv 2)>>) outs(%o : memref<8x8xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  }
  return
}
