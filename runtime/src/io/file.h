/*===-- file.h - reads whole files, writes them beside and renames ----------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_IO_FILE_H
#define INGOT_SRC_IO_FILE_H

#include "ingot.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads a file, a pipe or a device to its end. The caller frees *data. */
ingot_status ingot_file_read(const char *path, uint8_t **data, uint64_t *size);

/* A file being written. Errors are sticky: check ingot_file_commit alone. */
typedef struct ingot_file {
  int descriptor;
  int error;       /* errno of the first failure */
  char *path;      /* to appear at */
  char *temporary; /* being written; NULL when path is no regular file and is written directly */
  uint64_t written;
  uint32_t buffered;
  uint8_t buffer[1 << 14];
} ingot_file;

ingot_status ingot_file_create(const char *path, ingot_file *file);
void ingot_file_write(ingot_file *file, const void *data, uint64_t size);
/* Ends the file: puts it in place, or where any step failed removes it and says why. */
ingot_status ingot_file_commit(ingot_file *file);
/* Removes what was written. */
void ingot_file_abandon(ingot_file *file);

#ifdef __cplusplus
}
#endif
#endif
