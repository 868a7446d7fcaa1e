/* Rounding of inputs to eight bits in blocks of 32: what the fast products multiply with. */
#pragma once
#include "CMCKernels.h"
#include "vectors.h"

/*
 * A block's scale is its largest magnitude / 127; numbers are rounded to the nearest, ties to even. No operation here
 * depends on the instruction set. A block with a number that is not finite has no scale, so that products show it.
 */
static void quantize_any(const float *x, size_t count, ck_quantized out) {
  const float shift = 12582912; /* 1.5 · 2²³: adding it rounds to a whole number, which is in the low bits then */
  for (size_t b = 0; b < count / 32; b++, x += 32) {
    f32x16 low = CK_LOAD(f32x16, x), high = CK_LOAD(f32x16, x + 16);
    f32x16 largest = __builtin_elementwise_max(__builtin_elementwise_abs(low), __builtin_elementwise_abs(high));
    f32x8 eight = __builtin_elementwise_max(largest.lo, largest.hi);
    float most = 0;
    for (size_t i = 0; i < 8; i++) most = eight[i] > most ? eight[i] : most;
    float finite = sum16((low + high) * 0);
    float factor = most > 0 ? 127 / most : 0;
    i32x16 a = (i32x16)(low * factor + shift) - (i32x16)(f32x16)shift;
    i32x16 c = (i32x16)(high * factor + shift) - (i32x16)(f32x16)shift;
    CK_STORE(out.q + b * 32, __builtin_convertvector(a, i8x16));
    CK_STORE(out.q + b * 32 + 16, __builtin_convertvector(c, i8x16));
    int32_t first = 0, second = 0;
    for (size_t i = 0; i < 16; i++) first += a[i], second += c[i];
    float scale = most / 127 + finite;
    out.scale[b] = scale;
    out.sum[b] = scale * (float)(first + second);
    out.half_sum[2 * b] = scale * (float)first;
    out.half_sum[2 * b + 1] = scale * (float)second;
  }
}
