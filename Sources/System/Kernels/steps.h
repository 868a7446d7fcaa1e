/* The steps between products: norms, activations, rotary embedding and the parts of attention. */
#pragma once
#include <math.h>

#include "functions.h"

static void rms_norm_any(const float *x, const float *weight, float epsilon, float offset, size_t rows, size_t columns,
                         float *out) {
  for (size_t r = 0; r < rows; r++, x += columns, out += columns) {
    f64x8 squares = 0;
    size_t i = 0;
    for (; i + 8 <= columns; i += 8) {
      f64x8 v = __builtin_convertvector(CK_LOAD(f32x8, x + i), f64x8);
      squares += v * v;
    }
    double sum = ((squares[0] + squares[4]) + (squares[1] + squares[5])) +
                 ((squares[2] + squares[6]) + (squares[3] + squares[7]));
    for (; i < columns; i++) sum += (double)x[i] * x[i];
    float factor = (float)(1 / sqrt(sum / (double)columns + epsilon));
    for (i = 0; i < columns; i++) out[i] = x[i] * factor * (offset + weight[i]);
  }
}

static void layer_norm_any(const float *x, const float *weight, const float *bias, float epsilon, size_t rows,
                           size_t columns, float *out) {
  for (size_t r = 0; r < rows; r++, x += columns, out += columns) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < columns; i++) sum += x[i];
    double mean = sum / (double)columns;
    for (size_t i = 0; i < columns; i++) squares += (x[i] - mean) * (x[i] - mean);
    float factor = (float)(1 / sqrt(squares / (double)columns + epsilon)), middle = (float)mean;
    for (size_t i = 0; i < columns; i++) out[i] = (x[i] - middle) * factor * weight[i];
    if (bias)
      for (size_t i = 0; i < columns; i++) out[i] += bias[i];
  }
}

static void softmax_any(float *x, size_t rows, size_t columns, size_t stride) {
  size_t whole = columns / 16 * 16, rest = columns - whole;
  for (size_t r = 0; r < rows; r++, x += stride) {
    /* What is not a number must stay, and max drops it; so does the fill. */
    f32x16 most = (f32x16)-INFINITY, sum = 0;
    for (size_t i = 0; i < whole; i += 16) most = __builtin_elementwise_max(most, CK_LOAD(f32x16, x + i));
    if (rest) most = __builtin_elementwise_max(most, load_some(x + whole, rest, -INFINITY));
    float largest = -INFINITY;
    for (size_t i = 0; i < 16; i++) largest = most[i] > largest ? most[i] : largest;
    for (size_t i = 0; i < whole; i += 16) {
      f32x16 e = exp16(CK_LOAD(f32x16, x + i) - largest);
      sum += e;
      CK_STORE(x + i, e);
    }
    if (rest) {
      f32x16 e = exp16(load_some(x + whole, rest, -INFINITY) - largest);
      sum += e;
      store_some(x + whole, e, rest);
    }
    float factor = 1 / sum16(sum);
    for (size_t i = 0; i < columns; i++) x[i] *= factor;
  }
}

static void add_any(float *x, const float *y, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] += y[i];
}

static void scale_any(float *x, float factor, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] *= factor;
}

static void silu_multiply_any(float *gate, const float *up, size_t count) {
  size_t i = 0;
  for (; i + 16 <= count; i += 16) CK_STORE(gate + i, silu16(CK_LOAD(f32x16, gate + i)) * CK_LOAD(f32x16, up + i));
  size_t rest = count - i;
  if (rest) store_some(gate + i, silu16(load_some(gate + i, rest, 0)) * load_some(up + i, rest, 0), rest);
}

static void gelu_multiply_any(float *gate, const float *up, size_t count) {
  size_t i = 0;
  for (; i + 16 <= count; i += 16) CK_STORE(gate + i, gelu16(CK_LOAD(f32x16, gate + i)) * CK_LOAD(f32x16, up + i));
  size_t rest = count - i;
  if (rest) store_some(gate + i, gelu16(load_some(gate + i, rest, 0)) * load_some(up + i, rest, 0), rest);
}

