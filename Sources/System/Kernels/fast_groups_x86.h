/* Groups of 32 stored numbers in one register of 256 bits, on x86: halves that are unpacked apart would have to be joined. */
#pragma once
#include <immintrin.h>

#include "blocks.h"

CK_INLINE __m256i bytes_32(const uint8_t *p) { return _mm256_loadu_si256((const __m256i *)p); }

/* Sixteen bytes in both halves. */
CK_INLINE __m256i bytes_twice(const void *p) { return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)p)); }

/* The low four bits of sixteen bytes, and behind them the high ones. */
CK_INLINE __m256i nibbles_of(const uint8_t *p) {
  __m256i shifted = _mm256_srlv_epi64(bytes_twice(p), _mm256_set_epi64x(4, 4, 0, 0));
  return _mm256_and_si256(shifted, _mm256_set1_epi8(15));
}

/* Bytes with 16 where one of 32 bits is set. */
CK_INLINE __m256i fifth_bits_32(const uint8_t *p) {
  const __m256i byte_of = _mm256_set_epi64x(0x0303030303030303, 0x0202020202020202, 0x0101010101010101, 0);
  const __m256i bit_of = _mm256_set1_epi64x((long long)0x8040201008040201);
  __m256i spread = _mm256_shuffle_epi8(_mm256_set1_epi32(CK_LOAD(int32_t, p)), byte_of);
  __m256i is_set = _mm256_cmpeq_epi8(_mm256_and_si256(spread, bit_of), bit_of);
  return _mm256_and_si256(is_set, _mm256_set1_epi8(16));
}

/* Some bits of 32 bytes, from a place on. */
CK_INLINE __m256i bits_at(__m256i bytes, int place, int mask) {
  return _mm256_and_si256(_mm256_srli_epi16(bytes, place), _mm256_set1_epi8((char)mask));
}

/* What unpack gives, in one register. */
CK_INLINE __m256i group_of(int type, const uint8_t *b, size_t g) {
  const size_t size = block_bytes(type);
  const int at = (int)g;
  switch (type) {
    case CK_Q8_0: return bytes_32(b + 2);
    case CK_Q4_0:
    case CK_Q4_1: return nibbles_of(b + size - 16);
    case CK_Q5_0:
    case CK_Q5_1: return _mm256_or_si256(nibbles_of(b + size - 16), fifth_bits_32(b + size - 20));
    case CK_Q4_K:
    case CK_Q5_K: {
      __m256i w = bits_at(bytes_32(b + size - 128 + g / 2 * 32), at % 2 * 4, 15), fifth = bytes_32(b + 16);
      if (type == CK_Q4_K) return w;
      __m256i placed = at < 4 ? _mm256_slli_epi16(fifth, 4 - at) : _mm256_srli_epi16(fifth, at - 4);
      return _mm256_or_si256(w, _mm256_and_si256(placed, _mm256_set1_epi8(16)));
    }
    case CK_IQ4_NL:
    case CK_IQ4_XS:
    case CK_MXFP4: {
      const uint8_t *q = b + (type == CK_IQ4_NL ? 2 : type == CK_MXFP4 ? 1 : 8 + 16 * g);
      return _mm256_shuffle_epi8(bytes_twice(type == CK_MXFP4 ? mxfp4_numbers : iq4_numbers), nibbles_of(q));
    }
    case CK_Q2_K:
    case CK_Q3_K:
    case CK_TQ2_0: {
      const size_t start = type == CK_Q2_K ? 16 : type == CK_Q3_K ? 32 : 0;
      __m256i w = bits_at(bytes_32(b + start + g / 4 * 32), at % 4 * 2, 3), third = bytes_32(b);
      if (type != CK_Q3_K) return w;
      __m256i placed = at < 2 ? _mm256_slli_epi16(third, 2 - at) : _mm256_srli_epi16(third, at - 2);
      return _mm256_or_si256(w, _mm256_and_si256(placed, _mm256_set1_epi8(4)));
    }
    case CK_Q6_K: {
      __m256i w = bits_at(bytes_32(b + g / 4 * 64 + g % 2 * 32), at % 4 / 2 * 4, 15);
      __m256i high = bytes_32(b + 128 + g / 4 * 32);
      __m256i placed = at % 4 < 2 ? _mm256_slli_epi16(high, 4 - at % 4 * 2) : _mm256_srli_epi16(high, at % 4 * 2 - 4);
      return _mm256_or_si256(w, _mm256_and_si256(placed, _mm256_set1_epi8(0x30)));
    }
    default: {
      u8x16 low, high;
      unpack(type, b, g, &low, &high, 0);
      return joined(low, high);
    }
  }
}

/* Scales of the halves of groups as words: of the eight first halves, and behind them of the second ones. */
typedef __m256i half_factors;

CK_INLINE half_factors factors_of(i8x16 scales) {
  const __m128i order = _mm_set_epi8(15, 13, 11, 9, 7, 5, 3, 1, 14, 12, 10, 8, 6, 4, 2, 0);
  return _mm256_cvtepi8_epi16(_mm_shuffle_epi8((__m128i)scales, order));
}

/* Eight partial sums of the 32 products of a group, which halves of groups with scales have applied already. */
CK_INLINE lanes_i group_products(int type, const uint8_t *b, size_t g, const int8_t *x, half_factors factors) {
  __m256i w = group_of(type, b, g), input = inputs(x);
  if (is_signed_type(type)) return (lanes_i)dot_bytes(_mm256_abs_epi8(w), _mm256_sign_epi8(input, w));
  if (!has_half_scales(type)) return (lanes_i)dot_bytes(w, input);
  __m256i own = _mm256_shuffle_epi8(factors, _mm256_set1_epi16((short)(0x100 * (2 * g + 1) + 2 * g)));
#if CK_VNNI
  __m256i wide = _mm256_srai_epi32(_mm256_slli_epi32(own, 16), 16);
  return (lanes_i)_mm256_mullo_epi32(dot_bytes(w, input), wide);
#else
  return (lanes_i)_mm256_madd_epi16(_mm256_maddubs_epi16(w, input), own);
#endif
}
