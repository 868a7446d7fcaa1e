/* Widening to float32, and products of rows with widened weights that stay in registers. */
#pragma once
#include "blocks.h"

CK_INLINE int is_float(int type) { return type == CK_F32 || type == CK_F16 || type == CK_BF16; }

/* Sixteen floating-point weights. */
CK_INLINE f32x16 widen_floats(int type, const uint8_t *p) {
  if (type == CK_F32) return CK_LOAD(f32x16, p);
  u16x16 h = CK_LOAD(u16x16, p);
  return type == CK_F16 ? widen_halves(h) : widen_brains(h);
}

/* Fewer than sixteen, filled up with zeros. */
CK_INLINE f32x16 widen_rest(int type, const uint8_t *p, size_t count) {
  uint8_t filled[64] = {0};
  memcpy(filled, p, count * block_bytes(type));
  return widen_floats(type, filled);
}

/* Floating point of eight bits, four of them an exponent. As halves the numbers are 2⁻⁸ times as large. */
CK_INLINE f32x16 widen_eighths(u8x16 q) {
  u16x16 wide = __builtin_convertvector(q, u16x16), rest = wide & 0x7F;
  u32x16 numbers = (u32x16)(widen_halves((wide & 0x80) << 8 | rest << 7) * 256);
  return (f32x16)(numbers | ((u32x16)(__builtin_convertvector(rest, u32x16) == 0x7F) & 0x7FC00000));
}

/* The 32 weights of a group. The package's order: (stored − offset) · scale, then the minimum, each rounded. */
CK_INLINE void widen_group(int type, const uint8_t *b, const block_scales *s, size_t g, f32x16 *low, f32x16 *high) {
  if (type == CK_F8) {
    *low = widen_eighths(CK_LOAD(u8x16, b + 4)) * s->scale[0];
    *high = widen_eighths(CK_LOAD(u8x16, b + 20)) * s->scale[0];
    return;
  }
  u8x16 a, c;
  unpack(type, b, g, &a, &c, 0);
  int8_t offset = (int8_t)(type == CK_NIBBLES ? b[4] : block_offset(type));
  if (is_signed_type(type) || type == CK_NIBBLES || offset) {
    *low = widen_signed((i8x16)a - offset);
    *high = widen_signed((i8x16)c - offset);
  } else {
    *low = widen_bytes(a);
    *high = widen_bytes(c);
  }
  if (has_half_scales(type)) {
    *low *= s->scale[2 * g];
    *high *= s->scale[2 * g + 1];
  } else {
    *low *= s->scale[g];
    *high *= s->scale[g];
  }
  if (has_minimum(type) && has_half_scales(type)) {
    *low += s->minimum[2 * g];
    *high += s->minimum[2 * g + 1];
  } else if (has_minimum(type)) {
    *low += s->minimum[g];
    *high += s->minimum[g];
  }
}

CK_INLINE void widen_of(int type, const uint8_t *b, size_t count, float *out) {
  if (is_float(type)) {
    size_t i = 0;
    for (; i + 16 <= count; i += 16) CK_STORE(out + i, widen_floats(type, b + i * block_bytes(type)));
    if (i < count) {
      f32x16 rest = widen_rest(type, b + i * block_bytes(type), count - i);
      memcpy(out + i, &rest, (count - i) * sizeof(float));
    }
    return;
  }
  for (const float *end = out + count; out < end; b += block_bytes(type)) {
    block_scales scales;
    read_scales(type, b, &scales);
#pragma clang loop unroll(full)
    for (size_t g = 0; g < block_groups(type); g++, out += 32) {
      f32x16 low, high;
      widen_group(type, b, &scales, g, &low, &high);
      CK_STORE(out, low);
      CK_STORE(out + 16, high);
    }
  }
}

/* Some rows with n input vectors at once; n is a constant where this is called, so that the sums stay in registers. */
CK_INLINE void exact_rows(int type, const uint8_t *w, size_t row_bytes, size_t rows, size_t columns, const float *x,
                          size_t x_stride, const size_t n, float *y, size_t y_stride) {
  for (size_t r = 0; r < rows; r++) {
    const uint8_t *b = w + r * row_bytes;
    f32x16 first[2] = {0}, second[2] = {0};
    if (is_float(type)) {
      size_t k = 0;
      for (; k + 32 <= columns; k += 32) {
        f32x16 low = widen_floats(type, b + k * block_bytes(type));
        f32x16 high = widen_floats(type, b + (k + 16) * block_bytes(type));
        for (size_t p = 0; p < n; p++) {
          first[p] = fused16(low, CK_LOAD(f32x16, x + p * x_stride + k), first[p]);
          second[p] = fused16(high, CK_LOAD(f32x16, x + p * x_stride + k + 16), second[p]);
        }
      }
      for (; k < columns; k += 16) {
        size_t count = columns - k < 16 ? columns - k : 16;
        f32x16 rest = widen_rest(type, b + k * block_bytes(type), count);
        for (size_t p = 0; p < n; p++) {
          f32x16 input = widen_rest(CK_F32, (const uint8_t *)(x + p * x_stride + k), count);
          first[p] = fused16(rest, input, first[p]);
        }
      }
    } else {
      for (size_t k = 0; k < columns; b += block_bytes(type)) {
        block_scales scales;
        read_scales(type, b, &scales);
#pragma clang loop unroll(full)
        for (size_t g = 0; g < block_groups(type); g++, k += 32) {
          f32x16 low, high;
          widen_group(type, b, &scales, g, &low, &high);
          for (size_t p = 0; p < n; p++) {
            first[p] = fused16(low, CK_LOAD(f32x16, x + p * x_stride + k), first[p]);
            second[p] = fused16(high, CK_LOAD(f32x16, x + p * x_stride + k + 16), second[p]);
          }
        }
      }
    }
    for (size_t p = 0; p < n; p++) y[p * y_stride + r] = sum16(first[p] + second[p]);
  }
}

