/* Products of quantised rows with many rounded inputs: prefill. Rows are unpacked once, a panel side by side. */
#pragma once
#include "blocks.h"

/* How many numbers a scale in a panel belongs to. */
CK_INLINE size_t scale_length(int type) { return has_half_scales(type) ? 16 : 32; }

/* Sixteen bytes of every fourth row of a panel, beginning with one of the first four. */
typedef uint8_t panel_b __attribute__((ext_vector_type(PANEL_ROWS * 4)));
typedef uint32_t panel_w __attribute__((ext_vector_type(PANEL_ROWS)));
typedef uint16_t panel_h __attribute__((ext_vector_type(PANEL_ROWS)));

CK_INLINE panel_b bytes_of_rows(const u8x16 *r) {
  typedef uint8_t u8x32 __attribute__((ext_vector_type(32)));
  u8x32 two = __builtin_shufflevector(r[0], r[1], 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
                                      21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
#if PANEL_ROWS == 16
  u8x32 more = __builtin_shufflevector(r[2], r[3], 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
                                       21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
  panel_b all;
  all.lo = two, all.hi = more;
  return all;
#else
  return two;
#endif
}

CK_INLINE panel_b sixteen_of_rows(const uint8_t *p, const size_t *rows) {
  u8x16 r[PANEL_ROWS / 4];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < PANEL_ROWS / 4; i++) r[i] = CK_LOAD(u8x16, p + rows[4 * i]);
  return bytes_of_rows(r);
}

CK_INLINE panel_b fifth_bits_of_rows(const uint8_t *p, const size_t *rows) {
  u8x16 r[PANEL_ROWS / 4];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < PANEL_ROWS / 4; i++) r[i] = fifth_bits(CK_LOAD(uint16_t, p + rows[4 * i]));
  return bytes_of_rows(r);
}

CK_INLINE panel_b ternary_of_rows(const uint8_t *p, size_t half, const size_t *rows) {
  u8x16 r[PANEL_ROWS / 4];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < PANEL_ROWS / 4; i++) r[i] = ternary_half(p + rows[4 * i], half);
  return bytes_of_rows(r);
}

CK_INLINE panel_b looked_up_for_rows(const int8_t *table, panel_b index) {
#if PANEL_ROWS == 16
  u8x16 one = CK_LOAD(u8x16, table);
  u8x16 r[4] = {one, one, one, one};
  return (panel_b)_mm512_shuffle_epi8((__m512i)bytes_of_rows(r), (__m512i)index);
#else
  u8x16 one = CK_LOAD(u8x16, table);
  u8x16 r[2] = {looked_up(one, index.lo), looked_up(one, index.hi)};
  return bytes_of_rows(r);
#endif
}

/* The stored numbers of a group of every fourth row of a panel. */
#define CK_UNPACK unpack_fourths
#define CK_BYTES panel_b
#define CK_SIXTEEN(p) sixteen_of_rows(p, rows)
#define CK_FIFTH(p) fifth_bits_of_rows(p, rows)
#define CK_TERNARY(p, half) ternary_of_rows(p, half, rows)
#define CK_LOOKED_UP(table, index) looked_up_for_rows(table, index)
#include "unpack.h"

/* Stores words in the order of a panel: the first of each row, the second of each, and so on. */
CK_INLINE void store_words(uint8_t *q, const panel_b fourths[4]) {
  panel_w a = (panel_w)fourths[0], b = (panel_w)fourths[1], c = (panel_w)fourths[2], d = (panel_w)fourths[3];
#if PANEL_ROWS == 16
#define CK_PAIRS(x, y, f)                                                                                       \
  __builtin_shufflevector(x, y, f, 16 + f, 1 + f, 17 + f, 4 + f, 20 + f, 5 + f, 21 + f, 8 + f, 24 + f, 9 + f, 25 + f, \
                          12 + f, 28 + f, 13 + f, 29 + f)
#define CK_HALVES(x, y, f)                                                                                      \
  __builtin_shufflevector(x, y, f, 1 + f, 16 + f, 17 + f, 4 + f, 5 + f, 20 + f, 21 + f, 8 + f, 9 + f, 24 + f, 25 + f, \
                          12 + f, 13 + f, 28 + f, 29 + f)
#else
#define CK_PAIRS(x, y, f) __builtin_shufflevector(x, y, f, 8 + f, 1 + f, 9 + f, 4 + f, 12 + f, 5 + f, 13 + f)
#define CK_HALVES(x, y, f) __builtin_shufflevector(x, y, f, 1 + f, 8 + f, 9 + f, 4 + f, 5 + f, 12 + f, 13 + f)
#endif
  panel_w ab = CK_PAIRS(a, b, 0), cd = CK_PAIRS(c, d, 0), ef = CK_PAIRS(a, b, 2), gh = CK_PAIRS(c, d, 2);
  CK_STORE(q, CK_HALVES(ab, cd, 0));
  CK_STORE(q + PANEL_ROWS * 4, CK_HALVES(ab, cd, 2));
  CK_STORE(q + PANEL_ROWS * 8, CK_HALVES(ef, gh, 0));
  CK_STORE(q + PANEL_ROWS * 12, CK_HALVES(ef, gh, 2));
#undef CK_PAIRS
#undef CK_HALVES
}

