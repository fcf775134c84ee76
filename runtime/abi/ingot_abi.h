/*===-- ingot_abi.h - what a compiled model and the runtime agree on --------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Freestanding C11: no includes beyond <stdint.h>. A change of any type or
 * signature below raises INGOT_ABI_VERSION; the runtime refuses an artifact
 * built against another version and names both.
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_ABI_H
#define INGOT_ABI_H

#include <stdint.h>

#ifdef __cplusplus
#define INGOT_NORETURN [[noreturn]]
extern "C" {
#else
#define INGOT_NORETURN _Noreturn
#endif

#define INGOT_ABI_VERSION 5
#define INGOT_MODEL_MAGIC 0x544f474eu /* "NGOT", little endian */
#define INGOT_MAX_RANK 12
#define INGOT_ALIGNMENT 64 /* of weights, arena offsets and heap blocks, in bytes */

/* Element types; the numbers are those of ONNX's TensorProto.DataType. */
typedef enum ingot_dtype {
  INGOT_F32 = 1,
  INGOT_U8 = 2,
  INGOT_I8 = 3,
  INGOT_U16 = 4,
  INGOT_I16 = 5,
  INGOT_I32 = 6,
  INGOT_I64 = 7,
  INGOT_BOOL = 9, /* one byte an element, 0 or 1 */
  INGOT_F16 = 10,
  INGOT_F64 = 11,
  INGOT_U32 = 12,
  INGOT_U64 = 13,
  INGOT_BF16 = 16
} ingot_dtype;

/* A dense row-major tensor. */
typedef struct ingot_tensor {
  void *data;             /* for an output: NULL asks the runtime for memory */
  uint64_t bytes;         /* size of data; for an output: its capacity */
  int32_t dtype;          /* an ingot_dtype */
  int32_t rank;           /* 0 to INGOT_MAX_RANK */
  int64_t dims[INGOT_MAX_RANK];
} ingot_tensor;

/* What the compiler knows of an input or output. */
typedef struct ingot_tensor_info {
  const char *name;
  int32_t dtype;
  int32_t rank;
  const int64_t *dims;           /* rank values, -1 where dynamic */
  const char *const *dim_names;  /* rank names of symbolic dimensions, NULL or "" where there is none */
} ingot_tensor_info;

/* State of one execution: arena, heap blocks, threads, error. Opaque here. */
typedef struct ingot_context ingot_context;

/* One compiled model: what its object file exports as <prefix>_model. */
typedef struct ingot_model {
  uint32_t magic;
  uint32_t abi_version;
  const char *name;     /* of the model file, without folder and extension */
  const char *target;   /* CPU it was compiled for, such as "x86-64-v3" */
  int32_t num_inputs;
  int32_t num_outputs;
  const ingot_tensor_info *inputs;
  const ingot_tensor_info *outputs;
  const void *weights;        /* embedded weights, or NULL */
  uint64_t weights_bytes;
  const char *weights_file;   /* external weights: file name beside the artifact, or NULL */
  uint64_t weights_hash;      /* xxh64, seed 0, of the external file's content, or 0 */
  /* Runs the model once. Inputs are checked by the runtime before the call. Errors leave through ingot_rt_fail. */
  void (*run)(ingot_context *context, const ingot_tensor *inputs, const void *weights);
  int32_t num_kernels;
  const char *const *kernel_names; /* num_kernels names with their source nodes, for profiles */
  int32_t threads; /* of a session that does not say how many; 0: one for each CPU of the process */
} ingot_model;

/* ---- Called by compiled code. None of them returns an error: they leave through ingot_rt_fail. Only ingot_rt_flag and
 * ingot_rt_parallel may be called from inside a parallel loop. ---- */

/* A body of a parallel loop: runs iterations [begin, end) of it. */
typedef void (*ingot_parallel_fn)(void *arguments, int64_t begin, int64_t end);

/* The arena, at least `bytes` large, aligned to INGOT_ALIGNMENT; valid until the next run asks for a larger one. */
void *ingot_rt_arena(ingot_context *context, uint64_t bytes);
/* Places n buffers of sizes[i] bytes, each live from step first[i] to last[i] inclusive, in one arena without
 * overlap. Writes offsets (multiples of INGOT_ALIGNMENT) and returns the arena's size. The result for the same
 * `plan` number and sizes is cached. */
uint64_t ingot_rt_plan(ingot_context *context, int32_t plan, int64_t n, const int64_t *sizes, const int32_t *first,
                       const int32_t *last, int64_t *offsets);
/* A heap block, for sizes that only data decides; released by ingot_rt_free or at the end of the run. */
void *ingot_rt_alloc(ingot_context *context, uint64_t bytes);
void ingot_rt_free(ingot_context *context, void *block);
/* Memory of output `index`, whose shape is now known. The caller's own memory where it gave some: too small fails, and
 * like an input it is aligned to its element only. Else `place`, in the arena, where nothing else is written until the
 * run ends; or memory for this output alone, where that is NULL. */
void *ingot_rt_output(ingot_context *context, int32_t index, int32_t rank, const int64_t *dims, void *place);
/* Runs fn over [0, count) on the context's threads, behind the loops of earlier calls: at once and inline where there
 * is one thread, else at ingot_rt_join or earlier, with a copy of the `bytes` at `arguments`, or `arguments` themselves
 * where that is 0. */
void ingot_rt_parallel(ingot_context *context, ingot_parallel_fn fn, void *arguments, int64_t bytes, int64_t count);
/* Returns when those loops have run: before the host program touches memory that they do. The end of the run joins. */
void ingot_rt_join(ingot_context *context);
/* Whether the context's threads share the loops that follow, which they do from the begin of a run on. From the host
 * program, not from kernels. */
void ingot_rt_share(ingot_context *context, int32_t shared);
/* Ends the run with a message; "%lld" in it is replaced by a, then b. Only from the host program, not from kernels. */
INGOT_NORETURN void ingot_rt_fail(ingot_context *context, const char *message, int64_t a, int64_t b);
/* Notes an error from inside a kernel, on any thread; the first one wins. ingot_rt_check then ends the run. */
void ingot_rt_flag(ingot_context *context, const char *message, int64_t a, int64_t b);
void ingot_rt_check(ingot_context *context);
/* The level N of x86-64-vN that the processor and its operating system have, 2 to 4, or the one that the environment's
 * INGOT_TARGET asks for. For artifacts that have code for each. */
int32_t ingot_rt_processor_level(ingot_context *context);
/* Asks the operating system for tile registers (AMX), once a process; fails where there are none. Before the first
 * kernel with tile instructions. */
void ingot_rt_request_amx(ingot_context *context);
/* Around each kernel when the artifact was compiled with profiling hooks; what it computed and touched, or 0. */
void ingot_rt_kernel_begin(ingot_context *context, int32_t kernel);
void ingot_rt_kernel_end(ingot_context *context, int32_t kernel, int64_t flops, int64_t bytes);

#ifdef __cplusplus
}
#endif
#endif /* INGOT_ABI_H */
