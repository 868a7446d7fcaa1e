/* Vectors of fixed length in the compiler's own notation, which it turns into the registers of each instruction set. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Products and sums are rounded apart unless they say otherwise: widening has to round as its original does. */
#pragma STDC FP_CONTRACT OFF

/* Every function that takes or gives a vector is inlined, so how one would be passed does not matter. */
#pragma clang diagnostic ignored "-Wpsabi"
#define CK_INLINE static inline __attribute__((always_inline))

typedef float f32x8 __attribute__((ext_vector_type(8)));
typedef float f32x16 __attribute__((ext_vector_type(16)));
typedef double f64x8 __attribute__((ext_vector_type(8)));
typedef int32_t i32x8 __attribute__((ext_vector_type(8)));
typedef int32_t i32x16 __attribute__((ext_vector_type(16)));
typedef uint32_t u32x8 __attribute__((ext_vector_type(8)));
typedef uint32_t u32x16 __attribute__((ext_vector_type(16)));
typedef uint16_t u16x8 __attribute__((ext_vector_type(8)));
typedef uint16_t u16x16 __attribute__((ext_vector_type(16)));
typedef int8_t i8x16 __attribute__((ext_vector_type(16)));
typedef uint8_t u8x8 __attribute__((ext_vector_type(8)));
typedef uint8_t u8x16 __attribute__((ext_vector_type(16)));
typedef int8_t i8x32 __attribute__((ext_vector_type(32)));

#define CK_LOAD(type, p) ({ type v_; memcpy(&v_, (p), sizeof v_); v_; })
#define CK_STORE(p, v) ({ __typeof__(v) v_ = (v); memcpy((p), &v_, sizeof v_); })

/* a · b + c, rounded once where the instruction set has it: the portable form would call a function for each number. */
CK_INLINE f32x16 fused16(f32x16 a, f32x16 b, f32x16 c) {
#if CK_FUSED
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

CK_INLINE f32x8 fused8(f32x8 a, f32x8 b, f32x8 c) {
#if CK_FUSED
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

CK_INLINE float sum8(f32x8 v) {
  float __attribute__((ext_vector_type(4))) four = v.lo + v.hi;
  float __attribute__((ext_vector_type(2))) two = four.lo + four.hi;
  return two.x + two.y;
}

CK_INLINE float sum16(f32x16 v) { return sum8(v.lo + v.hi); }

/* Adds up eight sums of each of eight rows, in the order of sum8. */
CK_INLINE f32x8 sums_of_eight(const f32x8 r[8]) {
  f32x8 two[4];
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    /* The halves of two rows beside each other: four sums of each. */
    f32x8 a = r[i], b = r[i + 4];
    two[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11) + __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  }
  f32x8 a = __builtin_shufflevector(two[0], two[1], 0, 1, 8, 9, 4, 5, 12, 13) +
            __builtin_shufflevector(two[0], two[1], 2, 3, 10, 11, 6, 7, 14, 15);
  f32x8 b = __builtin_shufflevector(two[2], two[3], 0, 1, 8, 9, 4, 5, 12, 13) +
            __builtin_shufflevector(two[2], two[3], 2, 3, 10, 11, 6, 7, 14, 15);
  return __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14) + __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
}

/* Numbers of 16 bits, widened. Without an instruction for it halves go through the bits, subnormal ones included. */
CK_INLINE f32x16 widen_halves(u16x16 h) {
#if CK_HALF
  typedef _Float16 f16x16 __attribute__((ext_vector_type(16)));
  return __builtin_convertvector((f16x16)h, f32x16);
#else
  u32x16 wide = __builtin_convertvector(h, u32x16), sign = (wide & 0x8000) << 16, rest = wide & 0x7FFF;
  u32x16 normal = (rest << 13) + (112u << 23);
  u32x16 special = 0x7F800000 | (rest & 0x3FF) << 13;
  u32x16 small = (u32x16)(__builtin_convertvector((i32x16)rest, f32x16) * 0x1p-24f);
  u32x16 is_small = (u32x16)(rest < 0x400), is_special = (u32x16)(rest >= 0x7C00);
  u32x16 bits = (small & is_small) | (special & is_special) | (normal & ~(is_small | is_special));
  return (f32x16)(bits | sign);
#endif
}

CK_INLINE f32x8 widen_halves8(u16x8 h) {
#if CK_HALF
  typedef _Float16 f16x8 __attribute__((ext_vector_type(8)));
  return __builtin_convertvector((f16x8)h, f32x8);
#else
  return widen_halves(__builtin_shufflevector(h, h, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7)).lo;
#endif
}

CK_INLINE float widen_half(const uint8_t *p) {
#if CK_HALF
  return (float)CK_LOAD(_Float16, p);
#else
  return widen_halves8((u16x8)CK_LOAD(uint16_t, p)).x;
#endif
}

CK_INLINE f32x16 widen_brains(u16x16 h) { return (f32x16)(__builtin_convertvector(h, u32x16) << 16); }
CK_INLINE f32x16 widen_bytes(u8x16 q) {
  return __builtin_convertvector(__builtin_convertvector(q, i32x16), f32x16);
}
CK_INLINE f32x16 widen_signed(i8x16 q) {
  return __builtin_convertvector(__builtin_convertvector(q, i32x16), f32x16);
}
