#include <string.h>

#include "CKernels.h"

static float half_to_float(const uint8_t *bytes) {
  uint16_t half;
  memcpy(&half, bytes, 2);
  uint32_t sign = (uint32_t)(half & 0x8000) << 16, rest = half & 0x7FFF, bits;
  float value;
  if (rest >= 0x7C00) {
    bits = sign | 0x7F800000 | (rest & 0x3FF) << 13;
  } else if (rest >= 0x400) {
    bits = sign | ((rest << 13) + (112u << 23));
  } else {
    value = (float)rest * 0x1p-24f;
    memcpy(&bits, &value, 4);
    bits |= sign;
  }
  memcpy(&value, &bits, 4);
  return value;
}

static void scale_and_minimum(const uint8_t *packed, size_t j, float *scale, float *minimum) {
  if (j < 4) {
    *scale = packed[j] & 63;
    *minimum = packed[j + 4] & 63;
  } else {
    *scale = (packed[j + 4] & 15) | (packed[j - 4] >> 6) << 4;
    *minimum = packed[j + 4] >> 4 | (packed[j] >> 6) << 4;
  }
}

static void widen_block(ck_type type, const uint8_t *b, float *out) {
#pragma STDC FP_CONTRACT OFF
  switch (type) {
    case CK_F32: memcpy(out, b, 4); break;
    case CK_F16: out[0] = half_to_float(b); break;
    case CK_BF16: {
      uint8_t wide[4] = {0, 0, b[0], b[1]};
      memcpy(out, wide, 4);
      break;
    }
    case CK_Q8_0: {
      float d = half_to_float(b);
      for (size_t i = 0; i < 32; i++) out[i] = d * (float)(int8_t)b[2 + i];
      break;
    }
    case CK_Q4_0:
    case CK_Q4_1: {
      float d = half_to_float(b), m = type == CK_Q4_1 ? half_to_float(b + 2) : 0;
      const uint8_t *q = type == CK_Q4_1 ? b + 4 : b + 2;
      for (size_t i = 0; i < 32; i++) {
        int v = i < 16 ? q[i] & 15 : q[i - 16] >> 4;
        out[i] = type == CK_Q4_1 ? d * (float)v + m : d * (float)(v - 8);
      }
      break;
    }
    case CK_Q5_0:
    case CK_Q5_1: {
      float d = half_to_float(b), m = type == CK_Q5_1 ? half_to_float(b + 2) : 0;
      const uint8_t *h = type == CK_Q5_1 ? b + 4 : b + 2, *q = h + 4;
      for (size_t i = 0; i < 32; i++) {
        int v = (i < 16 ? q[i] & 15 : q[i - 16] >> 4) | ((h[i / 8] >> (i % 8)) & 1) << 4;
        out[i] = type == CK_Q5_1 ? d * (float)v + m : d * (float)(v - 16);
      }
      break;
    }
    case CK_Q4_K:
    case CK_Q5_K: {
      float d = half_to_float(b), least = half_to_float(b + 2);
      const uint8_t *h = b + 16, *q = type == CK_Q5_K ? b + 48 : b + 16;
      for (size_t j = 0; j < 8; j++) {
        float scale, minimum;
        scale_and_minimum(b + 4, j, &scale, &minimum);
        scale = d * scale;
        minimum = least * minimum;
        for (size_t i = 0; i < 32; i++) {
          uint8_t pair = q[j / 2 * 32 + i];
          int v = j % 2 ? pair >> 4 : pair & 15;
          if (type == CK_Q5_K) v |= ((h[i] >> j) & 1) << 4;
          out[j * 32 + i] = scale * (float)v - minimum;
        }
      }
      break;
    }
    case CK_Q6_K: {
      float d = half_to_float(b + 208);
      const int8_t *scales = (const int8_t *)b + 192;
      for (size_t i = 0; i < 256; i++) {
        size_t part = i / 128, line = i % 128 / 32, place = i % 32;
        int low = b[part * 64 + line % 2 * 32 + place] >> (line / 2 * 4) & 15;
        int high = b[128 + part * 32 + place] >> (line * 2) & 3;
        out[i] = d * (float)scales[i / 16] * (float)((low | high << 4) - 32);
      }
      break;
    }
  }
}

static void block_size(ck_type type, size_t *elements, size_t *bytes) {
  switch (type) {
    case CK_F32: *elements = 1, *bytes = 4; break;
    case CK_F16:
    case CK_BF16: *elements = 1, *bytes = 2; break;
    case CK_Q4_0: *elements = 32, *bytes = 18; break;
    case CK_Q4_1: *elements = 32, *bytes = 20; break;
    case CK_Q5_0: *elements = 32, *bytes = 22; break;
    case CK_Q5_1: *elements = 32, *bytes = 24; break;
    case CK_Q8_0: *elements = 32, *bytes = 34; break;
    case CK_Q4_K: *elements = 256, *bytes = 144; break;
    case CK_Q5_K: *elements = 256, *bytes = 176; break;
    case CK_Q6_K: *elements = 256, *bytes = 210; break;
  }
}

void ck_widen(ck_type type, const void *weights, size_t count, float *out, ck_isa isa) {
  (void)isa;
  size_t elements = 1, bytes = 4;
  block_size(type, &elements, &bytes);
  const uint8_t *b = weights;
  for (size_t i = 0; i < count; i += elements, b += bytes) widen_block(type, b, out + i);
}

void ck_products_exact(ck_type type, const uint8_t *weights, size_t row_bytes, size_t rows, size_t columns,
                       const float *x, size_t x_stride, size_t n, float *y, size_t y_stride, ck_isa isa) {
  (void)isa;
  size_t elements = 1, bytes = 4;
  block_size(type, &elements, &bytes);
  float w[256];
  for (size_t r = 0; r < rows; r++) {
    for (size_t p = 0; p < n; p++) {
      const uint8_t *b = weights + r * row_bytes;
      float sum = 0;
      for (size_t k = 0; k < columns; k += elements, b += bytes) {
        widen_block(type, b, w);
        for (size_t i = 0; i < elements; i++) sum += w[i] * x[p * x_stride + k + i];
      }
      y[p * y_stride + r] = sum;
    }
  }
}
