// RUN: ingot-opt %s --lower-math | FileCheck %s

// CHECK-LABEL: func.func @f32
func.func @f32(%x: vector<16xf32>, %y: f32) -> (vector<16xf32>, f32) {
  // CHECK-NOT: math.exp
  // CHECK: math.fma %{{.*}} : vector<16xf32>
  %0 = math.exp %x : vector<16xf32>
  // CHECK-NOT: math.erf
  %1 = math.erf %y : f32
  return %0, %1 : vector<16xf32>, f32
}

// libm keeps what it does better, and f64.
// CHECK-LABEL: func.func @libm
func.func @libm(%x: f32, %y: f64) -> (f32, f64, f32) {
  // CHECK: math.sin
  %0 = math.sin %x : f32
  // CHECK: math.exp
  %1 = math.exp %y : f64
  // CHECK: math.powf
  %2 = math.powf %x, %x : f32
  return %0, %1, %2 : f32, f64, f32
}
