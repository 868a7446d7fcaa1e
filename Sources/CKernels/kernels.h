/* All kernels of one instruction set, as a table; the files kernels_*.c each make one. */
#pragma once
#include "CKernels.h"

typedef struct {
  void (*widen)(ck_type type, const void *weights, size_t count, float *out);
  void (*exact)(ck_type type, const uint8_t *w, size_t row_bytes, size_t rows, size_t columns, const float *x,
                size_t x_stride, size_t n, float *y, size_t y_stride);
  void (*quantize)(const float *x, size_t count, ck_quantized out);
  void (*fast)(ck_type type, const uint8_t *w, size_t row_bytes, size_t rows, size_t columns, ck_quantized x, float *y);
  size_t panel_rows;
  void (*unpack_panel)(ck_type type, const uint8_t *w, size_t row_bytes, size_t rows, size_t columns, ck_panel out);
  void (*panel)(ck_type type, ck_panel w, size_t rows, size_t columns, ck_quantized x, size_t n, float *y,
                size_t y_stride);
} ck_kernels;

extern const ck_kernels ck_kernels_scalar;
#if defined(__x86_64__)
extern const ck_kernels ck_kernels_avx2, ck_kernels_avx512, ck_kernels_avx512vnni;
#elif defined(__aarch64__)
extern const ck_kernels ck_kernels_neon;
#endif

const ck_kernels *ck_kernels_for(ck_isa isa);
