#include <math.h>

#include "CKernels.h"

void ck_rms_norm(const float *x, const float *weight, float epsilon, float offset, size_t rows, size_t columns,
                 float *out, ck_isa isa) {
  (void)isa;
  for (size_t r = 0; r < rows; r++, x += columns, out += columns) {
    double squares = 0;
    for (size_t i = 0; i < columns; i++) squares += (double)x[i] * x[i];
    float factor = (float)(1 / sqrt(squares / (double)columns + epsilon));
    for (size_t i = 0; i < columns; i++) out[i] = x[i] * factor * (offset + weight[i]);
  }
}

void ck_layer_norm(const float *x, const float *weight, const float *bias, float epsilon, size_t rows, size_t columns,
                   float *out, ck_isa isa) {
  (void)isa;
  for (size_t r = 0; r < rows; r++, x += columns, out += columns) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < columns; i++) sum += x[i];
    double mean = sum / (double)columns;
    for (size_t i = 0; i < columns; i++) squares += (x[i] - mean) * (x[i] - mean);
    float factor = (float)(1 / sqrt(squares / (double)columns + epsilon));
    for (size_t i = 0; i < columns; i++) out[i] = (x[i] - (float)mean) * factor * weight[i] + (bias ? bias[i] : 0);
  }
}

void ck_softmax(float *x, size_t rows, size_t columns, size_t stride, ck_isa isa) {
  (void)isa;
  for (size_t r = 0; r < rows; r++, x += stride) {
    float most = -INFINITY, sum = 0;
    for (size_t i = 0; i < columns; i++) most = fmaxf(most, x[i]);
    for (size_t i = 0; i < columns; i++) sum += x[i] = expf(x[i] - most);
    for (size_t i = 0; i < columns; i++) x[i] /= sum;
  }
}

void ck_add(float *x, const float *y, size_t count, ck_isa isa) {
  (void)isa;
  for (size_t i = 0; i < count; i++) x[i] += y[i];
}

void ck_add_row(float *x, const float *bias, size_t rows, size_t columns, ck_isa isa) {
  for (size_t r = 0; r < rows; r++) ck_add(x + r * columns, bias, columns, isa);
}

void ck_scale(float *x, float factor, size_t count, ck_isa isa) {
  (void)isa;
  for (size_t i = 0; i < count; i++) x[i] *= factor;
}

static float gelu(float x) { return 0.5f * x * (1 + tanhf(0.7978845608028654f * (x + 0.044715f * x * x * x))); }

void ck_silu_multiply(float *gate, const float *up, size_t count, ck_isa isa) {
  (void)isa;
  for (size_t i = 0; i < count; i++) gate[i] = gate[i] / (1 + expf(-gate[i])) * up[i];
}

void ck_gelu_multiply(float *gate, const float *up, size_t count, ck_isa isa) {
  (void)isa;
  for (size_t i = 0; i < count; i++) gate[i] = gelu(gate[i]) * up[i];
}

void ck_gelu(float *x, size_t count, ck_isa isa) {
  (void)isa;
  for (size_t i = 0; i < count; i++) x[i] = gelu(x[i]);
}

void ck_rotary(float *x, size_t rows, size_t heads, size_t size, size_t pairs, const float *cosine, const float *sine,
               int interleaved, ck_isa isa) {
  (void)isa;
  size_t step = interleaved ? 2 : 1, other = interleaved ? 1 : pairs;
  for (size_t r = 0; r < rows; r++, cosine += pairs, sine += pairs) {
    for (size_t h = 0; h < heads; h++, x += size) {
      for (size_t i = 0; i < pairs; i++) {
        float a = x[i * step], b = x[i * step + other];
        x[i * step] = a * cosine[i] - b * sine[i];
        x[i * step + other] = a * sine[i] + b * cosine[i];
      }
    }
  }
}

void ck_scores(const float *a, const float *b, size_t stride, size_t size, size_t count, float scale, float *out,
               ck_isa isa) {
  (void)isa;
  for (size_t i = 0; i < count; i++) {
    float sum = 0;
    for (size_t k = 0; k < size; k++) sum += a[k] * b[i * stride + k];
    out[i] = scale * sum;
  }
}

void ck_weighted_sum(const float *weight, const float *b, size_t stride, size_t size, size_t count, float *out,
                     ck_isa isa) {
  (void)isa;
  for (size_t k = 0; k < size; k++) out[k] = 0;
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < size; k++) out[k] += weight[i] * b[i * stride + k];
  }
}
