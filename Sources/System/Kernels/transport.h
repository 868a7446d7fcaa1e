/* What optimal transport needs of rows of costs, in double precision. */
#pragma once
#include <math.h>

#include "vectors.h"

typedef int64_t i64x8 __attribute__((ext_vector_type(8)));

/* Up to eight numbers, filled up with another. */
CK_INLINE f64x8 load_some_double(const double *p, size_t count, double fill) {
  f64x8 v = (f64x8)fill;
  memcpy(&v, p, count * sizeof(double));
  return v;
}

CK_INLINE f64x8 fused_double(f64x8 a, f64x8 b, f64x8 c) {
#if CK_FUSED
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

CK_INLINE double sum_double(f64x8 v) {
  return ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7]));
}

CK_INLINE double most_double(f64x8 v) {
  double __attribute__((ext_vector_type(4))) four = __builtin_elementwise_max(v.lo, v.hi);
  double __attribute__((ext_vector_type(2))) two = __builtin_elementwise_max(four.lo, four.hi);
  return two.x > two.y ? two.x : two.y;
}

/*
 * exp(x) for x ≤ 0 = 2ⁿ · exp(r) with n = round(x / ln 2). On |r| ≤ ln 2 / 2 the Taylor series to r¹² is right to 2⁻⁵³;
 * ln 2 is taken off in two parts, the first of which has few bits, so that its multiple is exact.
 */
CK_INLINE f64x8 exp_double(f64x8 x) {
  const f64x8 shift = (f64x8)6755399441055744.0; /* adding it rounds to a whole number, which is in the low bits then */
  x = x < -708.0 ? (f64x8)-708.0 : x;
  f64x8 shifted = x * 1.4426950408889634074 + shift, n = shifted - shift;
  f64x8 r = fused_double(n, (f64x8)-6.93145751953125e-1, x);
  r = fused_double(n, (f64x8)-1.42860682030941723212e-6, r);
  f64x8 p = (f64x8)(1.0 / 479001600);
  p = fused_double(p, r, (f64x8)(1.0 / 39916800));
  p = fused_double(p, r, (f64x8)(1.0 / 3628800));
  p = fused_double(p, r, (f64x8)(1.0 / 362880));
  p = fused_double(p, r, (f64x8)(1.0 / 40320));
  p = fused_double(p, r, (f64x8)(1.0 / 5040));
  p = fused_double(p, r, (f64x8)(1.0 / 720));
  p = fused_double(p, r, (f64x8)(1.0 / 120));
  p = fused_double(p, r, (f64x8)(1.0 / 24));
  p = fused_double(p, r, (f64x8)(1.0 / 6));
  p = fused_double(p, r, (f64x8)0.5);
  p = fused_double(p, r, (f64x8)1.0);
  p = fused_double(p, r, (f64x8)1.0);
  i64x8 whole = (i64x8)shifted - (i64x8)shift;
  return p * (f64x8)((whole + 1023) << 52);
}

/* Terms this far below the largest one are left out: 10⁹ of them would not show in a double. */
#define CK_NEGLIGIBLE 57.0

/*
 * Blocks of 64 columns, each looked at once: its largest term, and where that is not negligible the sum of its
 * exponentials relative to the largest term so far.
 */
static void cost_log_sum_exp_any(const double *costs, size_t rows, size_t columns, size_t stride, const double *h,
                            double factor, double *out) {
  const f64x8 slope = (f64x8)-factor;
  for (size_t i = 0; i < rows; i++, costs += stride) {
    double most = -INFINITY, total = 0;
    for (size_t j = 0; j < columns; j += 64) {
      size_t left = columns - j, vectors = left >= 64 ? 8 : (left + 7) / 8;
      f64x8 terms[8], top = (f64x8)-INFINITY;
      if (left >= 64) {
        for (size_t k = 0; k < 8; k++) {
          terms[k] = fused_double(CK_LOAD(f64x8, costs + j + 8 * k), slope, CK_LOAD(f64x8, h + j + 8 * k));
          top = __builtin_elementwise_max(top, terms[k]);
        }
      } else {
        for (size_t k = 0; k < vectors; k++) {
          size_t at = j + 8 * k, some = columns - at;
          terms[k] = some >= 8 ? fused_double(CK_LOAD(f64x8, costs + at), slope, CK_LOAD(f64x8, h + at))
                               : fused_double(load_some_double(costs + at, some, 0), slope,
                                              load_some_double(h + at, some, -INFINITY));
          top = __builtin_elementwise_max(top, terms[k]);
        }
      }
      double here = most_double(top);
      if (here == -INFINITY || here < most - CK_NEGLIGIBLE) continue;
      if (here > most) {
        total *= exp(most - here);
        most = here;
      }
      f64x8 sum = 0;
      for (size_t k = 0; k < vectors; k++) sum += exp_double(terms[k] - most);
      total += sum_double(sum);
    }
    out[i] = most + log(total);
  }
}

/* Products become costs: half the squared distance, or the distance, not less than the root of the floor. */
static void transport_costs_any(double *c, size_t rows, size_t columns, size_t stride, const double *row_halves,
                                const double *column_halves, int is_root, double floor) {
  for (size_t i = 0; i < rows; i++, c += stride) {
    const f64x8 own = (f64x8)row_halves[i];
    for (size_t j = 0; j < columns; j += 8) {
      size_t some = columns - j < 8 ? columns - j : 8;
      f64x8 v = own + load_some_double(column_halves + j, some, 0) - load_some_double(c + j, some, 0);
      v = __builtin_elementwise_max(v, (f64x8)0.0);
      if (is_root) {
        v = __builtin_elementwise_max(v + v, (f64x8)floor);
        v = __builtin_elementwise_sqrt(v);
      }
      memcpy(c + j, &v, some * sizeof(double));
    }
  }
}
