// RUN: ingot-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(schedule-generics))' | FileCheck %s

#id = affine_map<(d0) -> (d0)>
#scalar = affine_map<(d0) -> ()>
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true>} {

// The run decides the size: worth threads, and a light body is unrolled.
// CHECK-LABEL: @light
// CHECK: rt.schedule = {grain = 2048 : i64, lanes = 16 : i64, masks, unroll = 4 : i64}
func.func @light(%a: memref<?xf32>, %o: memref<?xf32>) {
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : memref<?xf32>) outs(%o : memref<?xf32>) {
  ^bb0(%x: f32, %y: f32):
    %0 = arith.addf %x, %x : f32
    linalg.yield %0 : f32
  }
  return
}

// The widest type decides the lanes, and costly functions make the grain finer.
// CHECK-LABEL: @heavy
// CHECK: rt.schedule = {grain = 157 : i64, lanes = 8 : i64, masks}
func.func @heavy(%a: memref<?xf32>, %o: memref<?xf64>) {
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : memref<?xf32>) outs(%o : memref<?xf64>) {
  ^bb0(%x: f32, %y: f64):
    %0 = math.exp %x : f32
    %1 = math.tanh %0 : f32
    %2 = arith.extf %1 : f32 to f64
    linalg.yield %2 : f64
  }
  return
}

// Small ones, and those inside a kernel's loop, stay on their thread.
// CHECK-LABEL: @small
// CHECK: rt.schedule = {lanes = 64 : i64, masks, unroll = 4 : i64}
// CHECK: scf.forall
// CHECK: rt.schedule = {lanes = 16 : i64, masks, unroll = 4 : i64}
func.func @small(%a: memref<100xi8>, %b: memref<100xi8>, %c: memref<?x?xf32>, %d: memref<f32>, %n: index) {
  linalg.copy ins(%a : memref<100xi8>) outs(%b : memref<100xi8>)
  scf.forall (%i) in (%n) {
    linalg.reduce { arith.addf } ins(%c : memref<?x?xf32>) outs(%d : memref<f32>) dimensions = [0, 1]
  }
  return
}
}

// -----

// What is scheduled already stays as it is; without a target there are 128 bits.
// CHECK-LABEL: @given
// CHECK: rt.schedule = {lanes = 2 : i64}
// CHECK: rt.schedule = {lanes = 4 : i64, unroll = 4 : i64}
func.func @given(%a: memref<100xf32>, %b: memref<100xf32>) {
  linalg.copy {rt.schedule = {lanes = 2 : i64}} ins(%a : memref<100xf32>) outs(%b : memref<100xf32>)
  linalg.copy ins(%a : memref<100xf32>) outs(%b : memref<100xf32>)
  return
}
