/* The block formats of GGUF: where scales and whole numbers lie. Everything else sees groups of 32 weights. */
#pragma once
#include "CMCKernels.h"
#include "vectors.h"

CK_INLINE size_t block_groups(int type) { return type == CK_Q4_K || type == CK_Q5_K || type == CK_Q6_K ? 8 : 1; }

CK_INLINE size_t block_bytes(int type) {
  switch (type) {
    case CK_Q4_0: return 18;
    case CK_Q4_1: return 20;
    case CK_Q5_0: return 22;
    case CK_Q5_1: return 24;
    case CK_Q8_0: return 34;
    case CK_Q4_K: return 144;
    case CK_Q5_K: return 176;
    case CK_Q6_K: return 210;
    case CK_F32: return 4;
    default: return 2;
  }
}

/* What is taken from the stored numbers, which are not negative but in Q8_0: weight = scale · (stored − offset) + minimum. */
CK_INLINE int block_offset(int type) {
  return type == CK_Q4_0 ? 8 : type == CK_Q5_0 ? 16 : type == CK_Q6_K ? 32 : 0;
}

CK_INLINE int has_minimum(int type) {
  return type == CK_Q4_1 || type == CK_Q5_1 || type == CK_Q4_K || type == CK_Q5_K;
}

/* The eight scales and minima of six bits in the twelve bytes of Q4_K and Q5_K. */
CK_INLINE void six_bit_scales(const uint8_t *packed, uint8_t scale[8], uint8_t minimum[8]) {
  uint32_t a = CK_LOAD(uint32_t, packed), b = CK_LOAD(uint32_t, packed + 4), c = CK_LOAD(uint32_t, packed + 8);
  uint32_t low_scale = a & 0x3F3F3F3F, high_scale = (c & 0x0F0F0F0F) | (a >> 6 & 0x03030303) << 4;
  uint32_t low_minimum = b & 0x3F3F3F3F, high_minimum = (c >> 4 & 0x0F0F0F0F) | (b >> 6 & 0x03030303) << 4;
  memcpy(scale, &low_scale, 4);
  memcpy(scale + 4, &high_scale, 4);
  memcpy(minimum, &low_minimum, 4);
  memcpy(minimum + 4, &high_minimum, 4);
}

typedef uint8_t u8x8 __attribute__((ext_vector_type(8)));

/* Scales of one block: of each group of 32 weights, in Q6_K of each half of one; minima are what is added. */
typedef struct {
  float scale[16];
  float minimum[8];
} block_scales;

CK_INLINE void read_scales(int type, const uint8_t *b, block_scales *out) {
  if (type == CK_Q4_K || type == CK_Q5_K) {
    uint8_t scale[8], minimum[8];
    six_bit_scales(b + 4, scale, minimum);
    f32x8 s = __builtin_convertvector(__builtin_convertvector(CK_LOAD(u8x8, scale), i32x8), f32x8);
    f32x8 m = __builtin_convertvector(__builtin_convertvector(CK_LOAD(u8x8, minimum), i32x8), f32x8);
    CK_STORE(out->scale, s * widen_half(b));
    CK_STORE(out->minimum, m * -widen_half(b + 2));
  } else if (type == CK_Q6_K) {
    CK_STORE(out->scale, widen_signed(CK_LOAD(i8x16, b + 192)) * widen_half(b + 208));
  } else {
    out->scale[0] = widen_half(b);
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

/* The stored numbers of group g of a block; in Q8_0 they have signs. */
CK_INLINE void unpack(int type, const uint8_t *b, size_t g, u8x16 *low, u8x16 *high) {
  switch (type) {
    case CK_Q8_0:
      *low = CK_LOAD(u8x16, b + 2);
      *high = CK_LOAD(u8x16, b + 18);
      return;
    case CK_Q4_0:
    case CK_Q4_1:
    case CK_Q5_0:
    case CK_Q5_1: {
      u8x16 q = CK_LOAD(u8x16, b + block_bytes(type) - 16);
      *low = q & 15;
      *high = q >> 4;
      if (type == CK_Q5_0 || type == CK_Q5_1) {
        *low |= fifth_bits(CK_LOAD(uint16_t, b + block_bytes(type) - 20));
        *high |= fifth_bits(CK_LOAD(uint16_t, b + block_bytes(type) - 18));
      }
      return;
    }
    case CK_Q4_K:
    case CK_Q5_K: {
      const uint8_t *q = b + block_bytes(type) - 128 + g / 2 * 32;
      *low = CK_LOAD(u8x16, q) >> (uint8_t)(g % 2 * 4) & 15;
      *high = CK_LOAD(u8x16, q + 16) >> (uint8_t)(g % 2 * 4) & 15;
      if (type == CK_Q5_K) {
        *low |= (CK_LOAD(u8x16, b + 16) >> (uint8_t)g & 1) << 4;
        *high |= (CK_LOAD(u8x16, b + 32) >> (uint8_t)g & 1) << 4;
      }
      return;
    }
    case CK_Q6_K: {
      const uint8_t *q = b + g / 4 * 64 + g % 2 * 32, *h = b + 128 + g / 4 * 32;
      uint8_t shift = (uint8_t)(g % 4 / 2 * 4), high_shift = (uint8_t)(g % 4 * 2);
      *low = (CK_LOAD(u8x16, q) >> shift & 15) | (CK_LOAD(u8x16, h) >> high_shift & 3) << 4;
      *high = (CK_LOAD(u8x16, q + 16) >> shift & 15) | (CK_LOAD(u8x16, h + 16) >> high_shift & 3) << 4;
      return;
    }
  }
}
