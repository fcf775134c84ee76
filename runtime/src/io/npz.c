/*===-- npz.c - numpy's .npz files: zip archives of .npy --------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "formats.h"

#include <stdio.h>
#include <stdlib.h>

/* Sizes and signatures by the zip specification (APPNOTE 6.3). Archives are read from their central directory, which
 * has the true sizes also where the local headers leave them to a data descriptor. */
enum { LOCAL_SIZE = 30, CENTRAL_SIZE = 46, END_SIZE = 22, END64_SIZE = 56, LOCATOR_SIZE = 20 };
enum { LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50, END64 = 0x06064b50, LOCATOR = 0x07064b50 };
enum { STORED = 0, DEFLATED = 8 };
enum { ENCRYPTED = 1, UTF8_NAMES = 1 << 11 };

static uint64_t load(const uint8_t *from, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; ++i)
    value |= (uint64_t)from[i] << 8 * i;
  return value;
}

/* ---- Reading ---- */

typedef struct archive {
  const uint8_t *data;
  uint64_t size;
  uint64_t directory, entries;
} archive;

typedef struct entry {
  const uint8_t *name;
  uint64_t nameLength, flags, method, crc, packed, size, local;
} entry;

static ingot_status malformed(const char *what) { return ingot_error(INGOT_INVALID, "malformed .npz file: %s", what); }

static bool has(const archive *zip, uint64_t at, uint64_t bytes) { return at <= zip->size && bytes <= zip->size - at; }

/* The end record's 64-bit twin, for archives with large numbers. */
static void find_directory64(archive *zip, uint64_t end) {
  if (end < LOCATOR_SIZE || load(zip->data + end - LOCATOR_SIZE, 4) != LOCATOR)
    return;
  uint64_t at = load(zip->data + end - LOCATOR_SIZE + 8, 8);
  if (!has(zip, at, END64_SIZE) || load(zip->data + at, 4) != END64)
    return;
  zip->entries = load(zip->data + at + 32, 8);
  zip->directory = load(zip->data + at + 48, 8);
}

/* The end record is the last thing in the file but for a comment of at most 65535 bytes. */
static bool find_directory(archive *zip) {
  if (zip->size < END_SIZE)
    return false;
  uint64_t lowest = zip->size > END_SIZE + 0xffff ? zip->size - END_SIZE - 0xffff : 0;
  for (uint64_t at = zip->size - END_SIZE + 1; at-- > lowest;) {
    if (load(zip->data + at, 4) != END || at + END_SIZE + load(zip->data + at + 20, 2) != zip->size)
      continue;
    zip->entries = load(zip->data + at + 10, 2);
    zip->directory = load(zip->data + at + 16, 4);
    find_directory64(zip, at);
    return true;
  }
  return false;
}

/* Large numbers stand in an extra field, in this order and only where the plain field is all ones. */
static void read_extra64(const uint8_t *extra, uint64_t size, entry *e) {
  while (size >= 4) {
    uint64_t id = load(extra, 2), length = load(extra + 2, 2);
    if (length > size - 4)
      return;
    uint64_t *fields[] = {&e->size, &e->packed, &e->local};
    for (uint64_t i = 0, at = 4; id == 1 && i < 3; ++i)
      if (*fields[i] == 0xffffffff && at + 8 <= length + 4) {
        *fields[i] = load(extra + at, 8);
        at += 8;
      }
    extra += 4 + length;
    size -= 4 + length;
  }
}

