// RUN: ingot-opt %s --split-input-file --infer-shapes --verify-diagnostics

func.func @reduce(%x: tensor<3x4xf32>) -> tensor<?x?xf32> {
  // expected-error @+1 {{expected axes in [-2, 2) but got 2}}
  %0 = ingot.reduce sum %x {axes = array<i64: 2>} : (tensor<3x4xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @arg_reduce(%x: tensor<3x4xf32>) -> tensor<?x?xi64> {
  // expected-error @+1 {{expected an axis below 2 but got 2}}
  %0 = ingot.arg_reduce %x {axis = 2, max = true} : (tensor<3x4xf32>) -> tensor<?x?xi64>
  return %0 : tensor<?x?xi64>
}

// -----

func.func @softmax(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  // expected-error @+1 {{expected an axis below 2 but got 2}}
  %0 = ingot.softmax %x {axis = 2} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
