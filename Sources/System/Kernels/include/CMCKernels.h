#pragma once
#include <stddef.h>
#include <stdint.h>

/* Instruction sets a kernel exists for; a kernel of whole numbers gives the same result on each. */
typedef enum {
  CK_ISA_SCALAR = 0,
  CK_ISA_AVX2 = 1,       /* AVX2, FMA, F16C */
  CK_ISA_AVX512 = 2,     /* F, BW, VL */
  CK_ISA_AVX512VNNI = 3, /* and VNNI */
  CK_ISA_NEON = 4,       /* with dotprod */
} ck_isa;

/* Tells the processor that a loop waits for another thread. */
static inline void ck_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/* The best instruction set of this processor. */
ck_isa ck_best_isa(void);

/*
 * Finds the signatures that two strings within an edit distance of `bound` may have.
 *
 * A signature has a bit for each kind of character that occurs in a string, so the larger number of bits that one of
 * two signatures has and the other lacks is a lower bound of the edit distance of the strings.
 *
 * signatures: count of them; out: room for count indices. Returns how many indices, ascending, were written.
 */
size_t ck_filter_signatures(const uint64_t *signatures, size_t count, uint64_t query, uint32_t bound, uint32_t *out,
                            ck_isa isa);

#include "CKernelsLinear.h"
#include "CKernelsTransport.h"
#include "CKernelsTraining.h"
