/* Products of widened rows with several inputs: the sums of exact.h in the same order, several rows and inputs side by side. */
#pragma once
#include "exact.h"

/* As many as leave room for the sums in registers: two of each row and input. */
#if CK_WIDE
#define TILE_ROWS 4
#define TILE_INPUTS 3
#else
#define TILE_ROWS 1
#define TILE_INPUTS 2
#endif

/* rows and n are constants where this is called. */
CK_INLINE void exact_tile(const float *w, size_t columns, const float *x, size_t x_stride, const size_t rows,
                          const size_t n, float *y, size_t y_stride) {
  f32x16 first[TILE_ROWS][TILE_INPUTS] = {0}, second[TILE_ROWS][TILE_INPUTS] = {0};
  size_t k = 0;
  for (; k + 32 <= columns; k += 32) {
    f32x16 low[TILE_INPUTS], high[TILE_INPUTS];
    for (size_t p = 0; p < n; p++) {
      low[p] = CK_LOAD(f32x16, x + p * x_stride + k);
      high[p] = CK_LOAD(f32x16, x + p * x_stride + k + 16);
    }
    for (size_t r = 0; r < rows; r++) {
      f32x16 a = CK_LOAD(f32x16, w + r * columns + k), b = CK_LOAD(f32x16, w + r * columns + k + 16);
      for (size_t p = 0; p < n; p++) {
        first[r][p] = fused16(a, low[p], first[r][p]);
        second[r][p] = fused16(b, high[p], second[r][p]);
      }
    }
  }
  for (; k < columns; k += 16) {
    size_t count = columns - k < 16 ? columns - k : 16;
    for (size_t r = 0; r < rows; r++) {
      f32x16 rest = widen_rest(CK_F32, (const uint8_t *)(w + r * columns + k), count);
      for (size_t p = 0; p < n; p++) {
        f32x16 input = widen_rest(CK_F32, (const uint8_t *)(x + p * x_stride + k), count);
        first[r][p] = fused16(rest, input, first[r][p]);
      }
    }
  }
  for (size_t r = 0; r < rows; r++)
    for (size_t p = 0; p < n; p++) y[p * y_stride + r] = sum16(first[r][p] + second[r][p]);
}

CK_INLINE void exact_tiles(const float *w, size_t columns, const float *x, size_t x_stride, const size_t rows, size_t n,
                           float *y, size_t y_stride) {
  for (; n >= TILE_INPUTS; n -= TILE_INPUTS, x += TILE_INPUTS * x_stride, y += TILE_INPUTS * y_stride)
    exact_tile(w, columns, x, x_stride, rows, TILE_INPUTS, y, y_stride);
  for (; n; n--, x += x_stride, y += y_stride) exact_tile(w, columns, x, x_stride, rows, 1, y, y_stride);
}

static void widened_any(const float *w, size_t rows, size_t columns, const float *x, size_t x_stride, size_t n, float *y,
                        size_t y_stride) {
  for (; rows >= TILE_ROWS; rows -= TILE_ROWS, w += TILE_ROWS * columns, y += TILE_ROWS)
    exact_tiles(w, columns, x, x_stride, TILE_ROWS, n, y, y_stride);
  for (; rows; rows--, w += columns, y++) exact_tiles(w, columns, x, x_stride, 1, n, y, y_stride);
}
