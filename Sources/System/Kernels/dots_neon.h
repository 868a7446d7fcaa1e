/* Products of whole numbers on ARM, where both sides have signs and weights of at most six bits fit as they are. */
#pragma once
#include <arm_neon.h>

#include "vectors.h"

typedef int32_t lanes_i __attribute__((ext_vector_type(4)));
typedef float lanes_f __attribute__((ext_vector_type(4)));
CK_INLINE lanes_f lanes_fused(lanes_f a, lanes_f b, lanes_f c) { return __builtin_elementwise_fma(a, b, c); }
CK_INLINE f32x8 in_eight(lanes_f v) { return __builtin_shufflevector(v, (lanes_f)0, 0, 1, 2, 3, 4, 5, 6, 7); }

/* The numbers of a table of sixteen. */
CK_INLINE u8x16 looked_up(u8x16 table, u8x16 index) { return (u8x16)vqtbl1q_u8((uint8x16_t)table, (uint8x16_t)index); }

CK_INLINE int32x4_t dot16(int32x4_t sum, u8x16 w, const int8_t *x) { return vdotq_s32(sum, (int8x16_t)w, vld1q_s8(x)); }

/* Four partial sums of 32 products. */
CK_INLINE lanes_i dot_unsigned(u8x16 low, u8x16 high, const int8_t *x) {
  return (lanes_i)dot16(dot16(vdupq_n_s32(0), low, x), high, x + 16);
}

CK_INLINE lanes_i dot_signed(u8x16 low, u8x16 high, const int8_t *x) { return dot_unsigned(low, high, x); }

/* The same with a factor for each half. */
CK_INLINE lanes_i dot_halves(u8x16 low, u8x16 high, const int8_t *x, int first, int second) {
  int32x4_t a = dot16(vdupq_n_s32(0), low, x), b = dot16(vdupq_n_s32(0), high, x + 16);
  return (lanes_i)vmlaq_n_s32(vmulq_n_s32(a, first), b, second);
}

/* Panels of eight rows: two registers hold four weights of each. */
#define PANEL_ROWS 8
typedef i32x8 panel_i;
typedef f32x8 panel_f;
#define panel_fused fused8
#define PANEL_SIGNED_OFFSET 0

CK_INLINE void panel_dots(const int is_signed, const int together, const int groups, const size_t n, const uint8_t *w,
                          const int8_t *x, size_t x_stride, panel_i *sums) {
  (void)is_signed;
  (void)together;
  int32x4_t low[8], high[8];
  for (size_t c = 0; c < n; c++) low[c] = high[c] = vdupq_n_s32(0);
#pragma clang loop unroll(full)
  for (int g = 0; g < groups; g += 4) {
    int8x16_t input[8];
    for (size_t c = 0; c < n; c++) input[c] = vld1q_s8(x + c * x_stride + g * 4);
#define CK_LANE(lane)                                                      \
  {                                                                        \
    int8x16_t a = vld1q_s8((const int8_t *)w + (g + lane) * 32);           \
    int8x16_t b = vld1q_s8((const int8_t *)w + (g + lane) * 32 + 16);      \
    for (size_t c = 0; c < n; c++) {                                       \
      low[c] = vdotq_laneq_s32(low[c], a, input[c], lane);                 \
      high[c] = vdotq_laneq_s32(high[c], b, input[c], lane);               \
    }                                                                      \
  }
    CK_LANE(0)
    CK_LANE(1)
    CK_LANE(2)
    CK_LANE(3)
#undef CK_LANE
  }
  for (size_t c = 0; c < n; c++) {
    CK_STORE((int32_t *)&sums[c], low[c]);
    CK_STORE((int32_t *)&sums[c] + 4, high[c]);
  }
}
