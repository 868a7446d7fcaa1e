/* Products of quantised rows with many rounded inputs: prefill. Rows are unpacked once, several side by side. */
#pragma once
#include "blocks.h"

/* How many numbers a scale in a panel belongs to. */
CK_INLINE size_t scale_length(int type) { return has_half_scales(type) ? 16 : 32; }

/* How many rows are unpacked side by side, so that their words go out as vectors. */
#define ROWS_TOGETHER 4

/* Words of four rows in the order of a panel: the first of each row, the second of each, and so on. */
CK_INLINE void store_words(uint8_t *q, const u8x16 rows[ROWS_TOGETHER]) {
  typedef uint32_t words __attribute__((vector_size(16)));
  words a = (words)rows[0], b = (words)rows[1], c = (words)rows[2], d = (words)rows[3];
  words ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  words ef = __builtin_shufflevector(a, b, 2, 6, 3, 7), gh = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  CK_STORE(q, __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
  CK_STORE(q + PANEL_ROWS * 4, __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
  CK_STORE(q + PANEL_ROWS * 8, __builtin_shufflevector(ef, gh, 0, 1, 4, 5));
  CK_STORE(q + PANEL_ROWS * 12, __builtin_shufflevector(ef, gh, 2, 3, 6, 7));
}

/* Unpacks ROWS_TOGETHER rows, or one; n is a constant where this is called. */
CK_INLINE void unpack_rows(int type, const uint8_t *b, size_t row_bytes, size_t columns, const size_t n, uint8_t *q,
                           float *scale, float *minimum) {
  size_t runs = 32 / scale_length(type);
  for (size_t k = 0; k < columns; b += block_bytes(type)) {
    block_scales scales[ROWS_TOGETHER];
    for (size_t r = 0; r < n; r++) read_scales(type, b + r * row_bytes, &scales[r]);
#pragma clang loop unroll(full)
    for (size_t g = 0; g < block_groups(type); g++, k += 32) {
      u8x16 low[ROWS_TOGETHER], high[ROWS_TOGETHER];
#pragma clang loop unroll(full)
      for (size_t r = 0; r < n; r++) {
        unpack(type, b + r * row_bytes, g, &low[r], &high[r]);
        if (is_signed_type(type)) {
          low[r] += PANEL_SIGNED_OFFSET;
          high[r] += PANEL_SIGNED_OFFSET;
        }
      }
      if (n == ROWS_TOGETHER) {
        store_words(q, low);
        store_words(q + PANEL_ROWS * 16, high);
      } else {
        uint32_t words[8];
        CK_STORE(words, low[0]);
        CK_STORE(words + 4, high[0]);
        for (size_t i = 0; i < 8; i++) memcpy(q + i * PANEL_ROWS * 4, &words[i], 4);
      }
      q += PANEL_ROWS * 32;
      for (size_t i = 0; i < runs; i++, scale += PANEL_ROWS, minimum += PANEL_ROWS) {
#pragma clang loop unroll(full)
        for (size_t r = 0; r < n; r++) {
          float d = scales[r].scale[g * runs + i];
          int offset = is_signed_type(type) ? PANEL_SIGNED_OFFSET : block_offset(type);
          scale[r] = d;
          minimum[r] = has_minimum(type) ? scales[r].minimum[g * runs + i] : d * -(float)offset;
        }
      }
    }
  }
}

/*
 * Unpacks up to PANEL_ROWS rows; those that lack become zeros. Four weights of the first row, four of the second, and
 * so on, then the next four of each. scale, minimum: PANEL_ROWS for each run of numbers that has a scale of its own.
 */
CK_INLINE void unpack_panel_of(int type, const uint8_t *w, size_t row_bytes, size_t rows, size_t columns,
                               ck_panel out) {
  size_t r = 0, runs = columns / scale_length(type);
  if (rows > PANEL_ROWS) rows = PANEL_ROWS;
  for (; r + ROWS_TOGETHER <= rows; r += ROWS_TOGETHER)
    unpack_rows(type, w + r * row_bytes, row_bytes, columns, ROWS_TOGETHER, out.q + r * 4, out.scale + r, out.minimum + r);
  for (; r < rows; r++)
    unpack_rows(type, w + r * row_bytes, row_bytes, columns, 1, out.q + r * 4, out.scale + r, out.minimum + r);
  for (; r < PANEL_ROWS; r++) {
    for (size_t k = 0; k < columns; k += 4) memset(out.q + k * PANEL_ROWS + r * 4, 0, 4);
    for (size_t i = 0; i < runs; i++) out.scale[i * PANEL_ROWS + r] = out.minimum[i * PANEL_ROWS + r] = 0;
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

#define PANEL_COLUMNS 4

CK_INLINE void panel_of(int type, ck_panel w, size_t rows, size_t columns, ck_quantized x, size_t n, float *y,
                        size_t y_stride) {
  while (n) {
    size_t taken = n >= PANEL_COLUMNS ? PANEL_COLUMNS : 1;
    if (taken == PANEL_COLUMNS)
      panel_columns(type, w, rows, columns, x, PANEL_COLUMNS, y, y_stride);
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
