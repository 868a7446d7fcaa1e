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
  void (*rms_norm)(const float *x, const float *weight, float epsilon, float offset, size_t rows, size_t columns,
                   float *out);
  void (*layer_norm)(const float *x, const float *weight, const float *bias, float epsilon, size_t rows,
                     size_t columns, float *out);
  void (*softmax)(float *x, size_t rows, size_t columns, size_t stride);
  void (*add)(float *x, const float *y, size_t count);
  void (*scale)(float *x, float factor, size_t count);
  void (*silu_multiply)(float *gate, const float *up, size_t count);
  void (*gelu_multiply)(float *gate, const float *up, size_t count);
  void (*gelu)(float *x, size_t count);
  void (*rotary)(float *x, size_t rows, size_t heads, size_t size, size_t pairs, const float *cosine,
                 const float *sine, int interleaved);
  void (*scores)(const float *a, const float *b, size_t stride, size_t size, size_t count, float scale, float *out);
  void (*weighted_sum)(const float *weight, const float *b, size_t stride, size_t size, size_t count, float *out);
  void (*log_sum_exp)(const double *costs, size_t rows, size_t columns, size_t stride, const double *h, double factor,
                      double *out);
  void (*transport_costs)(double *c, size_t rows, size_t columns, size_t stride, const double *row_halves,
                          const double *column_halves, int is_root, double floor);
} ck_kernels;

extern const ck_kernels ck_kernels_scalar;
#if defined(__x86_64__)
extern const ck_kernels ck_kernels_avx2, ck_kernels_avx512, ck_kernels_avx512vnni;
#elif defined(__aarch64__)
extern const ck_kernels ck_kernels_neon;
#endif

const ck_kernels *ck_kernels_for(ck_isa isa);
