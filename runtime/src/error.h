/*===-- error.h - the message of the last error -----------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_ERROR_H
#define INGOT_SRC_ERROR_H

#include "ingot.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Notes a message for ingot_last_error and returns `status`, so that a check reads `return ingot_error(...)`. */
ingot_status ingot_error(ingot_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "what: " before the last message: a file's name, say, where only the caller knows it. */
ingot_status ingot_error_in(ingot_status status, const char *what);

#ifdef __cplusplus
}
#endif
#endif
