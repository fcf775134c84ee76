/*===-- names.c - finds inputs and outputs by the names a user gives --------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "steps.h"

#include <stdlib.h>
#include <unistd.h>

bool ends_with(const char *text, const char *suffix) {
  size_t length = strlen(text), tail = strlen(suffix);
  return length >= tail && !strcmp(text + length - tail, suffix);
}

int32_t find_info(const ingot_tensor_info *infos, int32_t count, const char *name) {
  for (int32_t i = 0; i < count; ++i)
    if (!strcmp(infos[i].name, name))
      return i;
  return -1;
}

int complain_unknown(const char *what, const char *name, const ingot_tensor_info *infos, int32_t count) {
  char known[512] = "";
  size_t used = 0;
  for (int32_t i = 0; i < count && used < sizeof known; ++i)
    used += (size_t)snprintf(known + used, sizeof known - used, "%s'%s'", i ? ", " : "", infos[i].name);
  return complain(EXIT_FAILURE, "no %s is named '%s'; the %ss are %s", what, name, what, count ? known : "none");
}

/* Names may contain '=' as files may, so the model's own names decide. */
int32_t split_name(const char *argument, const ingot_tensor_info *infos, int32_t count, const char *what,
                   const char **file) {
  int32_t best = -1;
  size_t longest = 0;
  for (int32_t i = 0; i < count; ++i) {
    size_t length = strlen(infos[i].name);
    if (!strncmp(argument, infos[i].name, length) && argument[length] == '=' && (best < 0 || length > longest)) {
      best = i;
      longest = length;
    }
  }
  const char *equals = strchr(argument, '='), *slash = strchr(argument, '/');
  *file = best >= 0 ? argument + longest + 1 : argument;
  if (best >= 0 || !equals || (slash && slash < equals) || access(argument, F_OK) == 0)
    return best;
  char name[256];
  snprintf(name, sizeof name, "%.*s", (int)(equals - argument), argument);
  complain_unknown(what, name, infos, count);
  return -2;
}
