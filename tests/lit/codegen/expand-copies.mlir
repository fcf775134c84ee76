// RUN: ingot-opt %s --expand-copies | FileCheck %s

// CHECK-LABEL: func.func @strided
func.func @strided(%x: memref<4x8xf32>, %y: memref<4x4xf32>) {
  %v = memref.subview %x[0, 2] [4, 4] [1, 1] : memref<4x8xf32> to memref<4x4xf32, strided<[8, 1], offset: 2>>
  // CHECK: linalg.generic
  // CHECK-NOT: memref.copy
  memref.copy %v, %y : memref<4x4xf32, strided<[8, 1], offset: 2>> to memref<4x4xf32>
  return
}

// CHECK-LABEL: func.func @row_major
func.func @row_major(%x: memref<4x?xf32>, %y: memref<4x?xf32>) {
  // CHECK: memref.copy
  memref.copy %x, %y : memref<4x?xf32> to memref<4x?xf32>
  return
}
