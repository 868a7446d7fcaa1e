/* The block formats of GGUF: where scales and whole numbers lie. Everything else sees groups of 32 weights. */
#pragma once
#include "CMCKernels.h"
#include "lattices.h"
#include "vectors.h"

/* Blocks of 256 weights have eight groups. */
CK_INLINE size_t block_groups(int type) {
  switch (type) {
    case CK_Q2_K:
    case CK_Q3_K:
    case CK_Q4_K:
    case CK_Q5_K:
    case CK_Q6_K:
    case CK_IQ4_XS:
    case CK_TQ1_0:
    case CK_TQ2_0: return 8;
    default: return is_lattice(type) ? 8 : 1;
  }
}

CK_INLINE size_t block_bytes(int type) {
  switch (type) {
    case CK_Q4_0:
    case CK_IQ4_NL: return 18;
    case CK_Q4_1: return 20;
    case CK_Q5_0: return 22;
    case CK_Q5_1: return 24;
    case CK_Q8_0: return 34;
    case CK_MXFP4: return 17;
    case CK_Q2_K: return 84;
    case CK_Q3_K: return 110;
    case CK_Q4_K: return 144;
    case CK_Q5_K: return 176;
    case CK_Q6_K: return 210;
    case CK_IQ4_XS: return 136;
    case CK_TQ2_0:
    case CK_IQ2_XXS: return 66;
    case CK_TQ1_0: return 54;
    case CK_IQ2_XS: return 74;
    case CK_IQ2_S: return 82;
    case CK_IQ3_XXS: return 98;
    case CK_IQ3_S: return 110;
    case CK_IQ1_S: return 50;
    case CK_IQ1_M: return 56;
    case CK_NIBBLES: return 21;
    case CK_F8: return 36;
    case CK_F32: return 4;
    default: return 2;
  }
}

/* Whether the numbers that unpack gives have signs; all others are not negative. */
CK_INLINE int is_signed_type(int type) {
  return type == CK_Q8_0 || type == CK_IQ4_NL || type == CK_IQ4_XS || type == CK_MXFP4;
}

/* Whether the numbers are 0, 1 and 2, for −1, 0 and 1. */
CK_INLINE int is_ternary(int type) { return type == CK_TQ1_0 || type == CK_TQ2_0; }

/* What is taken from the stored numbers: weight = scale · (stored − offset) + minimum. */
CK_INLINE int block_offset(int type) {
  return type == CK_Q4_0 ? 8 : type == CK_Q5_0 ? 16 : type == CK_Q6_K ? 32 : type == CK_Q3_K ? 4 : is_ternary(type);
}

CK_INLINE int has_minimum(int type) {
  return type == CK_Q4_1 || type == CK_Q5_1 || type == CK_Q4_K || type == CK_Q5_K || type == CK_Q2_K;
}

/* Whether each half of a group has a scale of its own. */
CK_INLINE int has_half_scales(int type) { return type == CK_Q6_K || type == CK_Q2_K || type == CK_Q3_K; }

/* The eight scales and minima of six bits in the twelve bytes of Q4_K and Q5_K. */
CK_INLINE void six_bit_scales(const uint8_t *packed, u8x8 *scale, u8x8 *minimum) {
  uint32_t a = CK_LOAD(uint32_t, packed), b = CK_LOAD(uint32_t, packed + 4), c = CK_LOAD(uint32_t, packed + 8);
  uint32_t low_scale = a & 0x3F3F3F3F, high_scale = (c & 0x0F0F0F0F) | (a >> 6 & 0x03030303) << 4;
  uint32_t low_minimum = b & 0x3F3F3F3F, high_minimum = (c >> 4 & 0x0F0F0F0F) | (b >> 6 & 0x03030303) << 4;
  uint64_t scales = low_scale | (uint64_t)high_scale << 32, minima = low_minimum | (uint64_t)high_minimum << 32;
  *scale = CK_LOAD(u8x8, &scales);
  *minimum = CK_LOAD(u8x8, &minima);
}

/* Scales of one block: of each group of 32 weights, or of each half of one; minima are what is added. */
typedef struct {
  float scale[16];
  float minimum[16];
} block_scales;

/* The sixteen scales of halves of groups as whole numbers, and what they are multiplied by. */
CK_INLINE i8x16 half_scales(int type, const uint8_t *b) {
  if (type == CK_Q6_K) return CK_LOAD(i8x16, b + 192);
  if (type == CK_Q2_K) return (i8x16)(CK_LOAD(u8x16, b) & 15);
  /* Four bits of each lie in eight bytes, and two more in four. */
  uint64_t low = CK_LOAD(uint64_t, b + 96);
  uint32_t high = CK_LOAD(uint32_t, b + 104);
  uint64_t first = (low & 0x0F0F0F0F0F0F0F0F) | (uint64_t)(high << 4 & 0x30303030) | (uint64_t)(high << 2 & 0x30303030) << 32;
  uint64_t second = (low >> 4 & 0x0F0F0F0F0F0F0F0F) | (uint64_t)(high & 0x30303030) | (uint64_t)(high >> 2 & 0x30303030) << 32;
  uint64_t both[2] = {first, second};
  return CK_LOAD(i8x16, both) - 32;
}

