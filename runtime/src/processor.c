/*===-- processor.c - the processor that the model runs on --------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "processor.h"
#include "context.h"
#include "error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>

/* The registers that the operating system saves. */
static uint64_t read_xcr0(void) {
  uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

static bool has(uint32_t word, uint32_t bits) { return (word & bits) == bits; }

int32_t ingot_processor_level(void) {
  enum { AVX_STATE = 0x6, AVX512_STATE = 0xe6 };
  uint32_t eax, ebx, ecx, edx, features, extended = 0, more = 0;
  if (!__get_cpuid(1, &eax, &ebx, &features, &edx))
    return 1;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx))
    extended = ebx;
  if (__get_cpuid(0x80000001u, &eax, &ebx, &ecx, &edx))
    more = ecx;
  if (!has(features, bit_SSE3 | bit_SSSE3 | bit_CMPXCHG16B | bit_SSE4_1 | bit_SSE4_2 | bit_POPCNT) ||
      !has(more, bit_LAHF_LM))
    return 1;
  if (!has(features, bit_FMA | bit_MOVBE | bit_OSXSAVE | bit_AVX | bit_F16C) ||
      !has(extended, bit_AVX2 | bit_BMI | bit_BMI2) || !has(more, bit_LZCNT) ||
      (read_xcr0() & AVX_STATE) != AVX_STATE)
    return 2;
  if (!has(extended, bit_AVX512F | bit_AVX512BW | bit_AVX512CD | bit_AVX512DQ | bit_AVX512VL) ||
      (read_xcr0() & AVX512_STATE) != AVX512_STATE)
    return 3;
  return 4;
}

#else

int32_t ingot_processor_level(void) { return 0; }

#endif

ingot_status ingot_chosen_level(int32_t *level) {
  static const char prefix[] = "x86-64-v";
  *level = ingot_processor_level();
  if (*level < 2)
    return ingot_error(INGOT_FAILED, "this processor lacks x86-64-v2, the least that the model was compiled for");
  const char *asked = getenv("INGOT_TARGET");
  if (!asked || !*asked)
    return INGOT_OK;
  size_t length = sizeof prefix - 1;
  if (strncmp(asked, prefix, length) || asked[length] < '2' || asked[length] > '4' || asked[length + 1])
    return ingot_error(INGOT_INVALID, "INGOT_TARGET: expected x86-64-v2, x86-64-v3 or x86-64-v4 but got '%s'", asked);
  if (asked[length] - '0' > *level)
    return ingot_error(INGOT_INVALID, "INGOT_TARGET: '%s' is more than this processor's x86-64-v%d", asked, *level);
  *level = asked[length] - '0';
  return INGOT_OK;
}

int32_t ingot_rt_processor_level(ingot_context *context) {
  static _Atomic int32_t known;
  int32_t level = atomic_load_explicit(&known, memory_order_relaxed);
  if (level)
    return level;
  if (ingot_chosen_level(&level) != INGOT_OK)
    ingot_escape(context);
  atomic_store_explicit(&known, level, memory_order_relaxed);
  return level;
}

/* Linux gives the registers to a whole process, and to those that ask only: Documentation/arch/x86/xstate.rst. */
void ingot_rt_request_amx(ingot_context *context) {
  static _Atomic bool granted;
  if (atomic_load_explicit(&granted, memory_order_relaxed))
    return;
#if defined(__x86_64__)
  enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
  long failed = syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA);
  const char *reason = failed ? strerror(errno) : NULL;
#else
  const char *reason = "not an x86-64 processor";
#endif
  if (reason) {
    ingot_error(INGOT_FAILED,
                "the model was compiled for a processor with tile registers (AMX), but there are none: %s", reason);
    ingot_escape(context);
  }
  atomic_store_explicit(&granted, true, memory_order_relaxed);
}
