//===-- Passes.td - passes of the backend: host program and kernels to LLVM -----*- tablegen -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_PASSES
#define INGOT_CODEGEN_PASSES

include "mlir/Pass/PassBase.td"

def FuseDepthwise : Pass<"fuse-depthwise", "::mlir::ModuleOp"> {
  let summary = "Compute a depthwise convolution's input piece by piece, where it is needed";
  let description = [{
    A product or convolution whose only reader is a depthwise convolution becomes one kernel with it. That computes some
    lines and channels of the first into a buffer on the stack, in the second cache, and filters them, piece by piece;
    line by line in turns where the lines of a window stay in the first cache. It takes static lines, widths and
    channels, and one panel of packed weights or more in each piece; left alone is what is small beside the second cache
    anyway.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def ShareLines : Pass<"share-lines", "::mlir::ModuleOp"> {
  let summary = "Give a thread the same lines of a depthwise convolution and of the products around it";
  let description = [{
    A depthwise convolution, the product whose only reader it is and the one that is its only reader, or one of these,
    become one kernel whose threads share the lines of the convolution's result. Each computes the lines of the first
    product that its windows reach into memory of its own, so that cores pass each other no lines of the wide images.
    Products are by pieces of bf16 in memory; lines, widths and channels are static. What is left alone: a first product
    that costs more than the passing of lines would, images that are large beside the second cache, and those of few
    positions.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::ingot::rt::RtDialect"];
}

def SplitChannels : Pass<"split-channels", "::mlir::ModuleOp"> {
  let summary = "Let threads share the channels of small images in halves that lie apart";
  let description = [{
    A product that widens an image, the depthwise convolution of that and a product that narrows it again, of static
    sizes and so few positions that weights are most of the memory that they read. The wide images become two of half
    the channels each, and the narrow one the sum of two products. Epilogues of the first two kernels read one number a
    channel at most.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def MergeKernels : Pass<"merge-kernels", "::mlir::ModuleOp"> {
  let summary = "Keep one of several kernels that do the same";
  let description = [{
    Kernels whose types and bodies are equal become one; what tells them apart, the names of the model's nodes they
    were made from (`rt.source`), moves to the calls. Kernels that nobody calls are removed.
  }];
}

def MarkNoalias : Pass<"mark-noalias", "::mlir::ModuleOp"> {
  let summary = "Mark the memory arguments of kernels that share no memory";
  let description = [{
    An argument gets `llvm.noalias` when at every call its memory differs from that of all other arguments. Memory
    that two arguments may share later, because the call says `rt.inplace`, counts as shared.
  }];
}

def PlanMemory : Pass<"plan-memory", "::mlir::ModuleOp"> {
  let summary = "Place the intermediates of the host program in one arena";
  let description = [{
    Each `memref.alloc` of the host function becomes a view of the arena. Where all sizes are static the offsets are
    assigned here; where some depend on the inputs' dims, `rt.plan` assigns them at the beginning of a run. Buffers
    whose size only data decides, and those that one iteration of a loop hands to the next, stay allocations. Outputs
    get places in the arena for when the caller has no memory for them.

    What the plan costs is left on the module: `rt.memory = {arena = 4096, live = 4000, heap = 1}` says how large the
    arena is, the most that is live in it at once, and how many buffers stay allocations. The first two are missing
    where the plan is made at run time.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::ingot::rt::RtDialect"];
}

def FreeBuffers : Pass<"free-buffers", "::mlir::ModuleOp"> {
  let summary = "Free the host function's allocations after their last use";
  let description = [{
    What a loop's iterations hand on is freed when the next iteration has replaced it. Memory that leaves a branch or
    a loop lives until the end of the run, when all memory is freed.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def OutlineParallel : Pass<"outline-parallel", "::mlir::ModuleOp"> {
  let summary = "Make the bodies of scf.forall and rt.ranges functions that threads run";
  let description = [{
    A loop of several dims runs as one range; a nested one becomes a plain loop. What the body uses from
    around it becomes arguments of the new function, apart from constants, which it gets its own copy of.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect", "::ingot::rt::RtDialect"];
}

def JoinLoops : Pass<"join-loops", "::mlir::ModuleOp"> {
  let summary = "Wait for parallel loops where the host program touches what they do";
  let description = [{
    Threads go from one loop to the next without the host program, which runs ahead. It waits in front of what may touch
    memory that loops read or write, such as a `memref.load`, and where a kernel's stack buffers end.

    ```mlir
    call @kernel(%ctx, %a, %size) : ...
    rt.join %ctx
    %n = memref.load %size[] : memref<index>
    ```
  }];
  let dependentDialects = ["::ingot::rt::RtDialect"];
}

def OutlineRegions : Pass<"outline-regions", "::mlir::ModuleOp"> {
  let summary = "Turn the parts of a kernel that are to have registers of their own into functions";
  let description = [{
    Each `scf.execute_region no_inline` without results becomes a call of a function that LLVM does not inline. In one
    function, the constants of one loop nest's epilogue would be kept in registers through the other's sums.
  }];
}

def HoistAllocas : Pass<"hoist-allocas", "::mlir::func::FuncOp"> {
  let summary = "Move stack buffers of static size to the function's entry";
  let description = [{
    A stack buffer inside a loop would otherwise take new stack in each iteration.
  }];
}

def CountWork : Pass<"count-work", "::mlir::func::FuncOp"> {
  let summary = "Count the operations and bytes of a kernel";
  let description = [{
    Leaves on each kernel what one call computes and how much memory it touches, as maps from the sizes that only a
    run knows. `extents` says where these come from: `[argument, dimension]` of memory, `[argument]` for a number.

    ```mlir
    func.func private @k(%ctx: !llvm.ptr, %a: memref<?x64xf32>, %w: memref<2x64x32xf32>, %out: memref<?x50xf32>)
        attributes {rt.kernel, rt.work = {extents = [array<i64: 1, 0>, array<i64: 3, 0>],
          flops = affine_map<()[s0, s1] -> (s1 * 6400)>, starts = affine_map<()[s0, s1] -> (1)>,
          bytes = [affine_map<()[s0, s1] -> (16384)>, affine_map<()[s0, s1] -> (s0 * 256)>, ...]}}
    ```

    Operations are two for each multiply-add of a product or convolution, as if it were computed directly, and one for
    each arithmetic operation of any other loop. Each element that is read or written counts once in `bytes`, which is
    the sum over the operands of the least result of each map. `starts` is how often operations that
    become loops begin. `flops` and `starts` are missing where a loop runs until its data says otherwise.
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect"];
}

def ProfileKernels : Pass<"profile-kernels", "::mlir::ModuleOp"> {
  let summary = "Mark the begin and end of each kernel's call for the profile";
  let description = "The work that `count-work` left on the kernel is computed from the call's operands.";
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::ingot::rt::RtDialect"];
}

def ShareKernels : Pass<"share-kernels", "::mlir::ModuleOp"> {
  let summary = "Choose which kernels all threads share";
  let description = [{
    What kernels leave to each other lies in one core's caches, or spread over those of all. A kernel that one thread
    does takes the cycles of its operations or of its bytes, by `rt.work`. Shared, it takes half of them, and what it
    takes to start and end its loops on other threads and to get the lines at the borders of their shares. Between
    kernels, data can be gathered or spread, which takes as long as half of the next one's inputs are on their way from
    core to core. The pass takes the cheapest course through all calls in the program's order: a shortest path of two
    states.

    Sizes that only a run knows are compared at the host function's entry. What the entry cannot know is shared.

    ```mlir
    rt.share %ctx, %false
    call @small(%ctx, %a, %b) : ...
    rt.share %ctx, %true
    call @large(%ctx, %b, %c) : ...
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::ingot::rt::RtDialect",
                           "::ingot::tile::TileDialect"];
}

def RequestAmx : Pass<"request-amx", "::mlir::ModuleOp"> {
  let summary = "Have the host function ask for tile registers where a kernel uses them";
  let dependentDialects = ["::ingot::rt::RtDialect"];
}

def EmitEntry : Pass<"emit-entry", "::mlir::ModuleOp"> {
  let summary = "Give the host function the signature that the runtime calls";
  let description = [{
    The host function's inputs come out of an array of `ingot_tensor`, its weights out of one block of memory in
    which each gets its offset. Names and types of inputs and outputs move to the module.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::ingot::rt::RtDialect"];
}

def LayoutWeights : Pass<"layout-weights", "::mlir::ModuleOp"> {
  let summary = "Give each weight its place in one block of memory";
  let description = "Weights with equal bytes share a place; those that nothing uses get none.";
}

def ExpandCopies : Pass<"expand-copies", "::mlir::func::FuncOp"> {
  let summary = "Copy memory that is not row-major element by element";
  let description = "LLVM's memcpy takes the other copies.";
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def LowerVectors : Pass<"lower-vectors", "::mlir::func::FuncOp"> {
  let summary = "Break vector operations down to one-dimensional ones that LLVM has";
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect", "::mlir::affine::AffineDialect",
                           "::mlir::ub::UBDialect"];
}

def LowerMath : Pass<"lower-math", "::mlir::func::FuncOp"> {
  let summary = "Replace transcendental functions of f32 by polynomials";
  let description = [{
    Those whose polynomials are accurate to a few units in the last place over the whole range. The rest, and all of
    f64, become calls of libm.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::vector::VectorDialect"];
}

def ToLLVM : Pass<"ingot-to-llvm", "::mlir::ModuleOp"> {
  let summary = "Convert all that is left to the LLVM dialect, in one go";
  let description = "Functions become internal; the symbols that an artifact exports are added to the LLVM IR.";
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::func::FuncDialect", "::ingot::tile::TileDialect"];
}

def VerifyContract : Pass<"verify-contract", "::mlir::ModuleOp"> {
  let summary = "Refuse IR that is not legal at the boundary of a phase";
  let options = [Option<"after", "after", "std::string", "\"lower\"", "Name of the phase that has run">];
}

#endif // INGOT_CODEGEN_PASSES
