// RUN: ingot-opt %s --lower-vectors | FileCheck %s

// A mask's length is brought within the vector's before it is compared in 32 bits.
// CHECK-LABEL: func.func @mask
func.func @mask(%n: index) -> vector<16xi1> {
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : index
  // CHECK-DAG: %[[MOST:.*]] = arith.constant 16 : index
  // CHECK-DAG: %[[LANES:.*]] = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi32>
  // CHECK: %[[LOW:.*]] = arith.maxsi %{{.*}}, %[[ZERO]]
  // CHECK: %[[LENGTH:.*]] = arith.minsi %[[LOW]], %[[MOST]]
  // CHECK: arith.index_cast %[[LENGTH]] : index to i32
  // CHECK: arith.cmpi sgt, %{{.*}}, %[[LANES]] : vector<16xi32>
  %0 = vector.create_mask %n : vector<16xi1>
  return %0 : vector<16xi1>
}

// CHECK-LABEL: func.func @contract
func.func @contract(%a: vector<4x8xf32>, %b: vector<8x16xf32>, %c: vector<4x16xf32>) -> vector<4x16xf32> {
  // CHECK-NOT: vector.contract
  // CHECK: vector.fma %{{.*}} : vector<16xf32>
  %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
                        iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>}
      %a, %b, %c : vector<4x8xf32>, vector<8x16xf32> into vector<4x16xf32>
  return %0 : vector<4x16xf32>
}

// CHECK-LABEL: func.func @transfer
func.func @transfer(%x: memref<?x?xf32>, %i: index) -> vector<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  // CHECK-NOT: vector.transfer_read
  // CHECK: vector.maskedload
  %0 = vector.transfer_read %x[%i, %i], %zero : memref<?x?xf32>, vector<4x16xf32>
  return %0 : vector<4x16xf32>
}

// What LLVM has stays.
// CHECK-LABEL: func.func @flat
func.func @flat(%x: memref<16xf32>, %i: index, %a: vector<16xf32>) -> vector<16xf32> {
  // CHECK-NEXT: %[[LOAD:.*]] = vector.load
  %0 = vector.load %x[%i] : memref<16xf32>, vector<16xf32>
  // CHECK-NEXT: vector.fma %[[LOAD]]
  %1 = vector.fma %0, %a, %a : vector<16xf32>
  // CHECK-NEXT: return
  return %1 : vector<16xf32>
}