static void gelu_any(float *x, size_t count) {
  size_t i = 0;
  for (; i + 16 <= count; i += 16) CK_STORE(x + i, gelu16(CK_LOAD(f32x16, x + i)));
  if (i < count) store_some(x + i, gelu16(load_some(x + i, count - i, 0)), count - i);
}

static void rotary_any(float *x, size_t rows, size_t heads, size_t size, size_t pairs, const float *restrict cosine,
                       const float *restrict sine, int interleaved) {
  for (size_t r = 0; r < rows; r++, cosine += pairs, sine += pairs) {
    for (size_t h = 0; h < heads; h++, x += size) {
      if (interleaved) {
        for (size_t i = 0; i < pairs; i++) {
          float a = x[2 * i], b = x[2 * i + 1];
          x[2 * i] = a * cosine[i] - b * sine[i];
          x[2 * i + 1] = a * sine[i] + b * cosine[i];
        }
      } else {
        float *restrict first = x, *restrict second = x + pairs;
        for (size_t i = 0; i < pairs; i++) {
          float a = first[i], b = second[i];
          first[i] = a * cosine[i] - b * sine[i];
          second[i] = a * sine[i] + b * cosine[i];
        }
      }
    }
  }
}

static void scores_any(const float *a, const float *b, size_t stride, size_t size, size_t count, float scale,
                       float *out) {
  size_t whole = size / 16 * 16, rest = size - whole, i = 0;
  /* Eight keys, whose sums are added up together. */
  for (; i + 8 <= count; i += 8, b += 8 * stride) {
    f32x8 sums[8];
    for (size_t j = 0; j < 8; j++) {
      const float *key = b + j * stride;
      f32x16 sum = 0;
      for (size_t k = 0; k < whole; k += 16) sum = fused16(CK_LOAD(f32x16, a + k), CK_LOAD(f32x16, key + k), sum);
      if (rest) sum = fused16(load_some(a + whole, rest, 0), load_some(key + whole, rest, 0), sum);
      sums[j] = sum.lo + sum.hi;
    }
    CK_STORE(out + i, sums_of_eight(sums) * scale);
  }
  for (; i < count; i++, b += stride) {
    f32x16 sum = 0;
    for (size_t k = 0; k < whole; k += 16) sum = fused16(CK_LOAD(f32x16, a + k), CK_LOAD(f32x16, b + k), sum);
    if (rest) sum = fused16(load_some(a + whole, rest, 0), load_some(b + whole, rest, 0), sum);
    out[i] = scale * sum16(sum);
  }
}

static void weighted_sum_any(const float *weight, const float *b, size_t stride, size_t size, size_t count, int adding,
                             float *out) {
  size_t k = 0;
  /* Sixty-four sums in registers while the rows go by. */
  for (; k + 64 <= size; k += 64) {
    f32x16 s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    if (adding) {
      s0 = CK_LOAD(f32x16, out + k);
      s1 = CK_LOAD(f32x16, out + k + 16);
      s2 = CK_LOAD(f32x16, out + k + 32);
      s3 = CK_LOAD(f32x16, out + k + 48);
    }
    const float *row = b + k;
    for (size_t i = 0; i < count; i++, row += stride) {
      f32x16 w = (f32x16)weight[i];
      s0 = fused16(w, CK_LOAD(f32x16, row), s0);
      s1 = fused16(w, CK_LOAD(f32x16, row + 16), s1);
      s2 = fused16(w, CK_LOAD(f32x16, row + 32), s2);
      s3 = fused16(w, CK_LOAD(f32x16, row + 48), s3);
    }
    CK_STORE(out + k, s0);
    CK_STORE(out + k + 16, s1);
    CK_STORE(out + k + 32, s2);
    CK_STORE(out + k + 48, s3);
  }
  for (; k < size; k += 16) {
    size_t some = size - k < 16 ? size - k : 16;
    f32x16 sum = adding ? load_some(out + k, some, 0) : (f32x16)0;
    for (size_t i = 0; i < count; i++)
      sum = fused16((f32x16)weight[i], load_some(b + i * stride + k, some, 0), sum);
    store_some(out + k, sum, some);
  }
}
