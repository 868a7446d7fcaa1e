/* The backward pass between its products, and the optimiser. */
#pragma once
#include "steps.h"

/* Runs a body on blocks of up to sixteen numbers, the last one filled up. */
#define CK_BLOCKS(count, ...)                            \
  do {                                                   \
    size_t i = 0;                                        \
    for (; i + 16 <= (count); i += 16) {                 \
      const size_t some = 16;                            \
      __VA_ARGS__;                                       \
    }                                                    \
    if (i < (count)) {                                   \
      const size_t some = (count)-i;                     \
      __VA_ARGS__;                                       \
    }                                                    \
  } while (0)

CK_INLINE double sum_double8(f64x8 v) {
  return ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7]));
}

CK_INLINE double sum_squares(const float *x, size_t count) {
  f64x8 squares = 0;
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    f64x8 v = __builtin_convertvector(CK_LOAD(f32x8, x + i), f64x8);
    squares += v * v;
  }
  double sum = sum_double8(squares);
  for (; i < count; i++) sum += (double)x[i] * x[i];
  return sum;
}

static double sum_of_squares_any(const float *x, size_t count) { return sum_squares(x, count); }

/* With r = 1 / sqrt(mean(x²) + ε): dx = r · w · dy − x · r³ · mean(w · dy · x), dw = Σ over rows of dy · x · r. */
static void rms_norm_backward_any(const float *x, const float *weight, float epsilon, const float *dy, size_t rows,
                                  size_t columns, int add, float *dx, float *dweight) {
  for (size_t r = 0; r < rows; r++, x += columns, dy += columns, dx += columns) {
    double mean = sum_squares(x, columns) / (double)columns + epsilon;
    float factor = (float)(1 / sqrt(mean));
    f32x16 sums = 0;
    CK_BLOCKS(columns, sums = fused16(load_some(weight + i, some, 0) * load_some(dy + i, some, 0),
                                      load_some(x + i, some, 0), sums));
    float back = (float)(sum16(sums) / (double)columns / mean) * factor;
    CK_BLOCKS(columns, {
      f32x16 xi = load_some(x + i, some, 0), di = load_some(dy + i, some, 0);
      f32x16 d = load_some(weight + i, some, 0) * di * factor - xi * back;
      if (dweight) store_some(dweight + i, fused16(di * xi, (f32x16)factor, load_some(dweight + i, some, 0)), some);
      if (add) d += load_some(dx + i, some, 0);
      store_some(dx + i, d, some);
    });
  }
}

static void silu_product_any(const float *gate, const float *up, size_t count, float *out) {
  CK_BLOCKS(count, store_some(out + i, silu16(load_some(gate + i, some, 0)) * load_some(up + i, some, 0), some));
}

static void gelu_product_any(const float *gate, const float *up, size_t count, float *out) {
  CK_BLOCKS(count, store_some(out + i, gelu16(load_some(gate + i, some, 0)) * load_some(up + i, some, 0), some));
}

/* f(x) = x · s with s = 1 / (1 + exp(−u)): f'(x) = s + x · s · (1 − s) · u'(x). */
CK_INLINE void gated_backward(float *gate, float *up, float *inner, size_t some, f32x16 u, f32x16 slope) {
  f32x16 x = load_some(gate, some, 0), y = load_some(up, some, 0), d = load_some(inner, some, 0);
  f32x16 s = 1.0f / (1.0f + exp16(-u)), f = x * s;
  store_some(gate, d * y * fused16(f * (1.0f - s), slope, s), some);
  store_some(up, d * f, some);
  store_some(inner, f * y, some);
}

static void silu_backward_any(float *gate, float *up, float *inner, size_t count) {
  CK_BLOCKS(count, gated_backward(gate + i, up + i, inner + i, some, load_some(gate + i, some, 0), (f32x16)1.0f));
}

static void gelu_backward_any(float *gate, float *up, float *inner, size_t count) {
  const float k = 2 * 0.7978845608028654f;
  CK_BLOCKS(count, {
    f32x16 x = load_some(gate + i, some, 0), square = x * x * 0.044715f;
    gated_backward(gate + i, up + i, inner + i, some, fused16(square, x, x) * k, (3.0f * square + 1.0f) * k);
  });
}

