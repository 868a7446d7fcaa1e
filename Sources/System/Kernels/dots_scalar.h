/* Products of whole numbers in portable C. */
#pragma once
#include "vectors.h"

typedef int32_t lanes_i __attribute__((ext_vector_type(4)));
typedef float lanes_f __attribute__((ext_vector_type(4)));
CK_INLINE lanes_f lanes_fused(lanes_f a, lanes_f b, lanes_f c) { return a * b + c; }
CK_INLINE f32x8 in_eight(lanes_f v) { return __builtin_shufflevector(v, (lanes_f)0, 0, 1, 2, 3, 4, 5, 6, 7); }

/* The numbers of a table of sixteen. */
CK_INLINE u8x16 looked_up(u8x16 table, u8x16 index) {
  u8x16 found;
  for (size_t i = 0; i < 16; i++) found[i] = table[index[i]];
  return found;
}

CK_INLINE int32_t dot_sixteen(i8x16 w, const int8_t *x) {
  int32_t sum = 0;
  for (size_t i = 0; i < 16; i++) sum += (int32_t)w[i] * x[i];
  return sum;
}

CK_INLINE lanes_i dot_signed(u8x16 low, u8x16 high, const int8_t *x) {
  return (lanes_i){dot_sixteen((i8x16)low, x), dot_sixteen((i8x16)high, x + 16), 0, 0};
}

/* Weights of at most six bits are the same with a sign. */
CK_INLINE lanes_i dot_unsigned(u8x16 low, u8x16 high, const int8_t *x) { return dot_signed(low, high, x); }

CK_INLINE lanes_i dot_halves(u8x16 low, u8x16 high, const int8_t *x, int first, int second) {
  return dot_signed(low, high, x) * (lanes_i){first, second, 0, 0};
}

#define PANEL_ROWS 8
typedef i32x8 panel_i;
typedef f32x8 panel_f;
#define panel_fused fused8
#define PANEL_SIGNED_OFFSET 0

CK_INLINE void panel_dots(const int is_signed, const int together, const int groups, const size_t n, const uint8_t *w,
                          const int8_t *x, size_t x_stride, panel_i *sums) {
  (void)is_signed;
  (void)together;
  for (size_t c = 0; c < n; c++) {
    sums[c] = (panel_i)0;
    for (size_t k = 0; k < (size_t)groups * 4; k++) {
      for (size_t r = 0; r < 8; r++) sums[c][r] += (int32_t)(int8_t)w[k / 4 * 32 + r * 4 + k % 4] * x[c * x_stride + k];
    }
  }
}
