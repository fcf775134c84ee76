// y = exp of each element of a packed weight, the padding included.
module attributes {rt.name = "packed"} {
  rt.weight_data @w source(dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>) : tensor<2x3xf32>
      pack(inner_dims_pos = [1, 0], inner_tiles = [2, 2], outer_dims_perm = [1, 0]) : memref<2x1x2x2xf32>
  func.func private @copy(%ctx: !llvm.ptr, %w: memref<2x1x2x2xf32>, %out: memref<2x1x2x2xf32>) attributes {rt.kernel} {
    %c0 = arith.constant 0 : index
    scf.forall (%i, %j, %k) in (2, 2, 2) {
      %x = memref.load %w[%i, %c0, %j, %k] : memref<2x1x2x2xf32>
      %y = math.exp %x : f32
      memref.store %y, %out[%i, %c0, %j, %k] : memref<2x1x2x2xf32>
    }
    return
  }
  func.func @main(%ctx: !llvm.ptr)
      attributes {rt.entry, rt.outputs = [{name = "y", type = tensor<2x1x2x2xf32>, dims = ["", "", "", ""]}]} {
    %w = rt.weight @w : memref<2x1x2x2xf32>
    %y = rt.output 0 () : memref<2x1x2x2xf32>
    func.call @copy(%ctx, %w, %y) : (!llvm.ptr, memref<2x1x2x2xf32>, memref<2x1x2x2xf32>) -> ()
    return
  }
}
