// The passes of LLVM that kernels pass through: a function of one use becomes a part of its user, and a loop that is left
// scalar one of vectors. A loop of vectors stays as it is.
// RUN: mlir-translate --mlir-to-llvmir %s | opt -passes='%kernel_passes' -mtriple=x86_64-linux-gnu -mcpu=x86-64-v3 -S | FileCheck %s

// CHECK-LABEL: define void @run(
// CHECK-NOT:     @kernel
// CHECK:         mul <8 x i32>
// CHECK:         ret void
// CHECK-NOT: define internal
llvm.func @run(%x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}) {
  %unused = llvm.mlir.constant(7 : i64) : i64
  llvm.call @kernel(%x, %y, %unused) : (!llvm.ptr, !llvm.ptr, i64) -> ()
  llvm.return
}

llvm.func internal @kernel(%x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}, %unused: i64) {
  %zero = llvm.mlir.constant(0 : i64) : i64
  %one = llvm.mlir.constant(1 : i64) : i64
  %end = llvm.mlir.constant(512 : i64) : i64
  llvm.br ^head(%zero : i64)
^head(%i: i64):
  %more = llvm.icmp "slt" %i, %end : i64
  llvm.cond_br %more, ^body, ^exit
^body:
  %from = llvm.getelementptr %x[%i] : (!llvm.ptr, i64) -> !llvm.ptr, i32
  %value = llvm.load %from : !llvm.ptr -> i32
  %square = llvm.mul %value, %value : i32
  %to = llvm.getelementptr %y[%i] : (!llvm.ptr, i64) -> !llvm.ptr, i32
  llvm.store %square, %to : i32, !llvm.ptr
  %next = llvm.add %i, %one : i64
  llvm.br ^head(%next : i64)
^exit:
  llvm.return
}

// CHECK-LABEL: define <8 x float> @tiled(
// CHECK:         phi <8 x float>
// CHECK:         call <8 x float> @llvm.fma.v8f32
// CHECK-NOT:     call
// CHECK:         ret <8 x float>
llvm.func @tiled(%x: !llvm.ptr, %y: !llvm.ptr, %end: i64) -> vector<8xf32> {
  %zero = llvm.mlir.constant(0 : i64) : i64
  %lanes = llvm.mlir.constant(8 : i64) : i64
  %none = llvm.mlir.constant(dense<0.0> : vector<8xf32>) : vector<8xf32>
  llvm.br ^head(%zero, %none : i64, vector<8xf32>)
^head(%i: i64, %sum: vector<8xf32>):
  %more = llvm.icmp "slt" %i, %end : i64
  llvm.cond_br %more, ^body, ^exit
^body:
  %from = llvm.getelementptr %x[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %a = llvm.load %from {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
  %with = llvm.getelementptr %y[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %b = llvm.load %with {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
  %more_sum = llvm.intr.fma(%a, %b, %sum) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
  %next = llvm.add %i, %lanes : i64
  llvm.br ^head(%next, %more_sum : i64, vector<8xf32>)
^exit:
  llvm.return %sum : vector<8xf32>
}

// What all callers pass is known inside, and a loop of at most three steps is unrolled.
// CHECK-LABEL: define internal {{.*}}@taps(
// CHECK-COUNT-3: fmul
// CHECK-NOT: fmul
// CHECK: ret float
llvm.func @calls(%x: !llvm.ptr, %y: !llvm.ptr, %first: i64) -> f32 {
  %three = llvm.mlir.constant(3 : i64) : i64
  %a = llvm.call @taps(%x, %first, %three) : (!llvm.ptr, i64, i64) -> f32
  %b = llvm.call @taps(%y, %first, %three) : (!llvm.ptr, i64, i64) -> f32
  %sum = llvm.fadd %a, %b : f32
  llvm.return %sum : f32
}

llvm.func internal @taps(%x: !llvm.ptr, %first: i64, %taps: i64) -> f32 attributes {no_inline} {
  %zero = llvm.mlir.constant(0 : i64) : i64
  %one = llvm.mlir.constant(1 : i64) : i64
  %none = llvm.mlir.constant(2.0 : f32) : f32
  %begin = llvm.intr.smax(%first, %zero) : (i64, i64) -> i64
  llvm.br ^head(%begin, %none : i64, f32)
^head(%i: i64, %product: f32):
  %more = llvm.icmp "slt" %i, %taps : i64
  llvm.cond_br %more, ^body, ^exit
^body:
  %from = llvm.getelementptr %x[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %value = llvm.load %from : !llvm.ptr -> f32
  %next_product = llvm.fmul %product, %value : f32
  %next = llvm.add %i, %one : i64
  llvm.br ^head(%next, %next_product : i64, f32)
^exit:
  llvm.return %product : f32
}
