/*===-- launch.c - how long a program takes and how much memory ---------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * usage: launch PROGRAM ARGUMENTS... Runs it without its output and prints the
 * wall-clock seconds from exec to exit, and its peak resident memory. A small
 * process of its own, because a child's peak includes that of the process that
 * it was forked from.
 *===------------------------------------------------------------------------===*/
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc < 2)
    return EXIT_FAILURE;
  struct timespec begin, end;
  struct rusage usage;
  int status;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  pid_t child = fork();
  if (child == 0) {
    dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
    execv(argv[1], argv + 1);
    _exit(127);
  }
  if (child < 0 || wait4(child, &status, 0, &usage) != child)
    return EXIT_FAILURE;
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("{\"seconds\": %.6f, \"peak_kib\": %ld}\n",
         (double)(end.tv_sec - begin.tv_sec) + 1e-9 * (double)(end.tv_nsec - begin.tv_nsec), usage.ru_maxrss);
  return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}
