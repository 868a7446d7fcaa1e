/*
 * Holds the kernels of one instruction set against float64 and against portable C; built and run by check_kernels.
 * The same is tested in LinearAlgebraTests, but there only on what the processor has.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CMCKernels.h"

typedef struct {
  ck_type type;
  size_t elements, bytes, scales, first_scale;
} format;

static const format formats[] = {
    {CK_Q4_0, 32, 18, 1, 0}, {CK_Q4_1, 32, 20, 2, 0},    {CK_Q5_0, 32, 22, 1, 0},    {CK_Q5_1, 32, 24, 2, 0},
    {CK_Q8_0, 32, 34, 1, 0}, {CK_Q4_K, 256, 144, 2, 0},  {CK_Q5_K, 256, 176, 2, 0},  {CK_Q6_K, 256, 210, 1, 208},
    {CK_Q2_K, 256, 84, 2, 80}, {CK_Q3_K, 256, 110, 1, 108}, {CK_IQ4_NL, 32, 18, 1, 0}, {CK_IQ4_XS, 256, 136, 1, 0},
    {CK_TQ2_0, 256, 66, 1, 64}, {CK_MXFP4, 32, 17, 0, 0}, {CK_TQ1_0, 256, 54, 1, 52}, {CK_IQ2_XXS, 256, 66, 1, 0},
    {CK_IQ2_XS, 256, 74, 1, 0}, {CK_IQ2_S, 256, 82, 1, 0}, {CK_IQ3_XXS, 256, 98, 1, 0}, {CK_IQ3_S, 256, 110, 1, 0},
    {CK_IQ1_S, 256, 50, 1, 0}, {CK_IQ1_M, 256, 56, 0, 0},  {CK_NIBBLES, 32, 21, 0, 0},  {CK_F8, 32, 36, 0, 0},
    {CK_F32, 1, 4, 0, 0},    {CK_F16, 1, 2, 1, 0},       {CK_BF16, 1, 2, 0, 0},
};

static int failures = 0;

static void expect(int holds, const char *what, ck_type type, size_t rows, size_t columns) {
  if (holds) return;
  failures++;
  printf("type %d, %zu x %zu: %s\n", (int)type, rows, columns, what);
}

static void *room(size_t bytes) {
  void *memory = calloc(1, bytes + 64);
  if (!memory) exit(1);
  return memory;
}

static float between(float low, float high) { return low + (high - low) * (float)rand() / (float)RAND_MAX; }

/* Positive halves of 2^-6 to 2^-3, powers of two where sums must not round. */
static void put_half(uint8_t *p, int whole) {
  uint16_t bits = (uint16_t)((9 + rand() % 4) << 10 | (whole ? 0 : rand() % 1024));
  memcpy(p, &bits, 2);
}

static uint8_t *random_weights(format f, size_t count, int whole) {
  uint8_t *w = room(count / f.elements * f.bytes);
  for (size_t i = 0; i < count / f.elements; i++) {
    uint8_t *b = w + i * f.bytes;
    for (size_t k = 0; k < f.bytes; k++) b[k] = (uint8_t)rand();
    for (size_t s = 0; s < f.scales; s++) put_half(b + f.first_scale + 2 * s, whole);
    if (f.type == CK_MXFP4) *b = (uint8_t)(119 + rand() % 4); /* an exponent */
    float value = between(-1, 1);
    if (f.type == CK_NIBBLES || f.type == CK_F8) memcpy(b, &value, 4);
    if (f.type == CK_NIBBLES) b[4] %= 17;
    for (size_t k = 4; f.type == CK_F8 && k < f.bytes; k++) b[k] &= 0xBF; /* nothing that is no number */
    for (size_t k = 49; f.type == CK_IQ1_M && k < 56; k += 2) b[k] = (uint8_t)((b[k] & 15) | (k == 55 ? 0x30 : 0x40));
    if (f.type == CK_F32) memcpy(b, &value, 4);
    if (f.type == CK_BF16) memcpy(b, (uint8_t *)&value + 2, 2);
  }
  return w;
}

static ck_quantized quantized_room(size_t count) {
  return (ck_quantized){room(count), room(count / 8), room(count / 8), room(count / 4)};
}

/* The worst difference of rows x n products from float64, in parts of the sum of magnitudes; equal: all bits. */
static double worst(const float *w, size_t rows, size_t columns, const double *x, size_t n, const float *y, int *equal) {
  double most = 0;
  for (size_t p = 0; p < n; p++) {
    for (size_t r = 0; r < rows; r++) {
      double sum = 0, magnitude = 0;
      for (size_t k = 0; k < columns; k++) {
        double term = (double)w[r * columns + k] * x[p * columns + k];
        sum += term;
        magnitude += fabs(term);
      }
      most = fmax(most, fabs(sum - y[p * rows + r]) / magnitude);
      if ((float)sum != y[p * rows + r]) *equal = 0;
    }
  }
  return most;
}

