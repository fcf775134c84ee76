/*===-- session.c - create, run, destroy ------------------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "context.h"
#include "error.h"
#include "threads.h"
#include "weights.h"

#include <stdlib.h>

struct ingot_session {
  ingot_context context;
  ingot_weights weights;
  _Atomic bool busy;
};

static ingot_status fill(ingot_session *session, const ingot_model *model, const ingot_options *options) {
  ingot_context *context = &session->context;
  context->model = model;
  context->heap.run = 1;
  int32_t threads = options->threads ? options->threads : model->threads ? model->threads : ingot_available_cpus();
  ingot_status status = ingot_weights_open(model, options->weights_path, &session->weights);
  if (status == INGOT_OK)
    status = ingot_symbols_create(context);
  if (status == INGOT_OK)
    status = ingot_outputs_create(context);
  if (status == INGOT_OK)
    status = ingot_profile_create(context, options->profiling);
  if (status == INGOT_OK && threads > 1)
    status = ingot_pool_create(threads, &context->pool);
  return status;
}

ingot_status ingot_session_create(const ingot_model *model, const ingot_options *options, ingot_session **result) {
  enum { MAX_THREADS = 4096 };
  static const ingot_options defaults;
  *result = NULL;
  options = options ? options : &defaults;
  ingot_status status = ingot_check_model(model);
  if (status != INGOT_OK)
    return status;
  if (options->threads < 0 || options->threads > MAX_THREADS)
    return ingot_error(INGOT_INVALID, "expected 0 to %d threads but got %d", MAX_THREADS, options->threads);
  ingot_session *session = calloc(1, sizeof *session);
  if (!session)
    return ingot_error(INGOT_FAILED, "out of memory");
  status = fill(session, model, options);
  if (status == INGOT_OK)
    *result = session;
  else
    ingot_session_destroy(session);
  return status;
}

static ingot_status run(ingot_session *session, const ingot_tensor *inputs, ingot_tensor *outputs) {
  ingot_context *context = &session->context;
  ingot_status status = ingot_check_inputs(context, inputs);
  if (status == INGOT_OK)
    status = ingot_check_outputs(context->model, outputs);
  if (status != INGOT_OK)
    return status;
  ingot_outputs_begin_run(context, outputs);
  status = ingot_guarded_run(context, inputs, session->weights.data);
  ingot_heap_end_run(context);
  return status == INGOT_OK ? ingot_outputs_end_run(context, outputs) : status;
}

ingot_status ingot_session_run(ingot_session *session, const ingot_tensor *inputs, ingot_tensor *outputs) {
  if (atomic_exchange(&session->busy, true))
    return ingot_error(INGOT_INVALID, "this session is already running on another thread");
  ingot_status status = run(session, inputs, outputs);
  atomic_store(&session->busy, false);
  return status;
}

void ingot_session_destroy(ingot_session *session) {
  if (!session)
    return;
  ingot_context *context = &session->context;
  ingot_pool_destroy(context->pool);
  ingot_profile_destroy(context);
  ingot_outputs_destroy(context);
  ingot_symbols_destroy(context);
  ingot_plan_cache_destroy(context);
  ingot_heap_destroy(context);
  ingot_weights_close(&session->weights);
  free(session);
}

const ingot_model *ingot_session_model(const ingot_session *session) { return session->context.model; }

int32_t ingot_session_threads(const ingot_session *session) { return ingot_pool_threads(session->context.pool); }

uint64_t ingot_session_memory(const ingot_session *session) {
  const ingot_context *context = &session->context;
  uint64_t bytes = context->heap.bytes;
  for (int32_t i = 0; i < context->model->num_outputs; ++i)
    bytes += context->outputs[i].owned_bytes;
  return bytes;
}

const ingot_kernel_totals *ingot_session_totals(const ingot_session *session) {
  return ingot_profile_totals(&session->context);
}

const ingot_kernel_event *ingot_session_events(const ingot_session *session, uint64_t *count) {
  return ingot_profile_events(&session->context, count);
}

void ingot_session_reset_profile(ingot_session *session) { ingot_profile_reset(&session->context); }