/* Reads the directory's entry at *at, and moves on to the next. */
static bool read_entry(const archive *zip, uint64_t *at, entry *e) {
  if (!has(zip, *at, CENTRAL_SIZE) || load(zip->data + *at, 4) != CENTRAL)
    return false;
  const uint8_t *from = zip->data + *at;
  *e = (entry){.flags = load(from + 8, 2),
               .method = load(from + 10, 2),
               .crc = load(from + 16, 4),
               .packed = load(from + 20, 4),
               .size = load(from + 24, 4),
               .local = load(from + 42, 4),
               .name = from + CENTRAL_SIZE,
               .nameLength = load(from + 28, 2)};
  uint64_t extra = load(from + 30, 2), comment = load(from + 32, 2);
  if (!has(zip, *at + CENTRAL_SIZE, e->nameLength + extra + comment))
    return false;
  read_extra64(e->name + e->nameLength, extra, e);
  *at += CENTRAL_SIZE + e->nameLength + extra + comment;
  return true;
}

static ingot_status inflate_entry(const entry *e, const uint8_t *packed, uint8_t **data) {
  /* No deflate stream grows more than 1032 times: a larger claim is not worth the memory. */
  if (e->size / 1032 > e->packed + 64)
    return malformed("impossible size");
  *data = malloc(e->size ? e->size : 1);
  if (!*data)
    return ingot_error(INGOT_FAILED, "out of memory: cannot allocate %llu bytes", (unsigned long long)e->size);
  return ingot_inflate(packed, e->packed, *data, e->size) ? INGOT_OK : malformed("damaged deflate stream");
}

/* Reads the array at the entry; `inflated` is freed by the caller. */
static ingot_status read_array(const archive *zip, const entry *e, uint8_t **inflated, ingot_tensor *tensor) {
  if (e->flags & ENCRYPTED)
    return ingot_error(INGOT_INVALID, "encrypted archives are not supported");
  if (e->method != STORED && e->method != DEFLATED)
    return ingot_error(INGOT_INVALID, "compression method %d is not supported", (int)e->method);
  if (!has(zip, e->local, LOCAL_SIZE) || load(zip->data + e->local, 4) != LOCAL)
    return malformed("an entry is not where the directory says");
  uint64_t begin = e->local + LOCAL_SIZE + load(zip->data + e->local + 26, 2) + load(zip->data + e->local + 28, 2);
  if (!has(zip, begin, e->packed) || (e->method == STORED && e->packed != e->size))
    return malformed("truncated");
  const uint8_t *data = zip->data + begin;
  if (e->method == DEFLATED) {
    if (inflate_entry(e, data, inflated) != INGOT_OK)
      return INGOT_INVALID;
    data = *inflated;
  }
  if (ingot_crc32(0, data, e->size) != e->crc)
    return malformed("wrong checksum");
  return ingot_npy_read(data, e->size, tensor);
}

static ingot_status append_array(const archive *zip, const entry *e, ingot_tensor_list *list) {
  static const char suffix[] = ".npy";
  uint64_t length = e->nameLength;
  if (length < 4 || memcmp(e->name + length - 4, suffix, 4))
    return INGOT_OK; /* something else in the archive, which numpy passes over too */
  ingot_named_tensor *tensor = ingot_list_append(list, (const char *)e->name, length - 4);
  if (!tensor)
    return ingot_error(INGOT_FAILED, "out of memory");
  uint8_t *inflated = NULL;
  ingot_status status = read_array(zip, e, &inflated, &tensor->tensor);
  free(inflated);
  return status == INGOT_OK ? status : ingot_error_in(status, tensor->name);
}

ingot_status ingot_npz_read(const uint8_t *data, uint64_t size, ingot_tensor_list *list) {
  archive zip = {.data = data, .size = size};
  if (!find_directory(&zip))
    return ingot_error(INGOT_INVALID, "not a .npz file, or truncated");
  uint64_t at = zip.directory;
  for (uint64_t i = 0; i < zip.entries; ++i) {
    entry e;
    if (!read_entry(&zip, &at, &e))
      return malformed("damaged directory");
    ingot_status status = append_array(&zip, &e, list);
    if (status != INGOT_OK)
      return status;
  }
  return INGOT_OK;
}

/* ---- Writing: stored, one 32-bit archive ---- */

