/* The kernels for AVX-512 with VNNI. */
#include "kernels.h"

#if defined(__x86_64__)
#define CK_FUSED 1
#define CK_HALF 1
#define CK_WIDE 1
#define CK_VNNI 1
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,fma,f16c"))), apply_to = function)
#include "dots_x86.h"
#include "kernel_table.h"
#pragma clang attribute pop

const ck_kernels ck_kernels_avx512vnni = CK_KERNELS;
#endif