CK_INLINE void exact_of(int type, const uint8_t *w, size_t row_bytes, size_t rows, size_t columns, const float *x,
                        size_t x_stride, size_t n, float *y, size_t y_stride) {
  for (; n >= 2; n -= 2, x += 2 * x_stride, y += 2 * y_stride)
    exact_rows(type, w, row_bytes, rows, columns, x, x_stride, 2, y, y_stride);
  if (n) exact_rows(type, w, row_bytes, rows, columns, x, x_stride, 1, y, y_stride);
}

/* The same sums for lattices, whose blocks are widened in memory: all types in one function, as their widening is long. */
static void exact_lattice(int type, const uint8_t *w, size_t row_bytes, size_t rows, size_t columns, const float *x,
                          size_t x_stride, size_t n, float *y, size_t y_stride) {
  size_t bytes = block_bytes(type);
  for (size_t r = 0; r < rows; r++) {
    for (size_t p = 0; p < n; p += 2) {
      size_t second = p + 1 < n ? p + 1 : p;
      const float *input = x + p * x_stride, *other = x + second * x_stride;
      f32x16 sums[4] = {0};
      float wide[256];
      for (size_t k = 0; k < columns; k += 256) {
        widen_lattice(type, w + r * row_bytes + k / 256 * bytes, wide);
        for (size_t g = 0; g < 256; g += 32) {
          f32x16 low = CK_LOAD(f32x16, wide + g), high = CK_LOAD(f32x16, wide + g + 16);
          sums[0] = fused16(low, CK_LOAD(f32x16, input + k + g), sums[0]);
          sums[1] = fused16(high, CK_LOAD(f32x16, input + k + g + 16), sums[1]);
          sums[2] = fused16(low, CK_LOAD(f32x16, other + k + g), sums[2]);
          sums[3] = fused16(high, CK_LOAD(f32x16, other + k + g + 16), sums[3]);
        }
      }
      y[p * y_stride + r] = sum16(sums[0] + sums[1]);
      y[second * y_stride + r] = sum16(sums[2] + sums[3]);
    }
  }
}

static void widen_lattices(int type, const uint8_t *b, size_t count, float *out) {
  for (const float *end = out + count; out < end; b += block_bytes(type), out += 256) widen_lattice(type, b, out);
}

/* Each type is compiled apart, with its constants. */
#define CK_FOR_TYPE(call)        \
  switch (type) {                \
    case CK_F32: call(CK_F32);   \
    case CK_F16: call(CK_F16);   \
    case CK_BF16: call(CK_BF16); \
    CK_QUANTIZED_CASES(call)     \
    CK_WIDENED_CASES(call)       \
    default: return;             \
  }
/* Types with products of whole numbers, and those that are widened whatever the precision. */
#define CK_QUANTIZED_CASES(call) \
  case CK_Q4_0: call(CK_Q4_0);   \
  case CK_Q4_1: call(CK_Q4_1);   \
  case CK_Q5_0: call(CK_Q5_0);   \
  case CK_Q5_1: call(CK_Q5_1);   \
  case CK_Q8_0: call(CK_Q8_0);   \
  case CK_Q4_K: call(CK_Q4_K);   \
  case CK_Q5_K: call(CK_Q5_K);   \
  case CK_Q6_K: call(CK_Q6_K);   \
  case CK_Q2_K: call(CK_Q2_K);   \
  case CK_Q3_K: call(CK_Q3_K);   \
  case CK_IQ4_NL: call(CK_IQ4_NL); \
  case CK_IQ4_XS: call(CK_IQ4_XS); \
  case CK_TQ1_0: call(CK_TQ1_0);   \
  case CK_TQ2_0: call(CK_TQ2_0);   \
  case CK_MXFP4: call(CK_MXFP4);
#define CK_WIDENED_CASES(call)   \
  case CK_NIBBLES: call(CK_NIBBLES); \
  case CK_F8: call(CK_F8);

static void widen_any(ck_type type, const void *weights, size_t count, float *out) {
  if (is_lattice(type)) return widen_lattices(type, weights, count, out);
#define CK_CALL(t)                 \
  widen_of(t, weights, count, out); \
  return
  CK_FOR_TYPE(CK_CALL)
#undef CK_CALL
}

static void exact_any(ck_type type, const uint8_t *w, size_t row_bytes, size_t rows, size_t columns, const float *x,
                      size_t x_stride, size_t n, float *y, size_t y_stride) {
  if (is_lattice(type)) return exact_lattice(type, w, row_bytes, rows, columns, x, x_stride, n, y, y_stride);
#define CK_CALL(t)                                                           \
  exact_of(t, w, row_bytes, rows, columns, x, x_stride, n, y, y_stride); \
  return
  CK_FOR_TYPE(CK_CALL)
#undef CK_CALL
}
