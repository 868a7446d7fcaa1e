/* Products of quantised rows with one rounded input: decoding. */
#pragma once
#include "blocks.h"

#define CK_WIDE_ROWS (CK_WIDE && CK_VNNI)
#if CK_WIDE_ROWS
#include "fast_rows_wide.h"
#endif
#if defined(__x86_64__) && !CK_PORTABLE
#include "fast_groups_x86.h"
#else
#include "fast_groups.h"
#endif

/* Several sums, since each would wait for the one before. */
#define CK_CHAINS 4

typedef struct {
  f32x8 minimum;
  lanes_f product[CK_CHAINS];
#if CK_WIDE_ROWS
  wide_sums wide;
#endif
} row_sums;

/* The halves at eight places, step bytes apart; put together as whole numbers, which costs less than as a vector. */
CK_INLINE f32x8 eight_halves(const uint8_t *p, size_t step) {
  uint64_t words[2];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < 2; i++) {
    const uint8_t *at = p + i * 4 * step;
    words[i] = CK_LOAD(uint16_t, at) | (uint64_t)CK_LOAD(uint16_t, at + step) << 16 |
               (uint64_t)CK_LOAD(uint16_t, at + 2 * step) << 32 | (uint64_t)CK_LOAD(uint16_t, at + 3 * step) << 48;
  }
  return widen_halves8(CK_LOAD(u16x8, words));
}

CK_INLINE lanes_f group_product(int type, const uint8_t *b, size_t g, const int8_t *x, half_factors factors) {
  return __builtin_convertvector(group_products(type, b, g, x, factors), lanes_f);
}

/* Whether the kernel of wide registers knows a type. */
CK_INLINE int has_wide_rows(int type) {
#if CK_WIDE_ROWS
  return !has_half_scales(type) && (type == CK_Q8_0 || !is_signed_type(type)) && !is_ternary(type);
#else
  (void)type;
  return 0;
#endif
}

/* Eight groups of 32: eight small blocks, or one large one. */
CK_INLINE void eight_groups(int type, const uint8_t *b, ck_quantized x, row_sums *sums) {
  f32x8 input = CK_LOAD(f32x8, x.scale), scale;
  half_factors factors = factors_of((i8x16)0);
  if (has_half_scales(type)) {
    i8x16 whole = half_scales(type, b);
    factors = factors_of(whole);
    float d = half_factor(type, b), factor = d * -(float)block_offset(type);
    f32x16 halves = widen_signed(whole);
    if (type == CK_Q2_K) {
      halves = widen_bytes(CK_LOAD(u8x16, b) >> 4);
      factor = -widen_half(b + 82);
    }
    halves *= CK_LOAD(f32x16, x.half_sum);
    sums->minimum = fused8(halves.even + halves.odd, (f32x8)factor, sums->minimum);
    scale = input * d;
  } else if (type == CK_Q4_K || type == CK_Q5_K) {
    block_scales scales;
    read_scales(type, b, &scales);
    scale = CK_LOAD(f32x8, scales.scale) * input;
    sums->minimum = fused8(CK_LOAD(f32x8, scales.minimum), CK_LOAD(f32x8, x.sum), sums->minimum);
  } else if (block_groups(type) == 8) {
    block_scales scales;
    read_scales(type, b, &scales);
    scale = CK_LOAD(f32x8, scales.scale) * input;
    if (block_offset(type))
      sums->minimum = fused8(CK_LOAD(f32x8, scales.scale) * -(float)block_offset(type), CK_LOAD(f32x8, x.sum), sums->minimum);
  } else if (type == CK_MXFP4) {
    f32x8 d;
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 8; i++) d[i] = small_scale(type, b + i * block_bytes(type));
    scale = d * input;
  } else {
#if CK_WIDE_ROWS
    f32x16 heads = eight_heads(type, b);
    f32x8 d = heads.lo, minimum = heads.hi;
#else
    f32x8 d = eight_halves(b, block_bytes(type)), minimum = 0;
    if (has_minimum(type)) minimum = eight_halves(b + 2, block_bytes(type));
#endif
    scale = d * input;
    if (has_minimum(type))
      sums->minimum = fused8(minimum, CK_LOAD(f32x8, x.sum), sums->minimum);
    else if (block_offset(type))
      sums->minimum = fused8(d * -(float)block_offset(type), CK_LOAD(f32x8, x.sum), sums->minimum);
  }
#if CK_WIDE_ROWS
  if (has_wide_rows(type)) {
    eight_products(type, b, x.q, scale, &sums->wide);
    return;
  }
