// RUN: ingot-opt %s --split-input-file --infer-shapes --verify-diagnostics

func.func @columns(%q: tensor<5x4xf32>, %k: tensor<7x3xf32>, %v: tensor<7x6xf32>) -> tensor<?x?xf32> {
  // expected-error @+1 {{expected 4 columns of the key but got 3}}
  %0 = ingot.attention %q, %k, %v {scale = 0.5 : f64} : (tensor<5x4xf32>, tensor<7x3xf32>, tensor<7x6xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @rows(%q: tensor<5x4xf32>, %k: tensor<7x4xf32>, %v: tensor<8x6xf32>) -> tensor<?x?xf32> {
  // expected-error @+1 {{expected 7 rows of the value but got 8}}
  %0 = ingot.attention %q, %k, %v {scale = 0.5 : f64} : (tensor<5x4xf32>, tensor<7x4xf32>, tensor<8x6xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @mask(%q: tensor<5x4xf32>, %k: tensor<7x4xf32>, %v: tensor<7x6xf32>, %m: tensor<5x6xf32>) -> tensor<?x?xf32> {
  // expected-error @+1 {{expected 7 or 1 in the mask but got 6}}
  %0 = ingot.attention %q, %k, %v, %m {scale = 0.5 : f64} : (tensor<5x4xf32>, tensor<7x4xf32>, tensor<7x6xf32>, tensor<5x6xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @heads(%q: tensor<3x5x4xf32>, %k: tensor<2x7x4xf32>, %v: tensor<2x7x6xf32>) -> tensor<?x?x?xf32> {
  // expected-error @+1 {{cannot broadcast leading dimensions: expected 3 but got 2}}
  %0 = ingot.attention %q, %k, %v {scale = 0.5 : f64} : (tensor<3x5x4xf32>, tensor<2x7x4xf32>, tensor<2x7x6xf32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

func.func @permutation(%q: tensor<5x4xf32>, %k: tensor<7x4xf32>, %v: tensor<7x6xf32>) -> tensor<5x6xf32> {
  // expected-error @+1 {{expected key_perm to be a permutation of 2 dimensions that keeps the last one but got [1, 0]}}
  %0 = ingot.attention %q, %k, %v {key_perm = array<i64: 1, 0>, scale = 0.5 : f64} : (tensor<5x4xf32>, tensor<7x4xf32>, tensor<7x6xf32>) -> tensor<5x6xf32>
  return %0 : tensor<5x6xf32>
}

// -----

func.func @vector(%q: tensor<4xf32>, %k: tensor<7x4xf32>, %v: tensor<7x6xf32>) -> tensor<5x6xf32> {
  // expected-error @+1 {{expected operands of rank 2 or more but got 'tensor<4xf32>'}}
  %0 = ingot.attention %q, %k, %v {scale = 0.5 : f64} : (tensor<4xf32>, tensor<7x4xf32>, tensor<7x6xf32>) -> tensor<5x6xf32>
  return %0 : tensor<5x6xf32>
}

// -----

func.func @softcap(%q: tensor<5x4xf32>, %k: tensor<7x4xf32>, %v: tensor<7x6xf32>) -> tensor<5x6xf32> {
  // expected-error @+1 {{expected a softcap of at least 0 but got -1}}
  %0 = ingot.attention %q, %k, %v {scale = 0.5 : f64, softcap = -1.0 : f64} : (tensor<5x4xf32>, tensor<7x4xf32>, tensor<7x6xf32>) -> tensor<5x6xf32>
  return %0 : tensor<5x6xf32>
}

// -----

func.func @mask_rank(%q: tensor<5x4xf32>, %k: tensor<7x4xf32>, %v: tensor<7x6xf32>, %m: tensor<1x5x7xf32>) -> tensor<?x?xf32> {
  // expected-error @+1 {{expected a mask of rank 2 or less but got rank 3}}
  %0 = ingot.attention %q, %k, %v, %m {scale = 0.5 : f64} : (tensor<5x4xf32>, tensor<7x4xf32>, tensor<7x6xf32>, tensor<1x5x7xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @result_rank(%q: tensor<5x4xf32>, %k: tensor<7x4xf32>, %v: tensor<7x6xf32>) -> tensor<?x?x?xf32> {
  // expected-error @+1 {{expected result_perm of 2 dimensions but got 3}}
  %0 = ingot.attention %q, %k, %v {scale = 0.5 : f64, result_perm = array<i64: 1, 0, 2>} : (tensor<5x4xf32>, tensor<7x4xf32>, tensor<7x6xf32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}
