#pragma once
/* The steps of a backward pass between its products, and of the optimiser. Included by CMCKernels.h. */

/*
 * y = x / sqrt(mean(x²) + epsilon) · weight, backwards: dx (+)= the gradient of x, dweight += that of weight.
 * x, dy, dx: rows × columns. add: whether dx is added to; dx may be dy. dweight: columns numbers, or null.
 */
void ck_rms_norm_backward(const float *x, const float *weight, float epsilon, const float *dy, size_t rows,
                          size_t columns, int add, float *dx, float *dweight, ck_isa isa);
/* out = silu(gate) · up or gelu(gate) · up, gelu in its form with tanh; out may be gate. */
void ck_silu_product(const float *gate, const float *up, size_t count, float *out, ck_isa isa);
void ck_gelu_product(const float *gate, const float *up, size_t count, float *out, ck_isa isa);
/* The same backwards: gate and up become their gradients, and inner, the gradient of the product, becomes the product. */
void ck_silu_backward(float *gate, float *up, float *inner, size_t count, ck_isa isa);
void ck_gelu_backward(float *gate, float *up, float *inner, size_t count, ck_isa isa);
/* d = scale · p · (d − Σ p · d) on each row: the gradient of what a softmax was taken of. */
void ck_softmax_backward(const float *p, float *d, size_t rows, size_t columns, size_t stride, float scale, ck_isa isa);
/* log Σ exp(x); largest, if not null, gets the largest x. */
double ck_log_sum_exp(const float *x, size_t count, float *largest, ck_isa isa);
/* x = factor · softmax(x), log_sum being log Σ exp(x). */
void ck_scaled_softmax(float *x, size_t count, double log_sum, float factor, ck_isa isa);
/*
 * The divergence Σ r · (log r − log p) of p = softmax(x) from r = softmax(reference), given both logarithms of sums;
 * x becomes factor · (p − r).
 */
double ck_divergence(float *x, const float *reference, size_t count, double x_log_sum, double reference_log_sum,
                     float factor, ck_isa isa);
/* Σ (x − wanted)²; x becomes factor · (x − wanted). */
double ck_squared_distance(float *x, const float *wanted, size_t count, float factor, ck_isa isa);
/* Σ x². */
double ck_sum_of_squares(const float *x, size_t count, ck_isa isa);

/* The numbers of a step of AdamW. */
typedef struct {
  float rate;        /* the learning rate */
  float beta1;       /* how much of the mean of gradients stays */
  float beta2;       /* how much of the mean of their squares stays */
  float epsilon;     /* added to the root */
  float decay;       /* learning rate times weight decay */
  float scale;       /* of the gradient, from clipping */
  float correction1; /* 1 − beta1 to the power of the step */
  float correction2; /* the root of 1 − beta2 to the power of the step */
} ck_adamw_step;

/* One step on count parameters; first and second are the means of gradients and of their squares. */
void ck_adamw(float *parameters, const float *gradients, float *first, float *second, size_t count,
              const ck_adamw_step *step, ck_isa isa);
