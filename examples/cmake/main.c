/*===-- main.c - classifies a drawing that comes from the standard input ------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifdef DIGITS_SHARED
#include "digits_shared.h"
#define digits_infer digits_shared_infer
#define digits_error digits_shared_error
#else
#include "digits.h"
#endif
#include <stdio.h>

enum { SIZE = 16 };

/* Lines of SIZE characters: '#' is ink, '+' half of it. */
static void read_drawing(float image[SIZE * SIZE]) {
  char line[SIZE + 2];
  for (int y = 0; y < SIZE && fgets(line, sizeof line, stdin); ++y)
    for (int x = 0; x < SIZE && line[x] && line[x] != '\n'; ++x)
      image[y * SIZE + x] = line[x] == '#' ? 1.0f : line[x] == '+' ? 0.5f : 0.0f;
}

int main(void) {
  static float image[SIZE * SIZE], probabilities[10];
  read_drawing(image);
  if (digits_infer(image, probabilities) != 0)
    return fprintf(stderr, "%s\n", digits_error()), 1;
  int best = 0;
  for (int digit = 1; digit < 10; ++digit)
    best = probabilities[digit] > probabilities[best] ? digit : best;
  printf("%d with probability %.3f\n", best, probabilities[best]);
  return 0;
}
