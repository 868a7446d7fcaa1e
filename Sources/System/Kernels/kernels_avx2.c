/* The kernels for AVX2. */
#include "kernels.h"

#if defined(__x86_64__)
#define CK_FUSED 1
#define CK_HALF 1
#define CK_WIDE 0
#define CK_VNNI 0
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "dots_x86.h"
#include "kernel_table.h"
#pragma clang attribute pop

const ck_kernels ck_kernels_avx2 = CK_KERNELS;
#endif
