/* Ten lines of C that run the digit classifier. First: ingot compile ../digits/digits.onnx --shape N=1 -o digits.so
 * then: cc main.c digits.so -Wl,-rpath,'$ORIGIN' -o classify
 * or, with digits.o: cc main.c digits.o -lingot_rt -lm -lpthread -o classify
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "digits.h"
#include <stdio.h>

int main(void) {
  static float image[DIGITS_INPUT0_ELEMENTS], probabilities[DIGITS_OUTPUT0_ELEMENTS]; /* a blank page */
  if (digits_infer(image, probabilities) != 0)
    return fprintf(stderr, "%s\n", digits_error()), 1;
  for (int digit = 0; digit < DIGITS_OUTPUT0_ELEMENTS; ++digit)
    printf("%d: %.3f\n", digit, probabilities[digit]);
}