CK_INLINE panel_f widen_panel_halves(panel_h h) {
#if PANEL_ROWS == 16
  return widen_halves(h);
#else
  return widen_halves8(h);
#endif
}

/* Scales and minima of all rows of a panel where a block is one group: they are words, and side by side. */
CK_INLINE void small_scales(int type, const uint8_t *b, const size_t *rows, panel_f *scale, panel_f *minimum) {
  if (type == CK_MXFP4) {
#pragma clang loop unroll(full)
    for (size_t r = 0; r < PANEL_ROWS; r++) (*scale)[r] = small_scale(type, b + rows[r]);
  } else if (has_minimum(type)) {
    panel_w heads;
#pragma clang loop unroll(full)
    for (size_t r = 0; r < PANEL_ROWS; r++) heads[r] = CK_LOAD(uint32_t, b + rows[r]);
    *scale = widen_panel_halves(__builtin_convertvector(heads & 0xFFFF, panel_h));
    *minimum = widen_panel_halves(__builtin_convertvector(heads >> 16, panel_h));
    return;
  } else {
    panel_h heads;
#pragma clang loop unroll(full)
    for (size_t r = 0; r < PANEL_ROWS; r++) heads[r] = CK_LOAD(uint16_t, b + rows[r]);
    *scale = widen_panel_halves(heads);
  }
  int offset = is_signed_type(type) ? PANEL_SIGNED_OFFSET : block_offset(type);
  *minimum = *scale * -(float)offset;
}

/*
 * Unpacks up to PANEL_ROWS rows; where there are fewer the first one fills the panel, and nobody reads what it gives. Four
 * weights of the first row, four of the second, and so on, then the next four of each. scale, minimum: PANEL_ROWS for each
 * run of numbers that has a scale of its own.
 */
CK_INLINE void unpack_panel_of(int type, const uint8_t *w, size_t row_bytes, size_t rows, size_t columns,
                               ck_panel out) {
  const size_t runs = 32 / scale_length(type);
  size_t at[PANEL_ROWS];
  for (size_t r = 0; r < PANEL_ROWS; r++) at[r] = r < rows ? r * row_bytes : 0;
  uint8_t *q = out.q;
  float *scale = out.scale, *minimum = out.minimum;
  const uint8_t *next = w + PANEL_ROWS * row_bytes;
  for (size_t k = 0; k < columns; w += block_bytes(type)) {
    /* The next panel follows in memory: it comes while this one is unpacked and multiplied. */
    for (size_t i = 0; i < PANEL_ROWS * block_bytes(type); i += 64) __builtin_prefetch(next + i, 0, 2);
    next += PANEL_ROWS * block_bytes(type);
    block_scales scales[PANEL_ROWS];
    if (block_groups(type) > 1)
      for (size_t r = 0; r < PANEL_ROWS; r++) read_scales(type, w + at[r], &scales[r]);
#pragma clang loop unroll(full)
    for (size_t g = 0; g < block_groups(type); g++, k += 32, q += PANEL_ROWS * 32) {
      panel_b low[4], high[4];
#pragma clang loop unroll(full)
      for (size_t i = 0; i < 4; i++) {
        unpack_fourths(type, w, g, &low[i], &high[i], at + i);
        if (is_signed_type(type)) {
          low[i] += PANEL_SIGNED_OFFSET;
          high[i] += PANEL_SIGNED_OFFSET;
        }
      }
      store_words(q, low);
      store_words(q + PANEL_ROWS * 16, high);
      for (size_t i = 0; i < runs; i++, scale += PANEL_ROWS, minimum += PANEL_ROWS) {
        panel_f d, m;
        if (block_groups(type) == 1) {
          small_scales(type, w, at, &d, &m);
        } else {
#pragma clang loop unroll(full)
          for (size_t r = 0; r < PANEL_ROWS; r++) {
            d[r] = scales[r].scale[g * runs + i];
            if (has_minimum(type)) m[r] = scales[r].minimum[g * runs + i];
          }
          if (!has_minimum(type)) m = d * -(float)(is_signed_type(type) ? PANEL_SIGNED_OFFSET : block_offset(type));
        }
        CK_STORE(scale, d);
        CK_STORE(minimum, m);
      }
    }
  }
}

