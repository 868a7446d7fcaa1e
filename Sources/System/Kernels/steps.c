/* The entries of the steps between products, each to the table of its instruction set. */
#include "kernels.h"

void ck_rms_norm(const float *x, const float *weight, float epsilon, float offset, size_t rows, size_t columns,
                 float *out, ck_isa isa) {
  ck_kernels_for(isa)->rms_norm(x, weight, epsilon, offset, rows, columns, out);
}

void ck_layer_norm(const float *x, const float *weight, const float *bias, float epsilon, size_t rows, size_t columns,
                   float *out, ck_isa isa) {
  ck_kernels_for(isa)->layer_norm(x, weight, bias, epsilon, rows, columns, out);
}

void ck_softmax(float *x, size_t rows, size_t columns, size_t stride, ck_isa isa) {
  ck_kernels_for(isa)->softmax(x, rows, columns, stride);
}

void ck_add(float *x, const float *y, size_t count, ck_isa isa) { ck_kernels_for(isa)->add(x, y, count); }

void ck_scale(float *x, float factor, size_t count, ck_isa isa) { ck_kernels_for(isa)->scale(x, factor, count); }

void ck_silu_multiply(float *gate, const float *up, size_t count, ck_isa isa) {
  ck_kernels_for(isa)->silu_multiply(gate, up, count);
}

void ck_gelu_multiply(float *gate, const float *up, size_t count, ck_isa isa) {
  ck_kernels_for(isa)->gelu_multiply(gate, up, count);
}

void ck_gelu(float *x, size_t count, ck_isa isa) { ck_kernels_for(isa)->gelu(x, count); }

void ck_rotary(float *x, size_t rows, size_t heads, size_t size, size_t pairs, const float *cosine, const float *sine,
               int interleaved, ck_isa isa) {
  ck_kernels_for(isa)->rotary(x, rows, heads, size, pairs, cosine, sine, interleaved);
}

void ck_scores(const float *a, const float *b, size_t stride, size_t size, size_t count, float scale, float *out,
               ck_isa isa) {
  ck_kernels_for(isa)->scores(a, b, stride, size, count, scale, out);
}

void ck_weighted_sum(const float *weight, const float *b, size_t stride, size_t size, size_t count, int adding,
                     float *out, ck_isa isa) {
  ck_kernels_for(isa)->weighted_sum(weight, b, stride, size, count, adding, out);
}
