// RUN: ingot-opt %s --pass-pipeline='builtin.module(func.func(expand-math{fast=true}))' | FileCheck %s
// RUN: ingot-opt %s --expand-math | FileCheck %s --check-prefix=STRICT

// What is expanded is not reordered, as its steps undo each other; its division is one by an estimate.
// CHECK-LABEL: @tanh
// CHECK: arith.mulf %{{.*}}, %{{.*}} fastmath<contract>
// CHECK-NOT: reassoc
// CHECK: arith.divf %{{.*}}, %{{.*}} fastmath<arcp>
// STRICT-LABEL: @tanh
// STRICT: arith.divf %{{.*}}, %{{.*}} : vector<8xf32>
func.func @tanh(%x: vector<8xf32>) -> vector<8xf32> {
  %0 = math.tanh %x : vector<8xf32>
  return %0 : vector<8xf32>
}

// Infinities and NaNs stay what they are.
// CHECK-LABEL: @chain
// CHECK: arith.addf %{{.*}}, %{{.*}} fastmath<reassoc,nsz,arcp,contract,afn>
// CHECK: arith.divf %{{.*}}, %{{.*}} fastmath<reassoc,nsz,arcp,contract,afn>
// CHECK: arith.addf %{{.*}}, %{{.*}} : f64
// STRICT-LABEL: @chain
// STRICT-NOT: reassoc
func.func @chain(%x: f32, %y: f32, %z: f64) -> (f32, f64) {
  %0 = arith.addf %x, %y : f32
  %1 = arith.divf %0, %y : f32
  %2 = arith.addf %z, %z : f64
  return %1, %2 : f32, f64
}

// CHECK-LABEL: @conversion
// CHECK: arith.extf %{{.*}} : f16 to f32
func.func @conversion(%x: f16) -> f32 {
  %0 = arith.extf %x : f16 to f32
  return %0 : f32
}