/* Some columns at once; n is a constant where this is called, so that the sums stay in registers. */
CK_INLINE void panel_columns(int type, ck_panel w, size_t rows, size_t columns, ck_quantized x, const size_t n,
                             float *y, size_t y_stride) {
  const int length = (int)scale_length(type);
  const int is_signed = is_signed_type(type) && PANEL_SIGNED_OFFSET == 0;
  const int shifted = has_minimum(type) || block_offset(type) || (is_signed_type(type) && PANEL_SIGNED_OFFSET != 0);
  const int together = type == CK_Q4_0 || type == CK_Q4_1 || type == CK_Q4_K || is_ternary(type) || type == CK_MXFP4 ? 8
                       : type == CK_Q5_0 || type == CK_Q5_1 || type == CK_Q5_K || type == CK_Q2_K || type == CK_Q3_K ? 4
                       : type == CK_Q6_K ? 2
                                         : 1;
  const size_t blocks = columns / 32, runs = columns / (size_t)length;
  const float *shift = length == 16 ? x.half_sum : x.sum;
  panel_f totals[8];
  for (size_t c = 0; c < n; c++) totals[c] = (panel_f)0;
  for (size_t i = 0; i < runs; i++) {
    panel_i sums[8];
    panel_dots(is_signed, together, length / 4, n, w.q + i * (size_t)length * PANEL_ROWS, x.q + i * (size_t)length,
               columns, sums);
    panel_f scale = CK_LOAD(panel_f, w.scale + i * PANEL_ROWS), minimum = CK_LOAD(panel_f, w.minimum + i * PANEL_ROWS);
    for (size_t c = 0; c < n; c++) {
      panel_f factor = scale * x.scale[c * blocks + i * (size_t)length / 32];
      totals[c] = panel_fused(__builtin_convertvector(sums[c], panel_f), factor, totals[c]);
      if (shifted) totals[c] = panel_fused(minimum, (panel_f)shift[c * runs + i], totals[c]);
    }
  }
  for (size_t c = 0; c < n; c++) memcpy(y + c * y_stride, &totals[c], rows * sizeof(float));
}

/* As many as the sums' registers allow. */
#if PANEL_ROWS == 16
#define PANEL_COLUMNS 8
#else
#define PANEL_COLUMNS 4
#endif

CK_INLINE void panel_of(int type, ck_panel w, size_t rows, size_t columns, ck_quantized x, size_t n, float *y,
                        size_t y_stride) {
  while (n) {
    size_t taken = n >= PANEL_COLUMNS ? PANEL_COLUMNS : n >= 3 ? 3 : 1;
    if (taken == PANEL_COLUMNS)
      panel_columns(type, w, rows, columns, x, PANEL_COLUMNS, y, y_stride);
    else if (taken == 3)
      panel_columns(type, w, rows, columns, x, 3, y, y_stride);
    else
      panel_columns(type, w, rows, columns, x, 1, y, y_stride);
    x.q += taken * columns;
    x.scale += taken * (columns / 32);
    x.sum += taken * (columns / 32);
    x.half_sum += taken * (columns / 16);
    y += taken * y_stride;
    n -= taken;
  }
}

static void unpack_panel_any(ck_type type, const uint8_t *w, size_t row_bytes, size_t rows, size_t columns,
                             ck_panel out) {
#define CK_CALL(t)                                          \
  unpack_panel_of(t, w, row_bytes, rows, columns, out); \
  return
  switch (type) {
    CK_QUANTIZED_CASES(CK_CALL)
    default: return;
  }
#undef CK_CALL
}

static void panel_any(ck_type type, ck_panel w, size_t rows, size_t columns, ck_quantized x, size_t n, float *y,
                      size_t y_stride) {
#define CK_CALL(t)                                         \
  panel_of(t, w, rows, columns, x, n, y, y_stride); \
  return
  switch (type) {
    CK_QUANTIZED_CASES(CK_CALL)
    default: return;
  }
#undef CK_CALL
}
