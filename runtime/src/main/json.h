/*===-- json.h - writes JSON --------------------------------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_MAIN_JSON_H
#define INGOT_SRC_MAIN_JSON_H

#include "file.h"

/* Both write to the file, or to the standard output where it is NULL. */
void json_put(ingot_file *file, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* With quotes, and what has to be escaped. */
void json_put_string(ingot_file *file, const char *text, size_t length);

#endif
