// RUN: ingot-opt %s --split-input-file --verify-diagnostics --differentiate

func.func @results(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{expected 0 results, one for each x, but got 1}}
  %0 = ingot.gradient %x : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @integers(%x: tensor<2xi32>) -> tensor<2xi32> {
  // expected-error @below {{expected floating-point operands but got 'tensor<2xi32>'}}
  %0 = ingot.gradient %x, %x : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %0 : tensor<2xi32>
}

// -----

func.func @unknown(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{the derivative of erf is not supported}}
  %0 = ingot.erf %x : (tensor<2xf32>) -> tensor<2xf32>
  %1 = ingot.gradient %0, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}

// -----

func.func @perhaps_broadcast(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  // expected-error @below {{expected to know whether dimension 0 is broadcast}}
  %0 = ingot.add %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %1 = ingot.gradient %0, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %1 : tensor<?xf32>
}

// -----

func.func @product(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error @below {{expected a sum or mean over known axes to differentiate but got prod}}
  %0 = ingot.reduce prod %x {axes = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %1 = ingot.gradient %0, %x : (tensor<2x1xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// -----

func.func @inside(%c: tensor<i1>, %x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = ingot.if %c : (tensor<i1>) -> tensor<2xf32> {
    %1 = ingot.exp %x : (tensor<2xf32>) -> tensor<2xf32>
    // expected-error @below {{the derivative inside of ingot.if is not supported}}
    %2 = ingot.gradient %1, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    ingot.yield %2 : tensor<2xf32>
  } else {
    ingot.yield %x : tensor<2xf32>
  }
  return %0 : tensor<2xf32>
}
