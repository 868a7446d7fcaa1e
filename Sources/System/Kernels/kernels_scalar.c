/* The kernels in portable C. */
#include "kernels.h"

#define CK_FUSED 0
#define CK_HALF 0
#define CK_PORTABLE 1
#include "dots_scalar.h"
#include "kernel_table.h"

const ck_kernels ck_kernels_scalar = CK_KERNELS;
