/* The kernels for NEON with the products of whole numbers. */
#include "kernels.h"

#if defined(__aarch64__)
#define CK_FUSED 1
#define CK_HALF 1
#include <arm_neon.h>

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#include "dots_neon.h"
#include "kernel_table.h"
#pragma clang attribute pop

const ck_kernels ck_kernels_neon = CK_KERNELS;
#endif
