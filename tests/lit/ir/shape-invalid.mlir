// RUN: ingot-opt %s --split-input-file --infer-shapes --verify-diagnostics

func.func @dynamic_constant() -> tensor<?xf32> {
  // expected-error @+1 {{expected a static tensor type but got 'tensor<?xf32>'}}
  %0 = ingot.constant tensor<?xf32> = dense<1.0> : tensor<1xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @type_of_a_constant() -> tensor<2xf32> {
  // expected-error @+1 {{expected a value of type 'tensor<2xf32>' but got 'tensor<1xf32>'}}
  %0 = ingot.constant tensor<2xf32> = dense<1.0> : tensor<1xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @no_constant() -> tensor<2xf32> {
  // expected-error @+1 {{expected elements or #ingot.external but got "two"}}
  %0 = ingot.constant tensor<2xf32> = "two"
  return %0 : tensor<2xf32>
}

// -----

func.func @external_constant() -> tensor<2xf32> {
  // expected-error @+1 {{expected 8 bytes for 'tensor<2xf32>' but got 4}}
  %0 = ingot.constant tensor<2xf32> = #ingot.external<"weights", 0, 4>
  return %0 : tensor<2xf32>
}

// -----

func.func @reshape_zero(%x: tensor<3xf32>) -> tensor<?x?xf32> {
  %s = ingot.constant tensor<2xi64> = dense<[3, 0]> : tensor<2xi64>
  // expected-error @+1 {{shape[1] is 0 but the input has rank 1}}
  %0 = ingot.reshape %x, %s : (tensor<3xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @reshape_two(%x: tensor<3xf32>) -> tensor<?x?xf32> {
  %s = ingot.constant tensor<2xi64> = dense<-1> : tensor<2xi64>
  // expected-error @+1 {{expected at most one -1 in the shape but got one at 0 and 1}}
  %0 = ingot.reshape %x, %s : (tensor<3xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @reshape_negative(%x: tensor<3xf32>) -> tensor<?x?xf32> {
  %s = ingot.constant tensor<2xi64> = dense<[3, -2]> : tensor<2xi64>
  // expected-error @+1 {{expected dimensions of at least -1 but shape[1] is -2}}
  %0 = ingot.reshape %x, %s : (tensor<3xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @reshape_rest(%x: tensor<3xf32>) -> tensor<?x?xf32> {
  %s = ingot.constant tensor<2xi64> = dense<[2, -1]> : tensor<2xi64>
  // expected-error @+1 {{cannot reshape 3 elements into multiples of 2}}
  %0 = ingot.reshape %x, %s : (tensor<3xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @reshape_elements(%x: tensor<3xf32>) -> tensor<?x?xf32> {
  %s = ingot.constant tensor<2xi64> = dense<[2, 2]> : tensor<2xi64>
  // expected-error @+1 {{expected 3 elements but the shape has 4}}
  %0 = ingot.reshape %x, %s : (tensor<3xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @squeeze(%x: tensor<1x3xf32>) -> tensor<?xf32> {
  // expected-error @+1 {{expected dimension 1 to be 1 but got 3}}
  %0 = ingot.squeeze %x {axes = array<i64: 1>} : (tensor<1x3xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @unsqueeze(%x: tensor<3xf32>) -> tensor<?x?xf32> {
  // expected-error @+1 {{expected axes up to 1 but got 2}}
  %0 = ingot.unsqueeze %x {axes = array<i64: 2>} : (tensor<3xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @flatten(%x: tensor<3xf32>) -> tensor<?x?xf32> {
  // expected-error @+1 {{expected an axis of at most 1 but got 2}}
  %0 = ingot.flatten %x {axis = 2} : (tensor<3xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @transpose(%x: tensor<2x3xf32>) -> tensor<?x?xf32> {
  // expected-error @+1 {{expected a permutation of 2 dimensions but got [1, 1]}}
  %0 = ingot.transpose %x {perm = array<i64: 1, 1>} : (tensor<2x3xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @transpose_found_out(%x: tensor<2x3xf32>) -> tensor<?x?xf32> {
  %axes = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
  %r = ingot.reduce sum %x, %axes {keep_dims = false} : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<*xf32>
  // expected-error @+1 {{expected a permutation of 1 dimensions but got [1, 0]}}
  %0 = ingot.transpose %r {perm = array<i64: 1, 0>} : (tensor<*xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @expand(%x: tensor<3xf32>) -> tensor<?xf32> {
  %s = ingot.constant tensor<1xi64> = dense<4> : tensor<1xi64>
  // expected-error @+1 {{cannot expand dimension 0 of extent 3 to 4}}
  %0 = ingot.expand %x, %s : (tensor<3xf32>, tensor<1xi64>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @constant_of_shape() -> tensor<?xf32> {
  %s = ingot.constant tensor<1xi64> = dense<-4> : tensor<1xi64>
  // expected-error @+1 {{expected dimensions of at least 0 but shape[0] is -4}}
  %0 = ingot.constant_of_shape %s {value = dense<1.0> : tensor<1xf32>} : (tensor<1xi64>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @slice_bounds(%x: tensor<5x6xf32>) -> tensor<?x?xf32> {
  %one = ingot.constant tensor<1xi64> = dense<1> : tensor<1xi64>
  %two = ingot.constant tensor<2xi64> = dense<1> : tensor<2xi64>
  // expected-error @+1 {{expected as many starts as ends and axes but got 1, 2 and 2}}
  %0 = "ingot.slice"(%x, %one, %two) {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0>} : (tensor<5x6xf32>, tensor<1xi64>, tensor<2xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @slice_steps(%x: tensor<5x6xf32>) -> tensor<?x?xf32> {
  %one = ingot.constant tensor<1xi64> = dense<1> : tensor<1xi64>
  %two = ingot.constant tensor<2xi64> = dense<1> : tensor<2xi64>
  // expected-error @+1 {{expected 1 steps but got 2}}
  %0 = "ingot.slice"(%x, %one, %one, %two) {operandSegmentSizes = array<i32: 1, 1, 1, 0, 1>} : (tensor<5x6xf32>, tensor<1xi64>, tensor<1xi64>, tensor<2xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @slice_axis(%x: tensor<5x6xf32>) -> tensor<?x?xf32> {
  %two = ingot.constant tensor<1xi64> = dense<2> : tensor<1xi64>
  // expected-error @+1 {{expected axes below 2 but got 2}}
  %0 = "ingot.slice"(%x, %two, %two, %two) {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>} : (tensor<5x6xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @slice_step(%x: tensor<5x6xf32>) -> tensor<?x?xf32> {
  %one = ingot.constant tensor<1xi64> = dense<1> : tensor<1xi64>
  %zero = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
  // expected-error @+1 {{expected a step other than 0 on axis 0}}
  %0 = "ingot.slice"(%x, %one, %one, %zero) {operandSegmentSizes = array<i32: 1, 1, 1, 0, 1>} : (tensor<5x6xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @concat_nothing() -> tensor<?xf32> {
  // expected-error @+1 {{expected at least one input but got 0}}
  %0 = "ingot.concat"() {axis = 0 : i64} : () -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @concat_axis(%x: tensor<3xf32>) -> tensor<?xf32> {
  // expected-error @+1 {{expected an axis below 1 but got 1}}
  %0 = ingot.concat %x {axis = 1} : (tensor<3xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @concat_ranks(%x: tensor<3xf32>, %y: tensor<3x1xf32>) -> tensor<?xf32> {
  // expected-error @+1 {{expected inputs of rank 1 but got one of rank 2}}
  %0 = ingot.concat %x, %y {axis = 0} : (tensor<3xf32>, tensor<3x1xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @concat_dimensions(%x: tensor<3x2xf32>, %y: tensor<3x1xf32>) -> tensor<?x?xf32> {
  // expected-error @+1 {{expected dimension 1 of all inputs to be 2 but got 1}}
  %0 = ingot.concat %x, %y {axis = 0} : (tensor<3x2xf32>, tensor<3x1xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @pad(%x: tensor<3x2xf32>, %v: tensor<f32>) -> tensor<?x?xf32> {
  %p = ingot.constant tensor<2xi64> = dense<1> : tensor<2xi64>
  // expected-error @+1 {{expected 4 pads but got 2}}
  %0 = ingot.pad %x, %p, %v : (tensor<3x2xf32>, tensor<2xi64>, tensor<f32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @tile(%x: tensor<3x2xf32>) -> tensor<?x?xf32> {
  %r = ingot.constant tensor<1xi64> = dense<2> : tensor<1xi64>
  // expected-error @+1 {{expected 2 repeats but got 1}}
  %0 = ingot.tile %x, %r : (tensor<3x2xf32>, tensor<1xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @range() -> tensor<?xf32> {
  %start = ingot.constant tensor<f32> = dense<0.0> : tensor<f32>
  %limit = ingot.constant tensor<f32> = dense<0x7F800000> : tensor<f32>
  %delta = ingot.constant tensor<f32> = dense<1.0> : tensor<f32>
  // expected-error @+1 {{expected a finite range}}
  %0 = ingot.range %start, %limit, %delta : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
