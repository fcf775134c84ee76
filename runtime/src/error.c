/*===-- error.c - the message of the last error -----------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_SIZE = 1024 };

static _Thread_local char last_message[MESSAGE_SIZE];

const char *ingot_last_error(void) { return last_message; }

ingot_status ingot_error(ingot_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(last_message, sizeof last_message, format, arguments);
  va_end(arguments);
  return status;
}

ingot_status ingot_error_in(ingot_status status, const char *what) {
  char message[MESSAGE_SIZE];
  memcpy(message, last_message, sizeof message);
  return ingot_error(status, "%s: %s", what, message);
}