#endif
  float scales[8];
  CK_STORE(scales, scale);
#if defined(__x86_64__)
  /* Spread from memory a number costs a load; the compiler would spread them in registers, two steps for each. */
  __asm__("" : "+m"(scales));
#endif
#pragma clang loop unroll(full)
  for (size_t g = 0; g < 8; g++) {
    lanes_f product = block_groups(type) == 8
                          ? group_product(type, b, g, x.q + g * 32, factors)
                          : group_product(type, b + g * block_bytes(type), 0, x.q + g * 32, factors);
    sums->product[g % CK_CHAINS] = lanes_fused(product, (lanes_f)scales[g], sums->product[g % CK_CHAINS]);
  }
}

/* A single small block; gives what its minimum adds. */
CK_INLINE float one_group(int type, const uint8_t *b, ck_quantized x, row_sums *sums) {
  float d = small_scale(type, b);
  float minimum = has_minimum(type) ? widen_half(b + 2) : d * -(float)block_offset(type);
  lanes_f product = group_product(type, b, 0, x.q, factors_of((i8x16)0));
  sums->product[0] = lanes_fused(product, (lanes_f)(d * x.scale[0]), sums->product[0]);
  return minimum * x.sum[0];
}

/* One row: eight sums, which remain to be added up, and what the last groups of a row add by itself. */
CK_INLINE f32x8 row_of(int type, const uint8_t *b, size_t columns, ck_quantized input) {
  size_t step = block_groups(type) == 8 ? block_bytes(type) : 8 * block_bytes(type);
  row_sums sums = {0};
  size_t groups = columns / 32;
  for (; groups >= 8; groups -= 8, b += step) {
    /* The next page comes while this one is multiplied: the processor does not look beyond a page by itself. */
    for (size_t i = 0; i < step; i += 64) __builtin_prefetch(b + 4096 + i, 0, 3);
    eight_groups(type, b, input, &sums);
    input.q += 256, input.scale += 8, input.sum += 8, input.half_sum += 16;
  }
  float rest = 0;
#if CK_WIDE_ROWS
  for (; has_wide_rows(type) && block_groups(type) == 1 && groups >= 2; groups -= 2, b += 2 * block_bytes(type)) {
    const uint8_t *next = b + block_bytes(type);
    float first = widen_half(b), second = widen_half(next);
    if (has_minimum(type))
      rest += widen_half(b + 2) * input.sum[0] + widen_half(next + 2) * input.sum[1];
    else if (block_offset(type))
      rest -= (first * input.sum[0] + second * input.sum[1]) * (float)block_offset(type);
    last_products(type, b, input.q, first * input.scale[0], second * input.scale[1], &sums.wide);
    input.q += 64, input.scale += 2, input.sum += 2;
  }
#endif
  for (; block_groups(type) == 1 && groups; groups--, b += block_bytes(type)) {
    rest += one_group(type, b, input, &sums);
    input.q += 32, input.scale++, input.sum++;
  }
  lanes_f product = (sums.product[0] + sums.product[1]) + (sums.product[2] + sums.product[3]);
#if CK_WIDE_ROWS
  const f32x16 *pairs = sums.wide.pairs;
  f32x16 all = (pairs[0] + pairs[1]) + (pairs[2] + pairs[3]);
  f32x8 total = in_eight(product) + sums.minimum + (all.lo + all.hi);
#else
  f32x8 total = sums.minimum + in_eight(product);
#endif
  total.x += rest;
  return total;
}

CK_INLINE void fast_of(int type, const uint8_t *w, size_t row_bytes, size_t rows, size_t columns, ck_quantized x,
                       float *y) {
  for (size_t r = 0; r < rows; r += 8) {
    size_t count = rows - r < 8 ? rows - r : 8;
    f32x8 sums[8] = {0};
    for (size_t i = 0; i < count; i++) sums[i] = row_of(type, w + (r + i) * row_bytes, columns, x);
    f32x8 eight = sums_of_eight(sums);
    memcpy(y + r, &eight, count * sizeof(float));
  }
}

static void fast_any(ck_type type, const uint8_t *w, size_t row_bytes, size_t rows, size_t columns, ck_quantized x,
                     float *y) {
#define CK_CALL(t)                                   \
  fast_of(t, w, row_bytes, rows, columns, x, y); \
  return
  switch (type) {
    CK_QUANTIZED_CASES(CK_CALL)
    default: return;
  }
#undef CK_CALL
}
