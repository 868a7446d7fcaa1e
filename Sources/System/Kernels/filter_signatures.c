#include "CMCKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define CK_AVX2 __attribute__((target("avx2,popcnt")))
#define CK_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,popcnt")))
#endif

static inline int within(uint64_t signature, uint64_t query, uint32_t bound) {
  uint32_t lacking = (uint32_t)__builtin_popcountll(query & ~signature);
  uint32_t extra = (uint32_t)__builtin_popcountll(signature & ~query);
  return (lacking > extra ? lacking : extra) <= bound;
}

static size_t filter_scalar(const uint64_t *signatures, size_t start, size_t count, uint64_t query, uint32_t bound,
                            uint32_t *out, size_t found) {
  for (size_t i = start; i < count; i++) {
    if (within(signatures[i], query, bound)) out[found++] = (uint32_t)i;
  }
  return found;
}

#if defined(__x86_64__)

/* The bits of each 64-bit lane, by a table of the 16 nibbles. */
CK_AVX2 static inline __m256i popcount_avx2(__m256i value) {
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2,
                                         2, 3, 2, 3, 3, 4);
  const __m256i low = _mm256_set1_epi8(15);
  __m256i a = _mm256_shuffle_epi8(table, _mm256_and_si256(value, low));
  __m256i b = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(value, 4), low));
  return _mm256_sad_epu8(_mm256_add_epi8(a, b), _mm256_setzero_si256());
}

CK_AVX2 static size_t filter_avx2(const uint64_t *signatures, size_t count, uint64_t query, uint32_t bound,
                                  uint32_t *out) {
  const __m256i q = _mm256_set1_epi64x((long long)query);
  const __m256i limit = _mm256_set1_epi64x(bound);
  size_t found = 0, i = 0;
  for (; i + 4 <= count; i += 4) {
    __m256i s = _mm256_loadu_si256((const __m256i *)(signatures + i));
    __m256i lacking = popcount_avx2(_mm256_andnot_si256(s, q));
    __m256i extra = popcount_avx2(_mm256_andnot_si256(q, s));
    __m256i beyond = _mm256_or_si256(_mm256_cmpgt_epi64(lacking, limit), _mm256_cmpgt_epi64(extra, limit));
    unsigned hits = ~(unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(beyond)) & 15u;
    for (; hits; hits &= hits - 1) out[found++] = (uint32_t)(i + (size_t)__builtin_ctz(hits));
  }
  return filter_scalar(signatures, i, count, query, bound, out, found);
}

CK_AVX512 static inline __m512i popcount_avx512(__m512i value) {
  const __m512i table = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
  const __m512i low = _mm512_set1_epi8(15);
  __m512i a = _mm512_shuffle_epi8(table, _mm512_and_si512(value, low));
  __m512i b = _mm512_shuffle_epi8(table, _mm512_and_si512(_mm512_srli_epi16(value, 4), low));
  return _mm512_sad_epu8(_mm512_add_epi8(a, b), _mm512_setzero_si512());
}

CK_AVX512 static size_t filter_avx512(const uint64_t *signatures, size_t count, uint64_t query, uint32_t bound,
                                      uint32_t *out) {
  const __m512i q = _mm512_set1_epi64((long long)query);
  const __m512i limit = _mm512_set1_epi64(bound);
  size_t found = 0, i = 0;
  for (; i + 8 <= count; i += 8) {
    __m512i s = _mm512_loadu_si512(signatures + i);
    __m512i lacking = popcount_avx512(_mm512_andnot_si512(s, q));
    __m512i extra = popcount_avx512(_mm512_andnot_si512(q, s));
    unsigned hits = _mm512_cmple_epu64_mask(_mm512_max_epu64(lacking, extra), limit);
    for (; hits; hits &= hits - 1) out[found++] = (uint32_t)(i + (size_t)__builtin_ctz(hits));
  }
  return filter_scalar(signatures, i, count, query, bound, out, found);
}

#endif

size_t ck_filter_signatures(const uint64_t *signatures, size_t count, uint64_t query, uint32_t bound, uint32_t *out,
                            ck_isa isa) {
#if defined(__x86_64__)
  if (isa == CK_ISA_AVX512 || isa == CK_ISA_AVX512VNNI) return filter_avx512(signatures, count, query, bound, out);
  if (isa == CK_ISA_AVX2) return filter_avx2(signatures, count, query, bound, out);
#endif
  (void)isa;
  return filter_scalar(signatures, 0, count, query, bound, out, 0);
}
