// RUN: ingot-opt %s --mark-noalias | FileCheck %s

// CHECK: func.func private @apart(%{{.*}}: memref<4xf32> {llvm.noalias}, %{{.*}}: memref<4xf32> {llvm.noalias}, %{{.*}}: f32)
func.func private @apart(%x: memref<4xf32>, %y: memref<4xf32>, %z: f32) attributes {rt.kernel} { return }
// CHECK: func.func private @twice(%{{.*}}: memref<4xf32>, %{{.*}}: memref<2x2xf32>, %{{.*}}: memref<4xf32> {llvm.noalias})
func.func private @twice(%x: memref<4xf32>, %y: memref<2x2xf32>, %z: memref<4xf32>) attributes {rt.kernel} { return }
// CHECK: func.func private @inplace(%{{.*}}: memref<4xf32>, %{{.*}}: memref<4xf32> {llvm.noalias}, %{{.*}}: memref<4xf32>)
func.func private @inplace(%x: memref<4xf32>, %y: memref<4xf32>, %z: memref<4xf32>) attributes {rt.kernel} { return }
// CHECK: func.func private @sometimes(%{{.*}}: memref<4xf32>, %{{.*}}: memref<4xf32>)
func.func private @sometimes(%x: memref<4xf32>, %y: memref<4xf32>) attributes {rt.kernel} { return }
// CHECK: func.func private @branches(%{{.*}}: memref<4xf32>, %{{.*}}: memref<4xf32>)
func.func private @branches(%x: memref<4xf32>, %y: memref<4xf32>) attributes {rt.kernel} { return }
// CHECK: func.func private @not_called(%{{.*}}: memref<4xf32>)
func.func private @not_called(%x: memref<4xf32>) attributes {rt.kernel} { return }
// CHECK: func.func private @no_kernel(%{{.*}}: memref<4xf32>)
func.func private @no_kernel(%x: memref<4xf32>) { return }

func.func @main(%x: memref<4xf32>, %cond: i1, %f: f32) attributes {rt.entry} {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  func.call @apart(%x, %a, %f) : (memref<4xf32>, memref<4xf32>, f32) -> ()
  func.call @apart(%a, %b, %f) : (memref<4xf32>, memref<4xf32>, f32) -> ()
  %view = memref.expand_shape %a [[0, 1]] output_shape [2, 2] : memref<4xf32> into memref<2x2xf32>
  func.call @twice(%a, %view, %b) : (memref<4xf32>, memref<2x2xf32>, memref<4xf32>) -> ()
  func.call @inplace(%x, %a, %b) {rt.inplace = [[2, 0]]} : (memref<4xf32>, memref<4xf32>, memref<4xf32>) -> ()
  func.call @sometimes(%x, %a) : (memref<4xf32>, memref<4xf32>) -> ()
  func.call @sometimes(%a, %a) : (memref<4xf32>, memref<4xf32>) -> ()
  %r = scf.if %cond -> memref<4xf32> {
    scf.yield %a : memref<4xf32>
  } else {
    scf.yield %b : memref<4xf32>
  }
  func.call @branches(%a, %r) : (memref<4xf32>, memref<4xf32>) -> ()
  func.call @no_kernel(%a) : (memref<4xf32>) -> ()
  return
}
