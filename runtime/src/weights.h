/*===-- weights.h - a model's weights, embedded or in a file ----------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_WEIGHTS_H
#define INGOT_SRC_WEIGHTS_H

#include "ingot.h"

typedef struct ingot_weights {
  const void *data;
  uint64_t mapped; /* bytes to unmap, 0 where the weights are embedded */
} ingot_weights;

/* Finds the weights: embedded, or mapped read-only from `path`, or where that is NULL from the file that the model
 * names, beside the executable or shared object that contains the model. Refuses another size or content. */
ingot_status ingot_weights_open(const ingot_model *model, const char *path, ingot_weights *weights);
void ingot_weights_close(ingot_weights *weights);

#endif
