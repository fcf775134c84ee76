module attributes {rt.name = "model", rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, dot_i8 = true, dot_bf16 = true, l2 = 1048576>} {
  func.func @main(%arg0: tensor<1x3x32x32xf32> {ingot.dims = ["", "", "", ""], ingot.name = "input"}) -> (tensor<1x10xf32> {ingot.dims = ["", ""], ingot.name = "output"}) {
    %0 = ingot.constant tensor<3xi64> = dense<[1, 128, -1]> : tensor<3xi64>
    %1 = ingot.constant tensor<128x3x7x7xf32> = #ingot.external<"/work/shared/models/cct2_infer/model.onnx", 15028, 75264>
    %2 = ingot.constant tensor<128x128xf32> = #ingot.external<"/work/shared/models/cct2_infer/model.onnx", 96711, 65536>
    %3 = ingot.constant tensor<4xi64> = dense<[1, 64, 2, 64]> : tensor<4xi64>
    %4 = ingot.constant tensor<128x128xf32> = #ingot.external<"/work/shared/models/cct2_infer/model.onnx", 162281, 65536>
    %5 = ingot.constant tensor<128x128xf32> = #ingot.external<"/work/shared/models/cct2_infer/model.onnx", 227851, 65536>
    %6 = ingot.constant tensor<3xi64> = dense<[1, 64, 128]> : tensor<3xi64>
    %7 = ingot.constant tensor<128x128xf32> = #ingot.external<"/work/shared/models/cct2_infer/model.onnx", 293421, 65536>
    %8 = ingot.constant tensor<128x128xf32> = #ingot.external<"/work/shared/models/cct2_infer/model.onnx", 358991, 65536>
    %9 = ingot.constant tensor<128x128xf32> = #ingot.external<"/work/shared/models/cct2_infer/model.onnx", 424561, 65536>
    %10 = ingot.constant tensor<128x128xf32> = #ingot.external<"/work/shared/models/cct2_infer/model.onnx", 490131, 65536>
    %11 = ingot.constant tensor<128x128xf32> = #ingot.external<"/work/shared/models/cct2_infer/model.onnx", 555701, 65536>
    %12 = ingot.constant tensor<128x128xf32> = #ingot.external<"/work/shared/models/cct2_infer/model.onnx", 621271, 65536>
    %13 = ingot.constant tensor<128x128xf32> = #ingot.external<"/work/shared/models/cct2_infer/model.onnx", 686841, 65536>
    %14 = ingot.constant tensor<128x128xf32> = #ingot.external<"/work/shared/models/cct2_infer/model.onnx", 752411, 65536>
    %15 = ingot.constant tensor<128x128xf32> = #ingot.external<"/work/shared/models/cct2_infer/model.onnx", 817981, 65536>
    %16 = ingot.constant tensor<128x1xf32> = #ingot.external<"/work/shared/models/cct2_infer/model.onnx", 883548, 512>
    %17 = ingot.constant tensor<10x128xf32> = #ingot.external<"/work/shared/models/cct2_infer/model.onnx", 91489, 5120>
    %18 = ingot.transpose %arg0 {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x3x32x32xf32>) -> tensor<1x32x32x3xf32>
    %19 = ingot.conv %18, %1 {channels_last, dilations = array<i64: 1, 1>, pads = array<i64: 3, 3, 3, 3>, strides = array<i64: 2, 2>} : (tensor<1x32x32x3xf32>, tensor<128x3x7x7xf32>) -> tensor<1x16x16x128xf32>
    %20 = ingot.transpose %19 {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x16x16x128xf32>) -> tensor<1x128x16x16xf32>
    %21 = ingot.relu %20 : (tensor<1x128x16x16xf32>) -> tensor<1x128x16x16xf32>
    %result = ingot.pool  max %21 {dilations = array<i64: 1, 1>, kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>} : (tensor<1x128x16x16xf32>) -> tensor<1x128x8x8xf32>
    %22 = ingot.reshape %result, %0 : (tensor<1x128x8x8xf32>, tensor<3xi64>) -> tensor<1x128x64xf32>
    %23 = ingot.transpose %22 {perm = array<i64: 0, 2, 1>} : (tensor<1x128x64xf32>) -> tensor<1x64x128xf32>
    %24 = ingot.normalize %23 {axes = array<i64: 2>, epsilon = 9.9999997473787516E-6 : f64} : (tensor<1x64x128xf32>) -> tensor<1x64x128xf32>
    %25 = ingot.matmul %24, %2 : (tensor<1x64x128xf32>, tensor<128x128xf32>) -> tensor<1x64x128xf32>
    %26 = ingot.reshape %25, %3 : (tensor<1x64x128xf32>, tensor<4xi64>) -> tensor<1x64x2x64xf32>
    %27 = ingot.transpose %26 {perm = array<i64: 0, 2, 1, 3>} : (tensor<1x64x2x64xf32>) -> tensor<1x2x64x64xf32>
    %28 = ingot.matmul %24, %4 : (tensor<1x64x128xf32>, tensor<128x128xf32>) -> tensor<1x64x128xf32>
    %29 = ingot.reshape %28, %3 : (tensor<1x64x128xf32>, tensor<4xi64>) -> tensor<1x64x2x64xf32>
    %30 = ingot.matmul %24, %5 : (tensor<1x64x128xf32>, tensor<128x128xf32>) -> tensor<1x64x128xf32>
    %31 = ingot.reshape %30, %3 : (tensor<1x64x128xf32>, tensor<4xi64>) -> tensor<1x64x2x64xf32>
    %32 = ingot.transpose %31 {perm = array<i64: 0, 2, 1, 3>} : (tensor<1x64x2x64xf32>) -> tensor<1x2x64x64xf32>
    %33 = ingot.transpose %29 {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x64x2x64xf32>) -> tensor<1x2x64x64xf32>
    %34 = ingot.fused %27, %33 : (tensor<1x2x64x64xf32>, tensor<1x2x64x64xf32>) -> tensor<1x2x64x64xf32> {
    ^bb0(%arg1: tensor<1x2x64x64xf32>, %arg2: tensor<1x2x64x64xf32>):
      %70 = ingot.constant tensor<f32> = dense<1.250000e-01> : tensor<f32>
      %71 = ingot.matmul %arg1, %arg2 : (tensor<1x2x64x64xf32>, tensor<1x2x64x64xf32>) -> tensor<1x2x64x64xf32>
      %72 = ingot.mul %71, %70 : (tensor<1x2x64x64xf32>, tensor<f32>) -> tensor<1x2x64x64xf32>
      ingot.yield %72 : tensor<1x2x64x64xf32>
    }
    %35 = ingot.softmax %34 {axis = 3 : i64} : (tensor<1x2x64x64xf32>) -> tensor<1x2x64x64xf32>
    %36 = ingot.matmul %35, %32 : (tensor<1x2x64x64xf32>, tensor<1x2x64x64xf32>) -> tensor<1x2x64x64xf32>
    %37 = ingot.transpose %36 {perm = array<i64: 0, 2, 1, 3>} : (tensor<1x2x64x64xf32>) -> tensor<1x64x2x64xf32>
    %38 = ingot.reshape %37, %6 : (tensor<1x64x2x64xf32>, tensor<3xi64>) -> tensor<1x64x128xf32>
    %39 = ingot.fused %38, %7, %23 : (tensor<1x64x128xf32>, tensor<128x128xf32>, tensor<1x64x128xf32>) -> tensor<1x64x128xf32> {
    ^bb0(%arg1: tensor<1x64x128xf32>, %arg2: tensor<128x128xf32>, %arg3: tensor<1x64x128xf32>):
      %70 = ingot.matmul %arg1, %arg2 : (tensor<1x64x128xf32>, tensor<128x128xf32>) -> tensor<1x64x128xf32>
      %71 = ingot.add %arg3, %70 : (tensor<1x64x128xf32>, tensor<1x64x128xf32>) -> tensor<1x64x128xf32>
      ingot.yield %71 : tensor<1x64x128xf32>
    }
    %40 = ingot.normalize %39 {axes = array<i64: 2>, epsilon = 9.9999997473787516E-6 : f64} : (tensor<1x64x128xf32>) -> tensor<1x64x128xf32>
    %41 = ingot.fused %40, %8 : (tensor<1x64x128xf32>, tensor<128x128xf32>) -> tensor<1x64x128xf32> {
    ^bb0(%arg1: tensor<1x64x128xf32>, %arg2: tensor<128x128xf32>):
      %70 = ingot.matmul %arg1, %arg2 : (tensor<1x64x128xf32>, tensor<128x128xf32>) -> tensor<1x64x128xf32>
      %71 = ingot.gelu %70 : (tensor<1x64x128xf32>) -> tensor<1x64x128xf32>
      ingot.yield %71 : tensor<1x64x128xf32>
    }
    %42 = ingot.fused %41, %9, %40 : (tensor<1x64x128xf32>, tensor<128x128xf32>, tensor<1x64x128xf32>) -> tensor<1x64x128xf32> {
    ^bb0(%arg1: tensor<1x64x128xf32>, %arg2: tensor<128x128xf32>, %arg3: tensor<1x64x128xf32>):
      %70 = ingot.matmul %arg1, %arg2 : (tensor<1x64x128xf32>, tensor<128x128xf32>) -> tensor<1x64x128xf32>
      %71 = ingot.add %arg3, %70 : (tensor<1x64x128xf32>, tensor<1x64x128xf32>) -> tensor<1x64x128xf32>
      ingot.yield %71 : tensor<1x64x128xf32>
    }
    %43 = ingot.normalize %42 {axes = array<i64: 2>, epsilon = 9.9999997473787516E-6 : f64} : (tensor<1x64x128xf32>) -> tensor<1x64x128xf32>
    %44 = ingot.matmul %43, %10 : (tensor<1x64x128xf32>, tensor<128x128xf32>) -> tensor<1x64x128xf32>
    %45 = ingot.reshape %44, %3 : (tensor<1x64x128xf32>, tensor<4xi64>) -> tensor<1x64x2x64xf32>
    %46 = ingot.transpose %45 {perm = array<i64: 0, 2, 1, 3>} : (tensor<1x64x2x64xf32>) -> tensor<1x2x64x64xf32>
    %47 = ingot.matmul %43, %11 : (tensor<1x64x128xf32>, tensor<128x128xf32>) -> tensor<1x64x128xf32>
    %48 = ingot.reshape %47, %3 : (tensor<1x64x128xf32>, tensor<4xi64>) -> tensor<1x64x2x64xf32>
    %49 = ingot.matmul %43, %12 : (tensor<1x64x128xf32>, tensor<128x128xf32>) -> tensor<1x64x128xf32>
    %50 = ingot.reshape %49, %3 : (tensor<1x64x128xf32>, tensor<4xi64>) -> tensor<1x64x2x64xf32>
    %51 = ingot.transpose %50 {perm = array<i64: 0, 2, 1, 3>} : (tensor<1x64x2x64xf32>) -> tensor<1x2x64x64xf32>
    %52 = ingot.transpose %48 {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x64x2x64xf32>) -> tensor<1x2x64x64xf32>
    %53 = ingot.fused %46, %52 : (tensor<1x2x64x64xf32>, tensor<1x2x64x64xf32>) -> tensor<1x2x64x64xf32> {
    ^bb0(%arg1: tensor<1x2x64x64xf32>, %arg2: tensor<1x2x64x64xf32>):
      %70 = ingot.constant tensor<f32> = dense<1.250000e-01> : tensor<f32>
      %71 = ingot.matmul %arg1, %arg2 : (tensor<1x2x64x64xf32>, tensor<1x2x64x64xf32>) -> tensor<1x2x64x64xf32>
      %72 = ingot.mul %71, %70 : (tensor<1x2x64x64xf32>, tensor<f32>) -> tensor<1x2x64x64xf32>
      ingot.yield %72 : tensor<1x2x64x64xf32>
    }
    %54 = ingot.softmax %53 {axis = 3 : i64} : (tensor<1x2x64x64xf32>) -> tensor<1x2x64x64xf32>
    %55 = ingot.matmul %54, %51 : (tensor<1x2x64x64xf32>, tensor<1x2x64x64xf32>) -> tensor<1x2x64x64xf32>
    %56 = ingot.transpose %55 {perm = array<i64: 0, 2, 1, 3>} : (tensor<1x2x64x64xf32>) -> tensor<1x64x2x64xf32>
    %57 = ingot.reshape %56, %6 : (tensor<1x64x2x64xf32>, tensor<3xi64>) -> tensor<1x64x128xf32>
    %58 = ingot.fused %57, %13, %42 : (tensor<1x64x128xf32>, tensor<128x128xf32>, tensor<1x64x128xf32>) -> tensor<1x64x128xf32> {
    ^bb0(%arg1: tensor<1x64x128xf32>, %arg2: tensor<128x128xf32>, %arg3: tensor<1x64x128xf32>):
      %70 = ingot.matmul %arg1, %arg2 : (tensor<1x64x128xf32>, tensor<128x128xf32>) -> tensor<1x64x128xf32>
      %71 = ingot.add %arg3, %70 : (tensor<1x64x128xf32>, tensor<1x64x128xf32>) -> tensor<1x64x128xf32>
      ingot.yield %71 : tensor<1x64x128xf32>
    }
    %59 = ingot.normalize %58 {axes = array<i64: 2>, epsilon = 9.9999997473787516E-6 : f64} : (tensor<1x64x128xf32>) -> tensor<1x64x128xf32>
    %60 = ingot.fused %59, %14 : (tensor<1x64x128xf32>, tensor<128x128xf32>) -> tensor<1x64x128xf32> {
    ^bb0(%arg1: tensor<1x64x128xf32>, %arg2: tensor<128x128xf32>):
      %70 = ingot.matmul %arg1, %arg2 : (tensor<1x64x128xf32>, tensor<128x128xf32>) -> tensor<1x64x128xf32>
      %71 = ingot.gelu %70 : (tensor<1x64x128xf32>) -> tensor<1x64x128xf32>
      ingot.yield %71 : tensor<1x64x128xf32>
    }
    %61 = ingot.fused %60, %15, %59 : (tensor<1x64x128xf32>, tensor<128x128xf32>, tensor<1x64x128xf32>) -> tensor<1x64x128xf32> {
    ^bb0(%arg1: tensor<1x64x128xf32>, %arg2: tensor<128x128xf32>, %arg3: tensor<1x64x128xf32>):
      %70 = ingot.matmul %arg1, %arg2 : (tensor<1x64x128xf32>, tensor<128x128xf32>) -> tensor<1x64x128xf32>
      %71 = ingot.add %arg3, %70 : (tensor<1x64x128xf32>, tensor<1x64x128xf32>) -> tensor<1x64x128xf32>
      ingot.yield %71 : tensor<1x64x128xf32>
    }
    %62 = ingot.normalize %61 {axes = array<i64: 2>, epsilon = 9.9999997473787516E-6 : f64} : (tensor<1x64x128xf32>) -> tensor<1x64x128xf32>
    %63 = ingot.matmul %62, %16 : (tensor<1x64x128xf32>, tensor<128x1xf32>) -> tensor<1x64x1xf32>
    %64 = ingot.softmax %63 {axis = 1 : i64} : (tensor<1x64x1xf32>) -> tensor<1x64x1xf32>
    %65 = ingot.squeeze %64 {axes = array<i64: 0, 2>} : (tensor<1x64x1xf32>) -> tensor<64xf32>
    %66 = ingot.unsqueeze %65 {axes = array<i64: 0, 1>} : (tensor<64xf32>) -> tensor<1x1x64xf32>
    %67 = ingot.matmul %66, %62 : (tensor<1x1x64xf32>, tensor<1x64x128xf32>) -> tensor<1x1x128xf32>
    %68 = ingot.squeeze %67 {axes = array<i64: 1>} : (tensor<1x1x128xf32>) -> tensor<1x128xf32>
    %69 = ingot.matmul %68, %17 {transpose_b} : (tensor<1x128xf32>, tensor<10x128xf32>) -> tensor<1x10xf32>
    return %69 : tensor<1x10xf32>
  }
}

{-#
  external_resources: {
    mlir_reproducer: {
      pipeline: "builtin.module(lower-graph, canonicalize{  max-iterations=10 max-num-rewrites=-1 region-simplify=normal test-convergence=false top-down=true}, cse, merge-kernels, verify-contract{after=lower})",
      disable_threading: true,
      verify_each: false
    }
  }
#-}
