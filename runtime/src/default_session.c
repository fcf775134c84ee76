/*===-- default_session.c - running a model without a session of one's own ===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "error.h"
#include "ingot.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct default_session default_session;
struct default_session {
  default_session *next;
  const ingot_model *model;
  ingot_session *session;
  pthread_mutex_t busy;
};

/* One for each model that was run this way, until the process ends or the shared library with this is unloaded. */
static default_session *sessions;
static pthread_mutex_t sessions_lock = PTHREAD_MUTEX_INITIALIZER;

static default_session *find(const ingot_model *model) {
  for (default_session *entry = sessions; entry; entry = entry->next)
    if (entry->model == model)
      return entry;
  return NULL;
}

static ingot_status create(const ingot_model *model, default_session **result) {
  default_session *entry = calloc(1, sizeof *entry);
  if (!entry)
    return ingot_error(INGOT_FAILED, "out of memory");
  ingot_status status = ingot_session_create(model, NULL, &entry->session);
  if (status != INGOT_OK) {
    free(entry);
    return status;
  }
  entry->model = model;
  pthread_mutex_init(&entry->busy, NULL);
  entry->next = sessions;
  *result = sessions = entry;
  return INGOT_OK;
}

ingot_status ingot_run(const ingot_model *model, const ingot_tensor *inputs, ingot_tensor *outputs) {
  pthread_mutex_lock(&sessions_lock);
  default_session *entry = find(model);
  ingot_status status = entry ? INGOT_OK : create(model, &entry);
  pthread_mutex_unlock(&sessions_lock);
  if (status != INGOT_OK)
    return status;
  pthread_mutex_lock(&entry->busy);
  status = ingot_session_run(entry->session, inputs, outputs);
  pthread_mutex_unlock(&entry->busy);
  return status;
}

/* A worker thread must not outlive the code it runs: dlclose of a model's shared library ends up here. */
__attribute__((destructor)) static void destroy_sessions(void) {
  while (sessions) {
    default_session *entry = sessions;
    sessions = entry->next;
    ingot_session_destroy(entry->session);
    pthread_mutex_destroy(&entry->busy);
    free(entry);
  }
}
