/* Products of quantised rows with many rounded inputs: prefill. Rows are unpacked once, several side by side. */
#pragma once
#include "blocks.h"

/* How many numbers a scale in a panel belongs to. */
CK_INLINE size_t scale_length(int type) { return has_half_scales(type) ? 16 : 32; }

/*
 * Unpacks up to PANEL_ROWS rows; those that lack become zeros. Four weights of the first row, four of the second, and
 * so on, then the next four of each. scale, minimum: PANEL_ROWS for each run of numbers that has a scale of its own.
 */
CK_INLINE void unpack_panel_of(int type, const uint8_t *w, size_t row_bytes, size_t rows, size_t columns,
                               ck_panel out) {
  size_t runs = 32 / scale_length(type);
  for (size_t r = 0; r < PANEL_ROWS; r++) {
    const uint8_t *b = w + r * row_bytes;
    uint8_t *q = out.q + r * 4;
    float *scale = out.scale + r, *minimum = out.minimum + r;
    if (r >= rows) {
      for (size_t k = 0; k < columns; k += 4, q += PANEL_ROWS * 4) memset(q, 0, 4);
      for (size_t i = 0; i < columns / 32 * runs; i++) scale[i * PANEL_ROWS] = minimum[i * PANEL_ROWS] = 0;
      continue;
    }
    for (size_t k = 0; k < columns; b += block_bytes(type)) {
      block_scales scales;
      read_scales(type, b, &scales);
#pragma clang loop unroll(full)
      for (size_t g = 0; g < block_groups(type); g++, k += 32) {
        u8x16 low, high;
        unpack(type, b, g, &low, &high);
        if (is_signed_type(type)) {
          low += PANEL_SIGNED_OFFSET;
          high += PANEL_SIGNED_OFFSET;
        }
        uint32_t words[8];
        CK_STORE(words, low);
        CK_STORE(words + 4, high);
        for (size_t i = 0; i < 8; i++, q += PANEL_ROWS * 4) memcpy(q, &words[i], 4);
        for (size_t i = 0; i < runs; i++, scale += PANEL_ROWS, minimum += PANEL_ROWS) {
          float d = scales.scale[g * runs + i];
          int offset = is_signed_type(type) ? PANEL_SIGNED_OFFSET : block_offset(type);
          *scale = d;
          *minimum = has_minimum(type) ? scales.minimum[g * runs + i] : d * -(float)offset;
        }
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
  const int together = type == CK_Q4_0 || type == CK_Q4_1 || type == CK_Q4_K || type == CK_TQ2_0 || type == CK_MXFP4 ? 8
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