static void softmax_backward_any(const float *p, float *d, size_t rows, size_t columns, size_t stride, float scale) {
  for (size_t r = 0; r < rows; r++, p += stride, d += stride) {
    f32x16 sums = 0;
    CK_BLOCKS(columns, sums = fused16(load_some(p + i, some, 0), load_some(d + i, some, 0), sums));
    float sum = sum16(sums);
    CK_BLOCKS(columns, store_some(d + i, load_some(p + i, some, 0) * scale * (load_some(d + i, some, 0) - sum), some));
  }
}

static double log_sum_exp_any(const float *x, size_t count, float *largest_out) {
  f32x16 most = (f32x16)-INFINITY;
  CK_BLOCKS(count, most = __builtin_elementwise_max(most, load_some(x + i, some, -INFINITY)));
  float largest = -INFINITY;
  for (size_t i = 0; i < 16; i++) largest = most[i] > largest ? most[i] : largest;
  if (largest_out) *largest_out = largest;
  f64x8 sum = 0;
  for (size_t start = 0; start < count; start += 4096) {
    size_t part = count - start < 4096 ? count - start : 4096;
    f32x16 some_sum = 0;
    CK_BLOCKS(part, some_sum += exp16(load_some(x + start + i, some, -INFINITY) - largest));
    sum += __builtin_convertvector(some_sum.lo, f64x8) + __builtin_convertvector(some_sum.hi, f64x8);
  }
  return largest + log(sum_double8(sum));
}

/* exp(x − log_sum) with the logarithm in two parts, so that large ones lose nothing. */
CK_INLINE f32x16 probability16(f32x16 x, float high, float low) { return exp16((x - high) - low); }

static void scaled_softmax_any(float *x, size_t count, double log_sum, float factor) {
  float high = (float)log_sum, low = (float)(log_sum - high);
  CK_BLOCKS(count, store_some(x + i, probability16(load_some(x + i, some, 0), high, low) * factor, some));
}

static double divergence_any(float *x, const float *reference, size_t count, double x_log_sum,
                             double reference_log_sum, float factor) {
  float high = (float)x_log_sum, low = (float)(x_log_sum - high);
  float other_high = (float)reference_log_sum, other_low = (float)(reference_log_sum - other_high);
  f64x8 sum = 0;
  CK_BLOCKS(count, {
    f32x16 v = load_some(x + i, some, -INFINITY), w = load_some(reference + i, some, -INFINITY);
    f32x16 p = probability16(v, high, low), r = probability16(w, other_high, other_low);
    f32x16 part = r * ((w - other_high) - (v - high));
    part = r > 0.0f ? part : (f32x16)0.0f;
    sum += __builtin_convertvector(part.lo, f64x8) + __builtin_convertvector(part.hi, f64x8);
    store_some(x + i, (p - r) * factor, some);
  });
  return sum_double8(sum) + ((double)low - (double)other_low);
}

static double squared_distance_any(float *x, const float *wanted, size_t count, float factor) {
  f64x8 sum = 0;
  CK_BLOCKS(count, {
    f32x16 d = load_some(x + i, some, 0) - load_some(wanted + i, some, 0), square = d * d;
    sum += __builtin_convertvector(square.lo, f64x8) + __builtin_convertvector(square.hi, f64x8);
    store_some(x + i, d * factor, some);
  });
  return sum_double8(sum);
}

/* Source: Loshchilov, Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2. */
static void adamw_any(float *parameters, const float *gradients, float *first, float *second, size_t count,
                      const ck_adamw_step *s) {
  CK_BLOCKS(count, {
    f32x16 g = load_some(gradients + i, some, 0) * s->scale;
    f32x16 m = load_some(first + i, some, 0) * s->beta1 + g * (1 - s->beta1);
    f32x16 v = load_some(second + i, some, 0) * s->beta2 + g * g * (1 - s->beta2);
    f32x16 p = load_some(parameters + i, some, 0);
    f32x16 root = __builtin_elementwise_sqrt(v) / s->correction2 + s->epsilon;
    store_some(parameters + i, p - p * s->decay - m / root * (s->rate / s->correction1), some);
    store_some(first + i, m, some);
    store_some(second + i, v, some);
  });
}
