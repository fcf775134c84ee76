/*===-- hash.h - xxh64, to recognize a model's external weights -------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_HASH_H
#define INGOT_SRC_HASH_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The 64-bit xxHash with seed 0. */
uint64_t ingot_hash(const void *data, uint64_t bytes);

#ifdef __cplusplus
}
#endif
#endif
