/* The block formats of GGUF whose weights are points of a lattice: widened, a block of 256 at a time. */
#pragma once
#include "CMCKernels.h"
#include "lattice_tables.h"
#include "vectors.h"

CK_INLINE int is_lattice(int type) {
  switch (type) {
    case CK_IQ2_XXS:
    case CK_IQ2_XS:
    case CK_IQ2_S:
    case CK_IQ3_XXS:
    case CK_IQ3_S:
    case CK_IQ1_S:
    case CK_IQ1_M: return 1;
    default: return 0;
  }
}

/* Eight coordinates of two bits. */
CK_INLINE i32x8 steps_of(uint16_t point) {
  const i32x8 shifts = {0, 2, 4, 6, 8, 10, 12, 14};
  return (i32x8)(int32_t)point >> shifts & 3;
}

/* A coordinate of 8, 25 or 43. */
CK_INLINE f32x8 eights(uint16_t point) {
  i32x8 steps = steps_of(point);
  return __builtin_convertvector(8 + 17 * steps - (steps == 2), f32x8);
}

/* Four coordinates of three bits from each of two points. */
CK_INLINE i32x8 fours(uint16_t first, uint16_t second) {
  const i32x8 shifts = {0, 3, 6, 9, 12, 15, 18, 21};
  return (i32x8)(int32_t)(first | (uint32_t)second << 12) >> shifts & 7;
}

/* Eight numbers times a scale, negative where a bit is set. */
CK_INLINE void store_signed(f32x8 numbers, float scale, uint8_t bits, float *out) {
  const i32x8 shifts = {31, 30, 29, 28, 27, 26, 25, 24};
  i32x8 signs = (i32x8)((u32x8)((i32x8)(int32_t)bits << shifts) & 0x80000000u);
  CK_STORE(out, (f32x8)((i32x8)(numbers * scale) ^ signs));
}

/* Seven signs, and an eighth that makes their number even. */
CK_INLINE uint8_t even_signs(uint32_t seven) {
  seven &= 127;
  return (uint8_t)(seven | (uint32_t)__builtin_parity(seven) << 7);
}

CK_INLINE int nibble(const uint8_t *p, size_t i) { return p[i / 2] >> (i % 2 * 4) & 15; }

/* Row i of eight weights of a block: each type has its own places for the point's number, the signs and the scale. */
CK_INLINE void widen_signed_row(int type, const uint8_t *b, float d, size_t i, float *out) {
  if (type == CK_IQ2_XXS || type == CK_IQ3_XXS) {
    int is_two = type == CK_IQ2_XXS;
    uint32_t rest = CK_LOAD(uint32_t, b + (is_two ? 6 + i / 4 * 8 : 66 + i / 4 * 4));
    float scale = d * (0.5f + (float)(rest >> 28)) * (is_two ? 0.25f : 0.5f);
    f32x8 numbers;
    if (is_two) {
      numbers = eights(iq2_xxs_points[b[2 + i / 4 * 8 + i % 4]]);
    } else {
      i32x8 steps = fours(iq3_xxs_points[b[2 + 2 * i]], iq3_xxs_points[b[3 + 2 * i]]);
      numbers = __builtin_convertvector(4 + 8 * steps - 2 * (steps == 7), f32x8);
    }
    store_signed(numbers, scale, even_signs(rest >> (i % 4 * 7)), out);
  } else if (type == CK_IQ2_XS) {
    uint16_t q = CK_LOAD(uint16_t, b + 2 + 2 * i);
    float scale = d * (0.5f + (float)nibble(b + 66, i / 2)) * 0.25f;
    store_signed(eights(iq2_xs_points[q & 511]), scale, even_signs(q >> 9), out);
  } else if (type == CK_IQ2_S) {
    size_t point = b[2 + i] | (size_t)(b[66 + i / 4] >> (i % 4 * 2) & 3) << 8;
    float scale = d * (0.5f + (float)nibble(b + 74, i / 2)) * 0.25f;
    store_signed(eights(iq2_s_points[point]), scale, b[34 + i], out);
  } else {
    size_t first = b[2 + 2 * i] | (size_t)(b[66 + i / 4] >> (i % 4 * 2) & 1) << 8;
    size_t second = b[3 + 2 * i] | (size_t)(b[66 + i / 4] >> (i % 4 * 2 + 1) & 1) << 8;
    i32x8 steps = fours(iq3_s_points[first], iq3_s_points[second]);
    float scale = d * (float)(1 + 2 * nibble(b + 106, i / 4));
    store_signed(__builtin_convertvector(2 * steps + 1, f32x8), scale, b[74 + i], out);
  }
}

/* −1, 0 or 1, all moved by an eighth. */
CK_INLINE void widen_ternary_row(int point, float scale, int is_less, float *out) {
  f32x8 numbers = __builtin_convertvector(steps_of(iq1_s_points[point]) - 1, f32x8);
  CK_STORE(out, (numbers + (is_less ? -0.125f : 0.125f)) * scale);
}

/* A block. Not inlined: the type is looked at once for each. */
static __attribute__((noinline)) void widen_lattice(int type, const uint8_t *b, float *out) {
  if (type == CK_IQ1_S) {
    float d = widen_half(b);
    for (size_t i = 0; i < 32; i++) {
      uint16_t rest = CK_LOAD(uint16_t, b + 34 + i / 4 * 2);
      int point = b[2 + i] | (rest >> (i % 4 * 3) & 7) << 8;
      widen_ternary_row(point, d * (float)(2 * (rest >> 12 & 7) + 1), rest & 0x8000, out + 8 * i);
    }
  } else if (type == CK_IQ1_M) {
    /* The scale of the block is in the four bits that twelve-bit scales leave of sixteen. */
    uint16_t bits = 0;
    for (size_t i = 0; i < 4; i++) bits |= (uint16_t)((CK_LOAD(uint16_t, b + 48 + 2 * i) & 0xF000) >> (12 - 4 * i));
    float d = widen_half((const uint8_t *)&bits);
    for (size_t i = 0; i < 32; i++) {
      int rest = nibble(b + 32, i), scale = CK_LOAD(uint16_t, b + 48 + i / 8 * 2) >> (i / 2 % 4 * 3) & 7;
      widen_ternary_row(b[i] | (rest & 7) << 8, d * (float)(2 * scale + 1), rest & 8, out + 8 * i);
    }
  } else {
    float d = widen_half(b);
    for (size_t i = 0; i < 32; i++) widen_signed_row(type, b, d, i, out + 8 * i);
  }
}
