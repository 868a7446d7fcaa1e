/* exp and what is made of it, sixteen numbers at a time; errors are below 2 units in the last place. */
#pragma once
#include "vectors.h"

/* Up to sixteen numbers, filled up with another. */
CK_INLINE f32x16 load_some(const float *p, size_t count, float fill) {
  f32x16 v = (f32x16)fill;
  memcpy(&v, p, count * sizeof(float));
  return v;
}

CK_INLINE void store_some(float *p, f32x16 v, size_t count) { memcpy(p, &v, count * sizeof(float)); }

CK_INLINE f32x16 power_of_two(i32x16 n) { return (f32x16)((n + 127) << 23); }

/*
 * exp(x) = 2ⁿ · exp(r) with n = round(x / ln 2), so that |r| ≤ ln 2 / 2, where seven terms of the Taylor series are right
 * to 2⁻²⁴ once their coefficients are fitted (Moshier's Cephes library). ln 2 is taken off in two parts, the first of
 * which has few bits, so that its multiple is exact; 2ⁿ is applied in two parts because n goes beyond what one can hold.
 */
CK_INLINE f32x16 exp16(f32x16 x) {
  const f32x16 shift = (f32x16)12582912.0f; /* adding it rounds to a whole number, which is in the low bits then */
  x = x > 90.0f ? (f32x16)90.0f : x;
  x = x < -105.0f ? (f32x16)-105.0f : x;
  f32x16 shifted = x * 1.44269504088896341f + shift, n = shifted - shift;
  i32x16 whole = (i32x16)shifted - (i32x16)shift;
  f32x16 r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  f32x16 p = (f32x16)1.9875691500e-4f;
  p = fused16(p, r, (f32x16)1.3981999507e-3f);
  p = fused16(p, r, (f32x16)8.3334519073e-3f);
  p = fused16(p, r, (f32x16)4.1665795894e-2f);
  p = fused16(p, r, (f32x16)1.6666665459e-1f);
  p = fused16(p, r, (f32x16)5.0000001201e-1f);
  p = fused16(p, r * r, r) + 1.0f;
  i32x16 half = whole >> 1;
  return p * power_of_two(half) * power_of_two(whole - half);
}

/* x / (1 + exp(−u)). */
CK_INLINE f32x16 sigmoid_times(f32x16 x, f32x16 u) { return x / (1.0f + exp16(-u)); }

CK_INLINE f32x16 silu16(f32x16 x) { return sigmoid_times(x, x); }

/* x / 2 · (1 + tanh u) = x / (1 + exp(−2u)) with u = √(2/π) · (x + 0.044715 x³). */
CK_INLINE f32x16 gelu16(f32x16 x) {
  f32x16 inner = fused16(x * x * 0.044715f, x, x);
  return sigmoid_times(x, inner * (2 * 0.7978845608028654f));
}
