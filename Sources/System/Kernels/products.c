/* The entries of the products, each to the table of its instruction set. */
#include "kernels.h"

const ck_kernels *ck_kernels_for(ck_isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case CK_ISA_AVX2: return &ck_kernels_avx2;
    case CK_ISA_AVX512: return &ck_kernels_avx512;
    case CK_ISA_AVX512VNNI: return &ck_kernels_avx512vnni;
#elif defined(__aarch64__)
    case CK_ISA_NEON: return &ck_kernels_neon;
#endif
    default: return &ck_kernels_scalar;
  }
}

void ck_widen(ck_type type, const void *weights, size_t count, float *out, ck_isa isa) {
  ck_kernels_for(isa)->widen(type, weights, count, out);
}

void ck_products_exact(ck_type type, const uint8_t *weights, size_t row_bytes, size_t rows, size_t columns,
                       const float *x, size_t x_stride, size_t n, float *y, size_t y_stride, ck_isa isa) {
  ck_kernels_for(isa)->exact(type, weights, row_bytes, rows, columns, x, x_stride, n, y, y_stride);
}

void ck_products_widened(const float *weights, size_t rows, size_t columns, const float *x, size_t x_stride, size_t n,
                         float *y, size_t y_stride, ck_isa isa) {
  ck_kernels_for(isa)->widened(weights, rows, columns, x, x_stride, n, y, y_stride);
}

void ck_quantize(const float *x, size_t count, ck_quantized out, ck_isa isa) {
  ck_kernels_for(isa)->quantize(x, count, out);
}

void ck_products_fast(ck_type type, const uint8_t *weights, size_t row_bytes, size_t rows, size_t columns,
                      ck_quantized x, float *y, ck_isa isa) {
  ck_kernels_for(isa)->fast(type, weights, row_bytes, rows, columns, x, y);
}

size_t ck_panel_rows(ck_isa isa) { return ck_kernels_for(isa)->panel_rows; }

void ck_unpack_panel(ck_type type, const uint8_t *weights, size_t row_bytes, size_t rows, size_t columns, ck_panel out,
                     ck_isa isa) {
  ck_kernels_for(isa)->unpack_panel(type, weights, row_bytes, rows, columns, out);
}

void ck_products_panel(ck_type type, ck_panel weights, size_t rows, size_t columns, ck_quantized x, size_t n, float *y,
                       size_t y_stride, ck_isa isa) {
  ck_kernels_for(isa)->panel(type, weights, rows, columns, x, n, y, y_stride);
}
