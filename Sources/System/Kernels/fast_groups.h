/* Products of a group of 32 stored numbers with an input, where halves of a group are unpacked apart. */
#pragma once
#include "blocks.h"

/* Scales of the halves of groups. */
typedef struct {
  int8_t scale[16];
} half_factors;

CK_INLINE half_factors factors_of(i8x16 scales) {
  half_factors factors;
  CK_STORE(factors.scale, scales);
  return factors;
}

/* Partial sums of the 32 products of a group, which halves of groups with scales have applied already. */
CK_INLINE lanes_i group_products(int type, const uint8_t *b, size_t g, const int8_t *x, half_factors factors) {
  u8x16 low, high;
  unpack(type, b, g, &low, &high, 0);
  if (has_half_scales(type)) return dot_halves(low, high, x, factors.scale[2 * g], factors.scale[2 * g + 1]);
  return is_signed_type(type) ? dot_signed(low, high, x) : dot_unsigned(low, high, x);
}
