/* The entries of the backward pass and the optimiser, each to the table of its instruction set. */
#include "kernels.h"

void ck_rms_norm_backward(const float *x, const float *weight, float epsilon, const float *dy, size_t rows,
                          size_t columns, int add, float *dx, float *dweight, ck_isa isa) {
  ck_kernels_for(isa)->rms_norm_backward(x, weight, epsilon, dy, rows, columns, add, dx, dweight);
}

void ck_silu_product(const float *gate, const float *up, size_t count, float *out, ck_isa isa) {
  ck_kernels_for(isa)->silu_product(gate, up, count, out);
}

void ck_gelu_product(const float *gate, const float *up, size_t count, float *out, ck_isa isa) {
  ck_kernels_for(isa)->gelu_product(gate, up, count, out);
}

void ck_silu_backward(float *gate, float *up, float *inner, size_t count, ck_isa isa) {
  ck_kernels_for(isa)->silu_backward(gate, up, inner, count);
}

void ck_gelu_backward(float *gate, float *up, float *inner, size_t count, ck_isa isa) {
  ck_kernels_for(isa)->gelu_backward(gate, up, inner, count);
}

void ck_softmax_backward(const float *p, float *d, size_t rows, size_t columns, size_t stride, float scale,
                         ck_isa isa) {
  ck_kernels_for(isa)->softmax_backward(p, d, rows, columns, stride, scale);
}

double ck_log_sum_exp(const float *x, size_t count, float *largest, ck_isa isa) {
  return ck_kernels_for(isa)->log_sum_exp(x, count, largest);
}

void ck_scaled_softmax(float *x, size_t count, double log_sum, float factor, ck_isa isa) {
  ck_kernels_for(isa)->scaled_softmax(x, count, log_sum, factor);
}

double ck_divergence(float *x, const float *reference, size_t count, double x_log_sum, double reference_log_sum,
                     float factor, ck_isa isa) {
  return ck_kernels_for(isa)->divergence(x, reference, count, x_log_sum, reference_log_sum, factor);
}

double ck_squared_distance(float *x, const float *wanted, size_t count, float factor, ck_isa isa) {
  return ck_kernels_for(isa)->squared_distance(x, wanted, count, factor);
}

double ck_sum_of_squares(const float *x, size_t count, ck_isa isa) {
  return ck_kernels_for(isa)->sum_of_squares(x, count);
}

void ck_adamw(float *parameters, const float *gradients, float *first, float *second, size_t count,
              const ck_adamw_step *step, ck_isa isa) {
  ck_kernels_for(isa)->adamw(parameters, gradients, first, second, count, step);
}
