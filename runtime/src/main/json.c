/*===-- json.c - writes JSON --------------------------------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "json.h"

#include <stdarg.h>
#include <stdio.h>

void json_put(ingot_file *file, const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  uint64_t length = (uint64_t)n < sizeof text ? (uint64_t)n : sizeof text - 1;
  if (file)
    ingot_file_write(file, text, length);
  else
    fwrite(text, 1, length, stdout);
}

void json_put_string(ingot_file *file, const char *text, size_t length) {
  json_put(file, "\"");
  for (; length--; ++text) {
    unsigned char letter = (unsigned char)*text;
    if (letter < 0x20)
      json_put(file, "\\u%04x", letter);
    else
      json_put(file, letter == '"' || letter == '\\' ? "\\%c" : "%c", letter);
  }
  json_put(file, "\"");
}
