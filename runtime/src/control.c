/*===-- control.c - how errors leave compiled code --------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "context.h"
#include "error.h"
#include "threads.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ingot_status ingot_guarded_run(ingot_context *context, const ingot_tensor *inputs, const void *weights) {
  atomic_store(&context->flag.state, 0);
  context->running = true;
  context->share = true;
  ingot_status status = INGOT_FAILED;
  if (!setjmp(context->escape)) {
    context->model->run(context, inputs, weights);
    ingot_rt_join(context);
    ingot_rt_check(context);
    status = INGOT_OK;
  } else if (context->pool) {
    ingot_pool_drop(context->pool);
  }
  context->running = false;
  return status;
}

void ingot_escape(ingot_context *context) {
  if (!context->running) {
    fprintf(stderr, "ingot: %s\n", ingot_last_error());
    abort();
  }
  longjmp(context->escape, 1);
}

/* Replaces each "%lld" by a, then b; any other '%' stands for itself, for messages hold names of the user's. */
static void format_message(char *text, size_t size, const char *message, int64_t a, int64_t b) {
  size_t used = 0;
  while (*message && used + 1 < size) {
    if (strncmp(message, "%lld", 4) == 0) {
      int n = snprintf(text + used, size - used, "%" PRId64, a);
      used += n > 0 ? (size_t)n : 0;
      a = b;
      message += 4;
    } else {
      text[used++] = *message++;
    }
  }
  text[used < size ? used : size - 1] = '\0';
}

void ingot_rt_fail(ingot_context *context, const char *message, int64_t a, int64_t b) {
  char text[1024];
  format_message(text, sizeof text, message, a, b);
  ingot_error(INGOT_FAILED, "%s", text);
  ingot_escape(context);
}

enum { NO_ERROR, BEING_NOTED, NOTED };

void ingot_rt_flag(ingot_context *context, const char *message, int64_t a, int64_t b) {
  ingot_flag *flag = &context->flag;
  int expected = NO_ERROR;
  if (!atomic_compare_exchange_strong(&flag->state, &expected, BEING_NOTED))
    return;
  flag->message = message;
  flag->a = a;
  flag->b = b;
  atomic_store(&flag->state, NOTED);
}

/* Called after the parallel loops that may have flagged, so no thread is in the middle of noting. */
void ingot_rt_check(ingot_context *context) {
  ingot_flag *flag = &context->flag;
  if (atomic_load_explicit(&flag->state, memory_order_acquire) == NOTED)
    ingot_rt_fail(context, flag->message, flag->a, flag->b);
}
