#pragma once
/* Products of weight matrices and vectors, and the other steps of a forward pass. Included by CMCKernels.h. */

/* How weights are stored: the numbers of the GGUF format, and two beyond them. */
typedef enum {
  CK_F32 = 0,
  CK_F16 = 1,
  CK_Q4_0 = 2,
  CK_Q4_1 = 3,
  CK_Q5_0 = 6,
  CK_Q5_1 = 7,
  CK_Q8_0 = 8,
  CK_Q2_K = 10,
  CK_Q3_K = 11,
  CK_Q4_K = 12,
  CK_Q5_K = 13,
  CK_Q6_K = 14,
  CK_IQ2_XXS = 16,
  CK_IQ2_XS = 17,
  CK_IQ3_XXS = 18,
  CK_IQ1_S = 19,
  CK_IQ4_NL = 20,
  CK_IQ3_S = 21,
  CK_IQ2_S = 22,
  CK_IQ4_XS = 23,
  CK_IQ1_M = 29,
  CK_BF16 = 30,
  CK_TQ1_0 = 34,
  CK_TQ2_0 = 35,
  CK_MXFP4 = 39,
  /* This project's own, for what files of the hub have in several tensors; each begins with a scale, a float. */
  CK_NIBBLES = 1000, /* a byte to be taken from the numbers, then 16 bytes: weight i and weight i + 16 of 32 */
  CK_F8 = 1001,      /* 32 numbers of eight bits, four of them an exponent */
} ck_type;

/* Widens count weights (whole blocks) to float, each with the roundings of the `gguf` Python package. */
void ck_widen(ck_type type, const void *weights, size_t count, float *out, ck_isa isa);

/*
 * y[p * y_stride + r] = sum over k of w[r, k] * x[p * x_stride + k], for n positions p and rows r.
 * weights: rows of row_bytes bytes, columns weights each. The order of summation is fixed for an instruction set.
 */
void ck_products_exact(ck_type type, const uint8_t *weights, size_t row_bytes, size_t rows, size_t columns,
                       const float *x, size_t x_stride, size_t n, float *y, size_t y_stride, ck_isa isa);

/*
 * The same for rows that have been widened, with the same sums in the same order, number for number; some rows and
 * inputs at a time, so that many inputs do not read the rows again and again.
 */
void ck_products_widened(const float *weights, size_t rows, size_t columns, const float *x, size_t x_stride, size_t n,
                         float *y, size_t y_stride, ck_isa isa);

/*
 * Inputs rounded to eight bits in blocks of 32: number = scale · q. Vectors of columns numbers lie one after another.
 * scale, sum: one a block, sum being scale times the sum of q; half_sum: the same of each half of a block.
 */
typedef struct {
  int8_t *q;
  float *scale;
  float *sum;
  float *half_sum;
} ck_quantized;

/* Rounds count numbers, whole blocks of them. The same on every instruction set. */
void ck_quantize(const float *x, size_t count, ck_quantized out, ck_isa isa);

/* y[r] = sum over k of w[r, k] · x[k] for quantised weights and one rounded input. */
void ck_products_fast(ck_type type, const uint8_t *weights, size_t row_bytes, size_t rows, size_t columns,
                      ck_quantized x, float *y, ck_isa isa);

/*
 * Some rows of quantised weights, unpacked for products with many inputs. With p = ck_panel_rows, q has room for
 * p · columns bytes, scale and minimum for p · columns / 16 numbers each.
 */
typedef struct {
  uint8_t *q;
  float *scale;
  float *minimum;
} ck_panel;

/* How many rows a panel has. */
size_t ck_panel_rows(ck_isa isa);
/* Unpacks up to that many rows. */
void ck_unpack_panel(ck_type type, const uint8_t *weights, size_t row_bytes, size_t rows, size_t columns, ck_panel out,
                     ck_isa isa);
/* y[p * y_stride + r] for the rows of a panel and n rounded inputs. */
void ck_products_panel(ck_type type, ck_panel weights, size_t rows, size_t columns, ck_quantized x, size_t n, float *y,
                       size_t y_stride, ck_isa isa);

/*
 * The steps between products, over rows of columns numbers each; out may be x.
 * rms_norm: x / sqrt(mean(x²) + epsilon) · (offset + weight).
 * layer_norm: (x − mean) / sqrt(variance + epsilon) · weight + bias; bias may be null.
 */
void ck_rms_norm(const float *x, const float *weight, float epsilon, float offset, size_t rows, size_t columns,
                 float *out, ck_isa isa);
void ck_layer_norm(const float *x, const float *weight, const float *bias, float epsilon, size_t rows, size_t columns,
                   float *out, ck_isa isa);
/* Each row becomes exp(x − max) / sum; −∞ gives 0. */
void ck_softmax(float *x, size_t rows, size_t columns, size_t stride, ck_isa isa);
/* x += y; x *= factor. */
void ck_add(float *x, const float *y, size_t count, ck_isa isa);
void ck_scale(float *x, float factor, size_t count, ck_isa isa);
/* gate = silu(gate) · up; gate = gelu(gate) · up; x = gelu(x); gelu in its form with tanh. */
void ck_silu_multiply(float *gate, const float *up, size_t count, ck_isa isa);
void ck_gelu_multiply(float *gate, const float *up, size_t count, ck_isa isa);
void ck_gelu(float *x, size_t count, ck_isa isa);
/*
 * Turns the first 2 · pairs numbers of each head by the angle of its position. x: rows × heads × size;
 * cosine, sine: rows × pairs. interleaved: pairs (2i, 2i + 1), otherwise (i, i + pairs).
 */
void ck_rotary(float *x, size_t rows, size_t heads, size_t size, size_t pairs, const float *cosine, const float *sine,
               int interleaved, ck_isa isa);
/* out[i] = scale · sum of a[k] · b[i · stride + k] over size k: one query against count keys. */
void ck_scores(const float *a, const float *b, size_t stride, size_t size, size_t count, float scale, float *out,
               ck_isa isa);
/*
 * out[k] = sum of weight[i] · b[i · stride + k] over count i: values by their weights. adding: behind what is in out,
 * as if the values before were part of the same call.
 */
void ck_weighted_sum(const float *weight, const float *b, size_t stride, size_t size, size_t count, int adding,
                     float *out, ck_isa isa);