/* Types without products of whole numbers. */
static int widened_only(ck_type type) {
  return type == CK_NIBBLES || type == CK_F8 || (type >= CK_IQ2_XXS && type <= CK_IQ2_S && type != CK_IQ4_NL) || type == CK_IQ1_M;
}

static void check_products(format f, size_t rows, size_t columns, int whole, ck_isa isa) {
  const size_t n = 9, count = rows * columns;
  size_t row_bytes = columns / f.elements * f.bytes;
  uint8_t *weights = random_weights(f, count, whole);
  float *w = room(count * 4), *reference = room(count * 4), *x = room(n * columns * 4), *y = room(n * rows * 4);
  double *inputs = room(n * columns * 8);
  for (size_t i = 0; i < n * columns; i++) {
    int extreme = i % 32 == 0 || rand() % 3 == 0 ? 127 : rand() % 255 - 127;
    x[i] = whole ? (float)(i % 32 && rand() % 2 ? -extreme : extreme) : between(-1, 1);
    inputs[i] = x[i];
  }
  ck_widen(f.type, weights, count, w, isa);
  ck_widen(f.type, weights, count, reference, CK_ISA_SCALAR);
  expect(!memcmp(w, reference, count * 4), "widening differs", f.type, rows, columns);
  int equal = 1;
  ck_products_exact(f.type, weights, row_bytes, rows, columns, x, columns, n, y, rows, isa);
  expect(worst(w, rows, columns, inputs, n, y, &equal) < 1e-6, "exact products differ", f.type, rows, columns);
  if (f.elements > 1 && !widened_only(f.type)) {
    ck_quantized q = quantized_room(n * columns), portable = quantized_room(n * columns);
    ck_quantize(x, n * columns, q, isa);
    ck_quantize(x, n * columns, portable, CK_ISA_SCALAR);
    expect(!memcmp(q.q, portable.q, n * columns) && !memcmp(q.scale, portable.scale, n * columns / 8) &&
               !memcmp(q.sum, portable.sum, n * columns / 8) && !memcmp(q.half_sum, portable.half_sum, n * columns / 4),
           "rounding of inputs differs", f.type, rows, columns);
    for (size_t i = 0; i < n * columns; i++) inputs[i] = (double)q.q[i] * q.scale[i / 32];
    equal = 1;
    for (size_t p = 0; p < n; p++) {
      ck_quantized one = {q.q + p * columns, q.scale + p * columns / 32, q.sum + p * columns / 32,
                          q.half_sum + p * columns / 16};
      ck_products_fast(f.type, weights, row_bytes, rows, columns, one, y + p * rows, isa);
    }
    expect(worst(w, rows, columns, inputs, n, y, &equal) < 1e-6, "fast products differ", f.type, rows, columns);
    size_t step = ck_panel_rows(isa);
    ck_panel panel = {room(step * columns), room(step * columns / 4), room(step * columns / 4)};
    for (size_t r = 0; r < rows; r += step) {
      size_t some = rows - r < step ? rows - r : step;
      ck_unpack_panel(f.type, weights + r * row_bytes, row_bytes, some, columns, panel, isa);
      ck_products_panel(f.type, panel, some, columns, q, n, y + r, rows, isa);
    }
    expect(worst(w, rows, columns, inputs, n, y, &equal) < 1e-6, "panels differ", f.type, rows, columns);
    /* Few enough products that no sum of whole numbers rounds. */
    if (whole && columns <= 256) expect(equal, "whole numbers differ", f.type, rows, columns);
    free(q.q), free(q.scale), free(q.sum), free(q.half_sum);
    free(portable.q), free(portable.scale), free(portable.sum), free(portable.half_sum);
    free(panel.q), free(panel.scale), free(panel.minimum);
  }
  free(weights), free(w), free(reference), free(x), free(y), free(inputs);
}

enum { LENGTH = 1003 };

