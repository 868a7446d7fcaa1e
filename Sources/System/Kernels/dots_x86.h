/* Products of whole numbers on x86: signed bytes of the input with unsigned or signed bytes of the weights. */
#pragma once
#include <immintrin.h>

#include "vectors.h"

typedef i32x8 lanes_i;
typedef f32x8 lanes_f;
#define lanes_fused fused8
#define in_eight(v) (v)

/* The numbers of a table of sixteen. */
CK_INLINE u8x16 looked_up(u8x16 table, u8x16 index) { return (u8x16)_mm_shuffle_epi8((__m128i)table, (__m128i)index); }

CK_INLINE __m256i joined(u8x16 low, u8x16 high) { return _mm256_set_m128i((__m128i)high, (__m128i)low); }
CK_INLINE __m256i inputs(const int8_t *x) { return _mm256_loadu_si256((const __m256i *)x); }

/* Pairs of products stay within 16 bits: at most 2 · 63 · 127 with unsigned weights, 2 · 128 · 127 with signed ones. */
CK_INLINE __m256i dot_bytes(__m256i w, __m256i x) {
#if CK_VNNI
  return _mm256_dpbusd_epi32(_mm256_setzero_si256(), w, x);
#else
  return _mm256_madd_epi16(_mm256_maddubs_epi16(w, x), _mm256_set1_epi16(1));
#endif
}

CK_INLINE int32_t four_inputs(const int8_t *x) { return CK_LOAD(int32_t, x); }

#if CK_WIDE

/* Panels of sixteen rows: a register holds four weights of each. */
#define PANEL_ROWS 16
typedef i32x16 panel_i;
typedef f32x16 panel_f;
#define panel_fused fused16

#if CK_VNNI
/* Signed weights are stored 128 larger, so that every type is unsigned here. */
#define PANEL_SIGNED_OFFSET 128
#else
#define PANEL_SIGNED_OFFSET 0
#endif

CK_INLINE void panel_dots(const int is_signed, const int together, const int groups, const size_t n, const uint8_t *w,
                          const int8_t *x, size_t x_stride, panel_i *sums) {
#if CK_VNNI
  (void)is_signed;
  (void)together;
  for (size_t c = 0; c < n; c++) sums[c] = (panel_i)0;
#pragma clang loop unroll(full)
  for (int g = 0; g < groups; g++) {
    __m512i weights = _mm512_loadu_si512(w + g * 64);
    for (size_t c = 0; c < n; c++) {
      __m512i input = _mm512_set1_epi32(four_inputs(x + c * x_stride + g * 4));
      sums[c] = (panel_i)_mm512_dpbusd_epi32((__m512i)sums[c], weights, input);
    }
  }
#else
  __m512i pairs[8];
  for (size_t c = 0; c < n; c++) sums[c] = (panel_i)0;
#pragma clang loop unroll(full)
  for (int g = 0; g < groups; g++) {
    __m512i weights = _mm512_loadu_si512(w + g * 64);
    __mmask64 negative = is_signed ? _mm512_movepi8_mask(weights) : 0;
    __m512i magnitude = is_signed ? _mm512_abs_epi8(weights) : weights;
    for (size_t c = 0; c < n; c++) {
      __m512i input = _mm512_set1_epi32(four_inputs(x + c * x_stride + g * 4));
      if (is_signed) input = _mm512_mask_sub_epi8(input, negative, _mm512_setzero_si512(), input);
      __m512i products = _mm512_maddubs_epi16(magnitude, input);
      pairs[c] = g % together == 0 ? products : _mm512_add_epi16(pairs[c], products);
      if (g % together == together - 1)
        sums[c] += (panel_i)_mm512_madd_epi16(pairs[c], _mm512_set1_epi16(1));
    }
  }
#endif
}

#else

/* Panels of eight rows: a register holds four weights of each. */
#define PANEL_ROWS 8
typedef i32x8 panel_i;
typedef f32x8 panel_f;
#define panel_fused fused8
#define PANEL_SIGNED_OFFSET 0

/*
 * Products of four weights a row with four inputs of each of n columns, over some groups of four. Pairs are added up in
 * 16 bits for as many groups as the largest weight allows (8 · 2 · 15 · 127 < 2¹⁵), which halves the instructions.
 */
CK_INLINE void panel_dots(const int is_signed, const int together, const int groups, const size_t n, const uint8_t *w,
                          const int8_t *x, size_t x_stride, panel_i *sums) {
  __m256i pairs[8];
#pragma clang loop unroll(full)
  for (int g = 0; g < groups; g++) {
    __m256i weights = _mm256_loadu_si256((const __m256i *)(w + g * 32));
    __m256i magnitude = is_signed ? _mm256_abs_epi8(weights) : weights;
    for (size_t c = 0; c < n; c++) {
      __m256i input = _mm256_set1_epi32(four_inputs(x + c * x_stride + g * 4));
      if (is_signed) input = _mm256_sign_epi8(input, weights);
      __m256i products = _mm256_maddubs_epi16(magnitude, input);
      pairs[c] = g % together == 0 ? products : _mm256_add_epi16(pairs[c], products);
      if (g % together == together - 1) {
        panel_i whole = (panel_i)_mm256_madd_epi16(pairs[c], _mm256_set1_epi16(1));
        sums[c] = g < together ? whole : sums[c] + whole;
      }
    }
  }
}

#endif
