/*===-- file.c - reads whole files, writes them beside and renames ----------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "file.h"

#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Reading ---- */

static ssize_t read_some(int file, void *data, size_t size) {
  ssize_t n;
  do
    n = read(file, data, size);
  while (n < 0 && errno == EINTR);
  return n;
}

/* Reads up to the end, in a buffer that starts out at the size the file claims and grows where it has more. */
static ingot_status read_all(int file, uint64_t capacity, uint8_t **data, uint64_t *size) {
  uint8_t *buffer = malloc(capacity);
  uint64_t used = 0;
  for (;;) {
    if (!buffer)
      return ingot_error(INGOT_FAILED, "out of memory");
    ssize_t n = read_some(file, buffer + used, capacity - used);
    if (n <= 0) {
      *data = buffer;
      *size = used;
      return n == 0 ? INGOT_OK : ingot_error(INGOT_FAILED, "%s", strerror(errno));
    }
    used += (uint64_t)n;
    if (used < capacity)
      continue;
    capacity *= 2;
    uint8_t *larger = realloc(buffer, capacity);
    if (!larger)
      free(buffer);
    buffer = larger;
  }
}

ingot_status ingot_file_read(const char *path, uint8_t **data, uint64_t *size) {
  *data = NULL;
  *size = 0;
  struct stat info;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || fstat(file, &info)) {
    int error = errno;
    if (file >= 0)
      close(file);
    return ingot_error(INGOT_FAILED, "%s", strerror(error));
  }
  uint64_t capacity = S_ISREG(info.st_mode) && info.st_size > 0 ? (uint64_t)info.st_size + 1 : 4096;
  ingot_status status = read_all(file, capacity, data, size);
  close(file);
  if (status == INGOT_OK)
    return status;
  free(*data);
  *data = NULL;
  return status;
}

/* ---- Writing ---- */

static void note(ingot_file *file) {
  if (!file->error)
    file->error = errno ? errno : EIO;
}

static bool is_special(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && !S_ISREG(info.st_mode);
}

/* Opens a new file beside the path. */
static void open_beside(ingot_file *file, size_t size) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    snprintf(file->temporary, size, "%s.%ld-%d.tmp", file->path, (long)getpid(), attempt);
    file->descriptor = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file->descriptor >= 0 || errno != EEXIST)
      break;
  }
  if (file->descriptor < 0)
    note(file);
}

static void release(ingot_file *file) {
  free(file->path);
  free(file->temporary);
  file->path = file->temporary = NULL;
}

ingot_status ingot_file_create(const char *path, ingot_file *file) {
  file->error = 0;
  file->descriptor = -1;
  file->written = file->buffered = 0;
  file->temporary = NULL;
  file->path = strdup(path);
  bool special = is_special(path);
  size_t size = strlen(path) + 64;
  if (!special)
    file->temporary = malloc(size);
  if (!file->path || (!special && !file->temporary)) {
    release(file);
    return ingot_error(INGOT_FAILED, "out of memory");
  }
  if (!special)
    open_beside(file, size);
  else if ((file->descriptor = open(path, O_WRONLY | O_CLOEXEC)) < 0)
    note(file);
  if (file->descriptor >= 0)
    return INGOT_OK;
  release(file);
  return ingot_error(INGOT_FAILED, "cannot create the file: %s", strerror(file->error));
}

static void write_through(ingot_file *file, const uint8_t *data, uint64_t size) {
  while (size && !file->error) {
    errno = 0;
    ssize_t n = write(file->descriptor, data, size);
    if (n <= 0 && errno != EINTR)
      note(file);
    if (n <= 0)
      continue;
    data += n;
    size -= (uint64_t)n;
  }
}

static void flush(ingot_file *file) {
  write_through(file, file->buffer, file->buffered);
  file->buffered = 0;
}

void ingot_file_write(ingot_file *file, const void *data, uint64_t size) {
  file->written += size;
  if (size > sizeof file->buffer - file->buffered)
    flush(file);
  if (size > sizeof file->buffer) {
    write_through(file, data, size);
  } else if (size) {
    memcpy(file->buffer + file->buffered, data, size);
    file->buffered += (uint32_t)size;
  }
}

static void close_file(ingot_file *file) {
  if (file->descriptor >= 0 && close(file->descriptor))
    note(file);
  file->descriptor = -1;
}

ingot_status ingot_file_commit(ingot_file *file) {
  flush(file);
  /* Some file systems report a full disk only here, or at the close. */
  if (!file->error && file->temporary && fsync(file->descriptor) && errno != EINVAL && errno != EROFS)
    note(file);
  close_file(file);
  if (!file->error && file->temporary && rename(file->temporary, file->path))
    note(file);
  if (file->error && file->temporary)
    unlink(file->temporary);
  release(file);
  return file->error ? ingot_error(INGOT_FAILED, "cannot write the file: %s", strerror(file->error)) : INGOT_OK;
}

void ingot_file_abandon(ingot_file *file) {
  close_file(file);
  if (file->temporary)
    unlink(file->temporary);
  release(file);
}