static void run_step(int step, float *out, const float *b, ck_isa isa) {
  switch (step) {
    case 0: ck_rms_norm(out, b, 1e-5f, 1, 1, LENGTH, out, isa); return;
    case 1: ck_layer_norm(out, b, b, 1e-5f, 1, LENGTH, out, isa); return;
    case 2: ck_softmax(out, 1, LENGTH, LENGTH, isa); return;
    case 3: ck_silu_multiply(out, b, LENGTH, isa); return;
    case 4: ck_gelu_multiply(out, b, LENGTH, isa); return;
    case 5: ck_gelu(out, LENGTH, isa); return;
    case 6: ck_rotary(out, 1, 10, 100, 50, b, b + 50, 1, isa); return;
    case 7: ck_rotary(out, 1, 10, 100, 50, b, b + 50, 0, isa); return;
    case 8: ck_scores(b, b + 10, 10, 91, 90, 0.1f, out, isa); return;
    default: ck_weighted_sum(b, b + 10, 10, 91, 90, 0, out, isa); return;
  }
}

/* Rows of costs for optimal transport, against plain loops of the C library. */
static void check_transport(size_t columns, double factor, ck_isa isa) {
  enum { ROWS = 3 };
  double *c = room(ROWS * columns * sizeof *c), *h = room(columns * sizeof *h), *costs = room(ROWS * columns * sizeof *c);
  double own[ROWS], out[ROWS];
  for (size_t i = 0; i < ROWS * columns; i++) c[i] = between(0, 1);
  for (size_t j = 0; j < columns; j++) h[j] = j % 5 == 4 ? -INFINITY : between(-0.1f, 0.1f) * factor;
  ck_cost_log_sum_exp(c, ROWS, columns, columns, h, factor, out, isa);
  for (size_t i = 0; i < ROWS; i++) {
    double most = -INFINITY, sum = 0;
    for (size_t j = 0; j < columns; j++) most = fmax(most, h[j] - factor * c[i * columns + j]);
    for (size_t j = 0; j < columns; j++) sum += exp(h[j] - factor * c[i * columns + j] - most);
    double wanted = most + log(sum);
    if (fabs(out[i] - wanted) <= 1e-14 * fmax(1, fabs(wanted))) continue;
    failures++;
    printf("log-sum-exp, %zu columns, factor %g: %.17g instead of %.17g\n", columns, factor, out[i], wanted);
  }
  for (int is_root = 0; is_root < 2; is_root++) {
    for (size_t i = 0; i < ROWS; i++) own[i] = between(0, 1);
    for (size_t j = 0; j < columns; j++) h[j] = between(0, 1);
    memcpy(costs, c, ROWS * columns * sizeof *c);
    ck_transport_costs(costs, ROWS, columns, columns, own, h, is_root, 1e-8, isa);
    for (size_t i = 0; i < ROWS * columns; i++) {
      double half = fmax(0, own[i / columns] + h[i % columns] - c[i]);
      double wanted = is_root ? sqrt(fmax(2 * half, 1e-8)) : half;
      if (fabs(costs[i] - wanted) <= 1e-15) continue;
      failures++;
      printf("cost %zu of %zu columns: %.17g instead of %.17g\n", i, columns, costs[i], wanted);
      break;
    }
  }
  free(c), free(h), free(costs);
}

int main(int count, char **arguments) {
  ck_isa isa = (ck_isa)(count > 1 ? atoi(arguments[1]) : 0);
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
    for (int whole = 0; whole < 2; whole++) {
      for (size_t size = 0; size < 3; size++) {
        size_t columns = formats[i].elements > 1 ? formats[i].elements << size : 37 + 100 * size;
        check_products(formats[i], 3 + 15 * size, columns, whole, isa);
      }
      if (formats[i].elements == 32) check_products(formats[i], 20, 32 * 18, whole, isa);
    }
  }
  for (int step = 0; step < 10; step++) {
    float a[LENGTH], b[LENGTH], wanted[LENGTH];
    for (size_t i = 0; i < LENGTH; i++) a[i] = between(-10, 10), b[i] = between(0, 1);
    memcpy(wanted, a, sizeof a);
    run_step(step, a, b, isa);
    run_step(step, wanted, b, CK_ISA_SCALAR);
    for (size_t i = 0; i < LENGTH; i++) {
      if (fabsf(a[i] - wanted[i]) <= 2e-6f * fmaxf(1, fabsf(wanted[i]))) continue;
      failures++;
      printf("step %d, number %zu: %g instead of %g\n", step, i, a[i], wanted[i]);
      break;
    }
  }
  for (size_t columns = 1; columns < 300; columns += 1 + columns / 4) {
    for (double factor = 1; factor < 1e7; factor *= 30) check_transport(columns, factor, isa);
  }
  printf("instruction set %d: %s\n", (int)isa, failures ? "FAILED" : "as it should be");
  return failures > 0;
}
