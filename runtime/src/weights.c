/*===-- weights.c - a model's weights, embedded or in a file ----------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "weights.h"

#include "error.h"
#include "hash.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Puts into `path` the file that is mapped at `address`: the executable or shared object, by its absolute path and
 * whatever folder the program is in by now. */
static bool find_artifact(const void *address, char *path, size_t size) {
  FILE *maps = fopen("/proc/self/maps", "re");
  if (!maps)
    return false;
  bool found = false;
  char line[PATH_MAX + 128];
  while (!found && fgets(line, sizeof line, maps)) {
    unsigned long begin, end;
    int name = 0;
    if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %n", &begin, &end, &name) < 2 || !name || line[name] != '/')
      continue;
    if ((uintptr_t)address < begin || (uintptr_t)address >= end)
      continue;
    line[strcspn(line, "\n")] = '\0';
    found = snprintf(path, size, "%s", line + name) < (int)size;
  }
  fclose(maps);
  return found;
}

static ingot_status locate(const ingot_model *model, char *path, size_t size) {
  /* The function, not the object: the linker may have copied the object into the program that refers to it. */
  if (!find_artifact((const void *)(uintptr_t)model->run, path, size))
    return ingot_error(INGOT_FAILED, "cannot tell which file holds model '%s': give the path of its weights '%s'",
                       model->name, model->weights_file);
  char *slash = strrchr(path, '/');
  size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
  if (snprintf(path + folder, size - folder, "%s", model->weights_file) >= (int)(size - folder))
    return ingot_error(INGOT_FAILED, "the path of the weights '%s' is too long", model->weights_file);
  return INGOT_OK;
}

static ingot_status map_file(int file, const ingot_model *model, ingot_weights *weights) {
  struct stat info;
  if (fstat(file, &info))
    return ingot_error(INGOT_FAILED, "%s", strerror(errno));
  if (!S_ISREG(info.st_mode))
    return ingot_error(INGOT_FAILED, "not a regular file");
  if ((uint64_t)info.st_size != model->weights_bytes)
    return ingot_error(INGOT_FAILED, "expected %llu bytes of weights but the file has %llu",
                       (unsigned long long)model->weights_bytes, (unsigned long long)info.st_size);
  if (info.st_size == 0)
    return INGOT_OK;
  void *data = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  if (data == MAP_FAILED)
    return ingot_error(INGOT_FAILED, "cannot map %llu bytes: %s", (unsigned long long)info.st_size, strerror(errno));
  weights->data = data;
  weights->mapped = (uint64_t)info.st_size;
  return INGOT_OK;
}

static ingot_status check_content(const ingot_model *model, ingot_weights *weights) {
  uint64_t hash = model->weights_hash ? ingot_hash(weights->data, model->weights_bytes) : 0;
  if (hash == model->weights_hash)
    return INGOT_OK;
  ingot_weights_close(weights);
  return ingot_error(INGOT_FAILED, "these are not the weights of model '%s': expected hash %016llx but got %016llx",
                     model->name, (unsigned long long)model->weights_hash, (unsigned long long)hash);
}

/* Each run walks all of a large model's weights: huge pages save TLB misses, and most of the page faults at start. Of
 * a file, the kernel has them where the file system does. */
static void advise_huge_pages(const ingot_model *model, const ingot_weights *weights) {
#ifdef MADV_HUGEPAGE
  const uintptr_t page = 2 << 20;
  uintptr_t begin = ((uintptr_t)weights->data + page - 1) & ~(page - 1);
  uintptr_t end = ((uintptr_t)weights->data + model->weights_bytes) & ~(page - 1);
  if (weights->data && begin < end)
    (void)madvise((void *)begin, end - begin, MADV_HUGEPAGE);
#else
  (void)model, (void)weights;
#endif
}

ingot_status ingot_weights_open(const ingot_model *model, const char *path, ingot_weights *weights) {
  *weights = (ingot_weights){model->weights, 0};
  if (model->weights)
    advise_huge_pages(model, weights);
  if (model->weights || !model->weights_file)
    return INGOT_OK;
  char beside[PATH_MAX];
  if (!path) {
    if (locate(model, beside, sizeof beside) != INGOT_OK)
      return INGOT_FAILED;
    path = beside;
  }
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return ingot_error(INGOT_FAILED, "%s: cannot open the weights of model '%s': %s", path, model->name,
                       strerror(errno));
  ingot_status status = map_file(file, model, weights);
  close(file);
  if (status == INGOT_OK)
    advise_huge_pages(model, weights); /* before the first read */
  if (status == INGOT_OK)
    status = check_content(model, weights);
  return status == INGOT_OK ? status : ingot_error_in(status, path);
}

void ingot_weights_close(ingot_weights *weights) {
  if (weights->mapped)
    munmap((void *)weights->data, weights->mapped);
  *weights = (ingot_weights){0};
}
