/* Rows of quantised weights with one rounded input in registers of 512 bits, on x86 with VNNI: two groups at a time. */
#pragma once
#include <immintrin.h>

#include "blocks.h"

typedef uint16_t u16x32 __attribute__((ext_vector_type(32)));

/* Sums over pairs of groups; several, since each would wait for the one before. */
typedef struct {
  f32x16 pairs[4];
} wide_sums;

/* Where a block's scale lies among the words of eight blocks, and behind it the minimum; 64 and more are in z2 and z3. */
CK_INLINE int head_place(int type, int i) { return i % 8 * ((int)block_bytes(type) / 2) + i / 8; }

/* The scales of eight small blocks and behind them the minima, gathered by permutations: inserts would cost more than
 * the products. */
CK_INLINE f32x16 eight_heads(int type, const uint8_t *b) {
  const int words = 4 * (int)block_bytes(type), count = has_minimum(type) ? 16 : 8;
  /* The third register ends with the blocks where a whole one would read beyond them. */
  const int third = words >= 96 ? 64 : words - 32;
  u16x32 near = 0, far = 0;
  __mmask32 beyond = 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) {
    int place = head_place(type, i);
    if (place < 64)
      near[i] = (uint16_t)place;
    else {
      far[i] = (uint16_t)(place - third);
      beyond |= (__mmask32)1 << i;
    }
  }
#if !CK_EMULATED
  /* Known indices would be taken apart into many small steps. */
  __asm__("" : "+v"(near), "+v"(far));
#endif
  __m512i heads = _mm512_permutex2var_epi16(_mm512_loadu_si512(b), (__m512i)near, _mm512_loadu_si512(b + 64));
  if (beyond) {
    __m512i z2 = _mm512_loadu_si512(b + third * 2);
    __m512i rest = words >= 128 ? _mm512_permutex2var_epi16(z2, (__m512i)far, _mm512_loadu_si512(b + 192))
                                : _mm512_permutexvar_epi16((__m512i)far, z2);
    heads = _mm512_mask_mov_epi16(heads, beyond, rest);
  }
  return widen_halves((u16x16)_mm512_castsi512_si256(heads));
}

CK_INLINE __m512i joined_halves(const uint8_t *low, const uint8_t *high) {
  return _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)low)),
                            _mm256_loadu_si256((const __m256i *)high), 1);
}

/* The stored numbers of two blocks that follow each other, or of groups g and g + 1 of a large one. */
CK_INLINE __m512i two_groups_of(int type, const uint8_t *b, size_t g) {
  const size_t size = block_bytes(type);
  const __m512i nibbles = _mm512_set1_epi8(15);
  if (type == CK_Q8_0) return joined_halves(b + 2, b + size + 2);
  if (type == CK_Q4_K || type == CK_Q5_K) {
    const uint8_t *q = b + size - 128 + g / 2 * 32;
    __m512i both = joined_halves(q, q);
    __m512i w = _mm512_and_si512(_mm512_srlv_epi64(both, _mm512_set_epi64(4, 4, 4, 4, 0, 0, 0, 0)), nibbles);
    if (type == CK_Q4_K) return w;
    long long first = (long long)g, second = (long long)g + 1;
    __m512i bits = _mm512_srlv_epi64(joined_halves(b + 16, b + 16), _mm512_set_epi64(second, second, second, second,
                                                                                     first, first, first, first));
    __mmask64 fifth = _mm512_test_epi8_mask(bits, _mm512_set1_epi8(1));
    return _mm512_mask_add_epi8(w, fifth, w, _mm512_set1_epi8(16));
  }
  const uint8_t *q = b + size - 16;
  __m256i stored = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)q)),
                                           _mm_loadu_si128((const __m128i *)(q + size)), 1);
  __m512i spread = _mm512_permutexvar_epi64(_mm512_set_epi64(3, 2, 3, 2, 1, 0, 1, 0), _mm512_castsi256_si512(stored));
  __m512i w = _mm512_and_si512(_mm512_srlv_epi64(spread, _mm512_set_epi64(4, 4, 0, 0, 4, 4, 0, 0)), nibbles);
  if (type == CK_Q4_0 || type == CK_Q4_1) return w;
  uint64_t fifth = CK_LOAD(uint32_t, q - 4) | (uint64_t)CK_LOAD(uint32_t, q + size - 4) << 32;
  return _mm512_mask_add_epi8(w, fifth, w, _mm512_set1_epi8(16));
}

/* Sixteen partial sums of 64 products, eight of each group. */
CK_INLINE f32x16 two_products(int type, const uint8_t *b, size_t g, const int8_t *x) {
  __m512i w = two_groups_of(type, b, g), input = _mm512_loadu_si512(x);
  if (type == CK_Q8_0) {
    __mmask64 negative = _mm512_movepi8_mask(w);
    input = _mm512_mask_sub_epi8(input, negative, _mm512_setzero_si512(), input);
    w = _mm512_abs_epi8(w);
  }
  return __builtin_convertvector((i32x16)_mm512_dpbusd_epi32(_mm512_setzero_si512(), w, input), f32x16);
}

/* Eight groups, whose scales are given. */
CK_INLINE void eight_products(int type, const uint8_t *b, const int8_t *x, f32x8 scale, wide_sums *sums) {
  __m512 scales = _mm512_castps256_ps512((__m256)scale);
#pragma clang loop unroll(full)
  for (int k = 0; k < 4; k++) {
    const int i = 2 * k, j = 2 * k + 1;
    const uint8_t *at = block_groups(type) == 8 ? b : b + i * block_bytes(type);
    __m512 pair = _mm512_permutexvar_ps(_mm512_set_epi32(j, j, j, j, j, j, j, j, i, i, i, i, i, i, i, i), scales);
    sums->pairs[k] = fused16(two_products(type, at, i, x + k * 64), (f32x16)pair, sums->pairs[k]);
  }
}

/* Two small blocks at the end of a row. */
CK_INLINE void last_products(int type, const uint8_t *b, const int8_t *x, float first, float second, wide_sums *sums) {
  __m512 pair = _mm512_mask_mov_ps(_mm512_set1_ps(first), 0xFF00, _mm512_set1_ps(second));
  sums->pairs[0] = fused16(two_products(type, b, 0, x), (f32x16)pair, sums->pairs[0]);
}