static uint8_t *store(uint8_t *to, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i)
    *to++ = (uint8_t)(value >> 8 * i);
  return to;
}

typedef struct written {
  char name[256];
  uint32_t crc, size, local;
} written;

/* The fields that a local header and a directory entry share, from the flags to the extra field's length. The date is
 * the format's first day: the same tensors give the same bytes. */
static uint8_t *store_shared(uint8_t *to, const written *w) {
  to = store(to, UTF8_NAMES, 2);
  to = store(to, STORED, 2);
  to = store(to, 0x00210000, 4);
  to = store(to, w->crc, 4);
  to = store(to, w->size, 4);
  to = store(to, w->size, 4);
  to = store(to, strlen(w->name), 2);
  return store(to, 0, 2);
}

static ingot_status write_array(ingot_file *file, const ingot_named_tensor *tensor, written *w) {
  char header[INGOT_NPY_HEADER_MAX];
  uint32_t headerSize;
  if (!tensor->name)
    return ingot_error(INGOT_INVALID, "a tensor in a .npz file needs a name");
  if (ingot_npy_header(&tensor->tensor, header, &headerSize) != INGOT_OK)
    return ingot_error_in(INGOT_INVALID, tensor->name);
  if (snprintf(w->name, sizeof w->name, "%s.npy", tensor->name) >= (int)sizeof w->name)
    return ingot_error(INGOT_INVALID, "name '%s' is too long for a .npz file", tensor->name);
  if (file->written + tensor->tensor.bytes + 4096 > UINT32_MAX)
    return ingot_error(INGOT_INVALID, "tensor '%s' would make the .npz file larger than 4 GiB: write .npy instead",
                       tensor->name);
  w->local = (uint32_t)file->written;
  w->size = headerSize + (uint32_t)tensor->tensor.bytes;
  w->crc = ingot_crc32(ingot_crc32(0, header, headerSize), tensor->tensor.data, tensor->tensor.bytes);
  uint8_t local[LOCAL_SIZE];
  store_shared(store(store(local, LOCAL, 4), 20, 2), w);
  ingot_file_write(file, local, sizeof local);
  ingot_file_write(file, w->name, strlen(w->name));
  ingot_file_write(file, header, headerSize);
  ingot_file_write(file, tensor->tensor.data, tensor->tensor.bytes);
  return INGOT_OK;
}

static void write_directory(ingot_file *file, const written *entries, int32_t count) {
  uint64_t begin = file->written;
  for (int32_t i = 0; i < count; ++i) {
    uint8_t central[CENTRAL_SIZE] = {0};
    store_shared(store(store(store(central, CENTRAL, 4), 20, 2), 20, 2), &entries[i]);
    store(central + 42, entries[i].local, 4);
    ingot_file_write(file, central, sizeof central);
    ingot_file_write(file, entries[i].name, strlen(entries[i].name));
  }
  uint8_t end[END_SIZE] = {0};
  store(end, END, 4);
  store(end + 8, (uint64_t)count, 2);
  store(end + 10, (uint64_t)count, 2);
  store(end + 12, file->written - begin, 4);
  store(end + 16, begin, 4);
  ingot_file_write(file, end, sizeof end);
}

ingot_status ingot_npz_write(ingot_file *file, const ingot_named_tensor *tensors, int32_t count) {
  if (count > UINT16_MAX - 1)
    return ingot_error(INGOT_INVALID, "%d tensors are too many for a .npz file", count);
  written *entries = calloc(count ? (size_t)count : 1, sizeof *entries);
  if (!entries)
    return ingot_error(INGOT_FAILED, "out of memory");
  ingot_status status = INGOT_OK;
  for (int32_t i = 0; i < count && status == INGOT_OK; ++i)
    status = write_array(file, &tensors[i], &entries[i]);
  if (status == INGOT_OK)
    write_directory(file, entries, count);
  free(entries);
  return status;
}
