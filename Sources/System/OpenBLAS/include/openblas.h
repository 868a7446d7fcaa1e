#pragma once
#include <stdbool.h>

/* OpenBLAS, loaded when it is first asked for: a program that multiplies nothing neither maps its 30 MB nor starts and
   joins the threads that it begins with. */

/* Loads the library, the first time. Returns NULL, or why it cannot be had. One thread at a time. */
const char *cob_load(void);

/* The processor whose kernels are used, as the library calls it. */
const char *cob_core(void);

/* Chooses the kernels anew, before the first product; a core that the user's OPENBLAS_CORETYPE names stays.
   Returns whether anything was chosen. */
bool cob_reselect_core(const char *core);

/* Takes the library's working memory where the address space has a limit (ulimit -v); call it once the kernels are chosen.
   Returns false where there is none: a product would then wait for ever. */
bool cob_reserve(void);

/* c = alpha · a · b + beta · c in row-major order: m × n from m × k and k × n, each of a and b transposed on demand. */
void cob_sgemm(bool a_transposed, bool b_transposed, int m, int n, int k, float alpha, const float *a, int a_stride,
               const float *b, int b_stride, float beta, float *c, int c_stride);

/* The same in double precision. */
void cob_dgemm(bool a_transposed, bool b_transposed, int m, int n, int k, double alpha, const double *a, int a_stride,
               const double *b, int b_stride, double beta, double *c, int c_stride);

/* The eigenvectors of the largest eigenvalues of a symmetric n × n matrix, which is overwritten: count rows of n numbers,
   in no stated order. Returns whether they were found. */
bool cob_leading_eigenvectors(int n, int count, double *matrix, double *vectors);

/* Makes count rows of n numbers each an orthonormal basis of what they span. Returns whether that was done. */
bool cob_orthonormalize(int n, int count, double *rows);
