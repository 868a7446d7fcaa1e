/* All kernels of one instruction set, as a table; the files kernels_*.c each make one. */
#pragma once
#include "CMCKernels.h"

typedef struct {
  void (*widen)(ck_type type, const void *weights, size_t count, float *out);
  void (*exact)(ck_type type, const uint8_t *w, size_t row_bytes, size_t rows, size_t columns, const float *x,
                size_t x_stride, size_t n, float *y, size_t y_stride);
  void (*widened)(const float *w, size_t rows, size_t columns, const float *x, size_t x_stride, size_t n, float *y,
                  size_t y_stride);
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
  void (*weighted_sum)(const float *weight, const float *b, size_t stride, size_t size, size_t count, int adding,
                       float *out);
  void (*cost_log_sum_exp)(const double *costs, size_t rows, size_t columns, size_t stride, const double *h,
                           double factor, double *out);
  void (*transport_costs)(double *c, size_t rows, size_t columns, size_t stride, const double *row_halves,
                          const double *column_halves, int is_root, double floor);
  void (*rms_norm_backward)(const float *x, const float *weight, float epsilon, const float *dy, size_t rows,
                            size_t columns, int add, float *dx, float *dweight);
  void (*silu_product)(const float *gate, const float *up, size_t count, float *out);
  void (*gelu_product)(const float *gate, const float *up, size_t count, float *out);
  void (*silu_backward)(float *gate, float *up, float *inner, size_t count);
  void (*gelu_backward)(float *gate, float *up, float *inner, size_t count);
  void (*softmax_backward)(const float *p, float *d, size_t rows, size_t columns, size_t stride, float scale);
  double (*log_sum_exp)(const float *x, size_t count, float *largest);
  void (*scaled_softmax)(float *x, size_t count, double log_sum, float factor);
  double (*divergence)(float *x, const float *reference, size_t count, double x_log_sum, double reference_log_sum,
                       float factor);
  double (*squared_distance)(float *x, const float *wanted, size_t count, float factor);
  double (*sum_of_squares)(const float *x, size_t count);
  void (*adamw)(float *parameters, const float *gradients, float *first, float *second, size_t count,
                const ck_adamw_step *step);
} ck_kernels;

extern const ck_kernels ck_kernels_scalar;
#if defined(__x86_64__)
extern const ck_kernels ck_kernels_avx2, ck_kernels_avx512, ck_kernels_avx512vnni;
#elif defined(__aarch64__)
extern const ck_kernels ck_kernels_neon;
#endif

const ck_kernels *ck_kernels_for(ck_isa isa);
