/*===-- processor.h - the processor that the model runs on --------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_PROCESSOR_H
#define INGOT_SRC_PROCESSOR_H

#include "ingot.h"

#ifdef __cplusplus
extern "C" {
#endif

/* N of x86-64-vN, 1 to 4: what the processor has and the operating system saves. 0 on other architectures. */
int32_t ingot_processor_level(void);

/* The same, unless INGOT_TARGET in the environment asks for less; refuses a level that is none or not to be had. */
ingot_status ingot_chosen_level(int32_t *level);

#ifdef __cplusplus
}
#endif
#endif
