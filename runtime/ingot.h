/*===-- ingot.h - running a compiled model from C ---------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * The public C API of the runtime. A compiled model is one constant object of
 * type ingot_model; a session holds what it needs to run: scratch memory,
 * weights, threads. The shortest program:
 *
 *     ingot_session *session;
 *     if (ingot_session_create(&my_model, NULL, &session) != INGOT_OK)
 *       return puts(ingot_last_error()), 1;
 *     float x[1 * 10] = {0};
 *     ingot_tensor in = ingot_tensor_of(x, sizeof x, INGOT_F32, 2, (int64_t[]){1, 10}), out = {0};
 *     if (ingot_session_run(session, &in, &out) != INGOT_OK)
 *       return puts(ingot_last_error()), 1;
 *     ... out.data, out.rank and out.dims hold the result ...
 *     ingot_session_destroy(session);
 *
 * Different sessions, also of the same model, may run at the same time on
 * different threads. One session runs once at a time.
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_H
#define INGOT_H

#include "ingot_abi.h"

#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef INGOT_API
#define INGOT_API __attribute__((visibility("default")))
#endif

typedef enum ingot_status {
  INGOT_OK = 0,
  INGOT_INVALID = 1,      /* an argument, input or file is not what is expected */
  INGOT_INCOMPATIBLE = 2, /* the model was built against another version of the ABI */
  INGOT_FAILED = 3        /* memory, threads, files, or the model's own checks while it ran */
} ingot_status;

/* What the last failing call of this thread complained about; "" where none failed. Valid until the next failure. */
INGOT_API const char *ingot_last_error(void);

/* ---- Sessions ---- */

typedef struct ingot_session ingot_session;

typedef enum ingot_profiling {
  INGOT_PROFILE_OFF = 0,
  INGOT_PROFILE_TOTALS = 1, /* calls and time of each kernel */
  INGOT_PROFILE_EVENTS = 2  /* the same, and each call's begin and end */
} ingot_profiling;

/* All zero is the default of everything. */
typedef struct ingot_options {
  int32_t threads;          /* threads of one run, the caller's included; 0: what the model was compiled for */
  int32_t profiling;        /* an ingot_profiling; needs a model compiled with profiling hooks */
  const char *weights_path; /* external weights; NULL: the file that the model names, beside its artifact */
} ingot_options;

/* Makes a session of a model; `options` may be NULL. On an error *session is NULL. The model must outlive it. */
INGOT_API ingot_status ingot_session_create(const ingot_model *model, const ingot_options *options,
                                            ingot_session **session);

/* Runs the model once on model->num_inputs inputs and model->num_outputs outputs, in the model's order.
 *
 * Inputs are read only; their data is aligned to the element's size. Of an output the caller sets `data` and `bytes`:
 * its own memory and how large that is, apart from every input, or NULL for memory of the session, valid until its
 * next run or its end. On success all fields of an output are set, `bytes` to the size that is used; on an error no
 * output's fields are changed.
 *
 * Kernels keep what they work on in the second cache, and on the stack of the thread that calls: up to its size, which
 * is 2 MiB on large processors. Threads with little stack should have that and half a MiB. */
INGOT_API ingot_status ingot_session_run(ingot_session *session, const ingot_tensor *inputs, ingot_tensor *outputs);

/* The same on a session that the runtime makes at the first call and keeps for the model. Calls from several threads
 * take turns; memory of an output is valid until any of them comes next. */
INGOT_API ingot_status ingot_run(const ingot_model *model, const ingot_tensor *inputs, ingot_tensor *outputs);

/* Releases everything of a session; NULL is allowed. */
INGOT_API void ingot_session_destroy(ingot_session *session);

INGOT_API const ingot_model *ingot_session_model(const ingot_session *session);
INGOT_API int32_t ingot_session_threads(const ingot_session *session);

/* Bytes that the session holds beside the weights: arena, heap blocks kept for reuse, outputs. */
INGOT_API uint64_t ingot_session_memory(const ingot_session *session);

/* ---- Profiles ---- */

typedef struct ingot_kernel_totals {
  uint64_t calls;
  uint64_t nanoseconds;
  uint64_t flops; /* operations of all calls, as the compiler counts them; 0 where it cannot */
  uint64_t bytes; /* of memory that the calls touch, each element of a call once */
} ingot_kernel_totals;

typedef struct ingot_kernel_event {
  int32_t kernel; /* index in model->kernel_names */
  uint64_t begin; /* nanoseconds of the monotonic clock */
  uint64_t end;
  uint64_t flops, bytes; /* of this call */
} ingot_kernel_event;

/* The model->num_kernels totals since the session began or was reset; NULL where profiling is off. */
INGOT_API const ingot_kernel_totals *ingot_session_totals(const ingot_session *session);
/* The events since then, in the order of their end; NULL and 0 where they are not recorded. */
INGOT_API const ingot_kernel_event *ingot_session_events(const ingot_session *session, uint64_t *count);
INGOT_API void ingot_session_reset_profile(ingot_session *session);

/* ---- Tensors ---- */

/* Bytes of one element; 0 for a number that is no ingot_dtype. */
INGOT_API uint64_t ingot_dtype_size(int32_t dtype);
/* "f32", "i64", "bool"...; "unknown" for a number that is no ingot_dtype. */
INGOT_API const char *ingot_dtype_name(int32_t dtype);
/* Bytes that the tensor's dtype and dims ask for. Refuses unknown dtypes, ranks above INGOT_MAX_RANK, negative
 * dimensions, and sizes that do not fit. */
INGOT_API ingot_status ingot_tensor_size(const ingot_tensor *tensor, uint64_t *bytes);
/* Writes dims as "[1, 3, 224, 224]" and returns `text`; cut off, still terminated, where `size` is too small. */
INGOT_API const char *ingot_format_dims(char *text, uint64_t size, int32_t rank, const int64_t *dims);

static inline ingot_tensor ingot_tensor_of(const void *data, uint64_t bytes, int32_t dtype, int32_t rank,
                                           const int64_t *dims) {
  ingot_tensor tensor;
  memset(&tensor, 0, sizeof tensor);
  tensor.data = (void *)data;
  tensor.bytes = bytes;
  tensor.dtype = dtype;
  tensor.rank = rank;
  for (int32_t i = 0; i < rank && i < INGOT_MAX_RANK; ++i)
    tensor.dims[i] = dims[i];
  return tensor;
}

#ifdef __cplusplus
}
#endif
#endif /* INGOT_H */
