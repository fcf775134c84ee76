/*===-- sessions.c - several sessions of one model at the same time -----------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * usage: sessions RUNS SESSIONS THREADS FILE... Runs the model on the inputs in
 * the files, on SESSIONS threads, each with a session of THREADS threads; half
 * of the runs go through the session that the runtime keeps. Fails where two
 * of all runs differ in a byte.
 *===------------------------------------------------------------------------===*/
#include "ingot_io.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

extern const ingot_model model_model;

enum { MAX = 16 };
static ingot_tensor inputs[MAX];
static ingot_tensor expected[MAX];
static int runs, threads;

static void fail(const char *message) {
  fprintf(stderr, "sessions: error: %s\n", message);
  exit(EXIT_FAILURE);
}

static void compare(const ingot_tensor *outputs) {
  for (int i = 0; i < model_model.num_outputs; ++i)
    if (outputs[i].bytes != expected[i].bytes || memcmp(outputs[i].data, expected[i].data, expected[i].bytes))
      fail("the outputs of two runs differ");
}

static void *work(void *argument) {
  (void)argument;
  ingot_session *session;
  ingot_options options = {threads, INGOT_PROFILE_OFF, NULL};
  if (ingot_session_create(&model_model, &options, &session) != INGOT_OK)
    fail(ingot_last_error());
  for (int run = 0; run < runs; ++run) {
    ingot_tensor outputs[MAX] = {{0}};
    if (ingot_session_run(session, inputs, outputs) != INGOT_OK)
      fail(ingot_last_error());
    compare(outputs);
    /* Memory of the shared session is another thread's next: bring one's own. */
    for (int i = 0; i < model_model.num_outputs; ++i)
      outputs[i] = (ingot_tensor){.data = malloc(expected[i].bytes + 1), .bytes = expected[i].bytes};
    if (ingot_run(&model_model, inputs, outputs) != INGOT_OK)
      fail(ingot_last_error());
    compare(outputs);
    for (int i = 0; i < model_model.num_outputs; ++i)
      free(outputs[i].data);
  }
  ingot_session_destroy(session);
  return NULL;
}

/* What all runs have to give, by a session of its own. */
static void run_once(void) {
  ingot_session *session;
  ingot_options options = {threads, INGOT_PROFILE_OFF, NULL};
  ingot_tensor outputs[MAX] = {{0}};
  if (ingot_session_create(&model_model, &options, &session) != INGOT_OK ||
      ingot_session_run(session, inputs, outputs) != INGOT_OK)
    fail(ingot_last_error());
  for (int i = 0; i < model_model.num_outputs; ++i) {
    expected[i] = outputs[i];
    expected[i].data = malloc(outputs[i].bytes + 1);
    memcpy(expected[i].data, outputs[i].data, outputs[i].bytes);
  }
  ingot_session_destroy(session);
}

int main(int argc, char **argv) {
  if (argc != 4 + model_model.num_inputs || model_model.num_inputs > MAX || model_model.num_outputs > MAX)
    fail("expected RUNS SESSIONS THREADS and a file for each input");
  runs = atoi(argv[1]);
  int sessions = atoi(argv[2]);
  threads = atoi(argv[3]);
  for (int i = 0; i < model_model.num_inputs; ++i) {
    ingot_tensor_list list;
    if (ingot_load(argv[4 + i], &list) != INGOT_OK)
      fail(ingot_last_error());
    inputs[i] = list.tensors[0].tensor;
  }
  run_once();
  pthread_t handles[MAX];
  for (int i = 0; i < sessions && i < MAX; ++i)
    if (pthread_create(&handles[i], NULL, work, NULL))
      fail("cannot create a thread");
  for (int i = 0; i < sessions && i < MAX; ++i)
    pthread_join(handles[i], NULL);
  for (int i = 0; i < model_model.num_outputs; ++i)
    free(expected[i].data);
  puts("all runs agree");
  return EXIT_SUCCESS;
}
