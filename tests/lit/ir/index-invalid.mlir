// RUN: ingot-opt %s --split-input-file --infer-shapes --verify-diagnostics

func.func @gather_elements(%x: tensor<3x4xf32>, %i: tensor<2xi64>) -> tensor<?xf32> {
  // expected-error @+1 {{expected indices of rank 2 but got rank 1}}
  %0 = ingot.gather_elements %x, %i {axis = 0} : (tensor<3x4xf32>, tensor<2xi64>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @gather_axis(%x: tensor<3x4xf32>, %i: tensor<2xi64>) -> tensor<?x?xf32> {
  // expected-error @+1 {{expected an axis below 2 but got 2}}
  %0 = ingot.gather %x, %i {axis = 2} : (tensor<3x4xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @gather_of_a_shape(%x: tensor<3x4xf32>) -> tensor<?xi64> {
  %s = ingot.shape %x : (tensor<3x4xf32>) -> tensor<2xi64>
  %i = ingot.constant tensor<1xi64> = dense<2> : tensor<1xi64>
  // expected-error @+1 {{expected indices below 2 but got 2}}
  %0 = ingot.gather %s, %i : (tensor<2xi64>, tensor<1xi64>) -> tensor<?xi64>
  return %0 : tensor<?xi64>
}

// -----

func.func @gather_nd_scalar(%x: tensor<3x4xf32>, %i: tensor<i64>) -> tensor<?xf32> {
  // expected-error @+1 {{expected indices of rank 1 or more but got a scalar}}
  %0 = ingot.gather_nd %x, %i : (tensor<3x4xf32>, tensor<i64>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @gather_nd_tuple(%x: tensor<3x4xf32>, %i: tensor<5x2xi64>) -> tensor<?xf32> {
  // expected-error @+1 {{expected index tuples of at most 1 but got 2}}
  %0 = ingot.gather_nd %x, %i {batch_dims = 1} : (tensor<3x4xf32>, tensor<5x2xi64>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @one_hot(%i: tensor<5xi64>, %d: tensor<i64>, %v: tensor<2xf32>) -> tensor<?x?xf32> {
  // expected-error @+1 {{expected an axis of at most 1 but got 2}}
  %0 = ingot.one_hot %i, %d, %v {axis = 2} : (tensor<5xi64>, tensor<i64>, tensor<2xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @top_k(%x: tensor<3x4xf32>) -> (tensor<?x?xf32>, tensor<?x?xi64>) {
  %k = ingot.constant tensor<1xi64> = dense<5> : tensor<1xi64>
  // expected-error @+1 {{expected k of at most 4 but got 5}}
  %0, %1 = ingot.top_k %x, %k {axis = 1} : (tensor<3x4xf32>, tensor<1xi64>) -> (tensor<?x?xf32>, tensor<?x?xi64>)
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xi64>
}
