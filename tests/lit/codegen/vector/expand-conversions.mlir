// RUN: ingot-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(expand-conversions))' | FileCheck %s

module attributes {rt.target = #tile.target<vector_bits = 128, registers = 16>} {
// CHECK-LABEL: @to_half
// CHECK-NOT: arith.truncf
// CHECK: %[[H:.*]] = arith.trunci %{{.*}} : vector<4xi32> to vector<4xi16>
// CHECK: arith.bitcast %[[H]] : vector<4xi16> to vector<4xf16>
func.func @to_half(%x: vector<4xf32>) -> vector<4xf16> {
  %0 = arith.truncf %x : vector<4xf32> to vector<4xf16>
  return %0 : vector<4xf16>
}

// CHECK-LABEL: @from_half
// CHECK-NOT: f16 to f32
// CHECK: arith.extf %{{.*}} : f32 to f64
func.func @from_half(%x: f16) -> f64 {
  %0 = arith.extf %x : f16 to f64
  return %0 : f64
}

// LLVM would convert each copy of what it has no registers for; it has some for f32.
// CHECK-LABEL: @broadcasts
// CHECK: %[[BITS:.*]] = arith.bitcast %{{.*}} : bf16 to i16
// CHECK: %[[COPIES:.*]] = vector.broadcast %[[BITS]] : i16 to vector<4xi16>
// CHECK: arith.bitcast %[[COPIES]] : vector<4xi16> to vector<4xbf16>
// CHECK: vector.broadcast %{{.*}} : f32 to vector<4xf32>
func.func @broadcasts(%x: bf16, %y: f32) -> (vector<4xbf16>, vector<4xf32>) {
  %0 = vector.broadcast %x : bf16 to vector<4xbf16>
  %1 = vector.broadcast %y : f32 to vector<4xf32>
  return %0, %1 : vector<4xbf16>, vector<4xf32>
}

// From bf16 it is a shift, which LLVM knows.
// CHECK-LABEL: @bfloat
// CHECK: %[[X:.*]] = arith.extf %{{.*}} : bf16 to f32
// CHECK: %[[I:.*]] = arith.fptosi %[[X]] : f32 to i32
// CHECK: arith.sitofp %[[I]] : i32 to f32
// CHECK: arith.bitcast %{{.*}} : i16 to bf16
func.func @bfloat(%x: bf16) -> bf16 {
  %0 = arith.fptosi %x : bf16 to i32
  %1 = arith.sitofp %0 : i32 to bf16
  return %1 : bf16
}

// Wider types are the processor's.
// CHECK-LABEL: @wide
// CHECK-NEXT: arith.truncf %{{.*}} : f64 to f32
// CHECK-NEXT: return
func.func @wide(%x: f64) -> f32 {
  %0 = arith.truncf %x : f64 to f32
  return %0 : f32
}
}

// -----

// With the instruction there is nothing to do, but from f64 it takes two steps.
module attributes {rt.target = #tile.target<vector_bits = 256, registers = 16, convert_f16 = true>} {
// CHECK-LABEL: @native
// CHECK: arith.truncf %{{.*}} : f32 to f16
// CHECK: %[[F:.*]] = arith.truncf %{{.*}} : f64 to f32
// CHECK: arith.truncf %[[F]] : f32 to f16
func.func @native(%x: f32, %y: f64) -> (f16, f16) {
  %0 = arith.truncf %x : f32 to f16
  %1 = arith.truncf %y : f64 to f16
  return %0, %1 : f16, f16
}
}