CK_INLINE float half_factor(int type, const uint8_t *b) {
  return widen_half(b + (type == CK_Q6_K ? 208 : type == CK_Q2_K ? 80 : 108));
}

/* The scale of a small block. In MXFP4 it is a power of two, by its exponent. */
CK_INLINE float small_scale(int type, const uint8_t *b) {
  if (type == CK_NIBBLES || type == CK_F8) return CK_LOAD(float, b);
  if (type != CK_MXFP4) return widen_half(b);
  uint32_t bits = *b < 2 ? (uint32_t)0x00200000 << *b : (uint32_t)(*b - 1) << 23;
  return CK_LOAD(float, &bits);
}

CK_INLINE void read_scales(int type, const uint8_t *b, block_scales *out) {
  if (type == CK_Q4_K || type == CK_Q5_K) {
    u8x8 scale, minimum;
    six_bit_scales(b + 4, &scale, &minimum);
    f32x8 s = __builtin_convertvector(__builtin_convertvector(scale, i32x8), f32x8);
    f32x8 m = __builtin_convertvector(__builtin_convertvector(minimum, i32x8), f32x8);
    CK_STORE(out->scale, s * widen_half(b));
    CK_STORE(out->minimum, m * -widen_half(b + 2));
  } else if (has_half_scales(type)) {
    CK_STORE(out->scale, widen_signed(half_scales(type, b)) * half_factor(type, b));
    if (type == CK_Q2_K) CK_STORE(out->minimum, widen_bytes(CK_LOAD(u8x16, b) >> 4) * -widen_half(b + 82));
  } else if (type == CK_IQ4_XS) {
    float d = widen_half(b);
    /* Four bits of each lie in a word, and two more in half a one. */
    const i32x8 low_at = {0, 4, 8, 12, 16, 20, 24, 28}, high_at = {0, 2, 4, 6, 8, 10, 12, 14};
    u32x8 low = (u32x8)CK_LOAD(uint32_t, b + 4) >> (u32x8)low_at & 15;
    u32x8 high = (u32x8)(uint32_t)CK_LOAD(uint16_t, b + 2) >> (u32x8)high_at & 3;
    CK_STORE(out->scale, __builtin_convertvector((i32x8)(low | high << 4) - 32, f32x8) * d);
  } else if (is_ternary(type)) {
    CK_STORE(out->scale, (f32x8)widen_half(b + block_bytes(type) - 2));
  } else {
    out->scale[0] = small_scale(type, b);
    out->minimum[0] = has_minimum(type) ? widen_half(b + 2) : 0;
  }
}

/* Sixteen bytes with 16 where one of sixteen bits is set. */
CK_INLINE u8x16 fifth_bits(uint16_t bits) {
  const u8x16 of_byte = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  u16x8 both = (u16x8)bits;
  u8x16 spread = __builtin_shufflevector((u8x16)both, (u8x16)both, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  return (u8x16)((spread & of_byte) == of_byte) & 16;
}

/* What four bits stand for in the IQ4 types, and in MXFP4 twice. */
static const int8_t iq4_numbers[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
static const int8_t mxfp4_numbers[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

/* Five digits of base three are in a byte, as a fraction: times 3 to the power of a digit's place, and the first digit. */
CK_INLINE u8x16 ternary_digits(u8x16 q, uint8_t power) {
  q *= power;
  return -(u8x16)((q >= 86) + (q >= 171));
}

/* The digits of half a group: 160 weights are five of 32 bytes, 80 are five of 16, and the last 16 four of 4. */
CK_INLINE u8x16 ternary_half(const uint8_t *b, size_t half) {
  static const uint8_t powers[5] = {1, 3, 9, 27, 81};
  if (half < 10) return ternary_digits(CK_LOAD(u8x16, b + half % 2 * 16), powers[half / 2]);
  if (half < 15) return ternary_digits(CK_LOAD(u8x16, b + 32), powers[half - 10]);
  const u8x16 each = {1, 1, 1, 1, 3, 3, 3, 3, 9, 9, 9, 9, 27, 27, 27, 27};
  typedef uint32_t u32x4 __attribute__((ext_vector_type(4)));
  return ternary_digits((u8x16)(u32x4)CK_LOAD(uint32_t, b + 48) * each, 1);
}

/* The stored numbers of a group of one row. */
#define CK_UNPACK unpack
#define CK_BYTES u8x16
#define CK_SIXTEEN(p) CK_LOAD(u8x16, p)
#define CK_FIFTH(p) fifth_bits(CK_LOAD(uint16_t, p))
#define CK_TERNARY(p, half) ternary_half(p, half)
#define CK_LOOKED_UP(table, index) looked_up(CK_LOAD(u8x16, table), index)
#include "unpack.h"
