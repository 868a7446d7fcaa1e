#pragma once
#include <cblas.h>
#include <stdlib.h>

/* Not in cblas.h, but exported by every build that chooses its kernels at run time; weak, so that others link too. */
extern void gotoblas_dynamic_init(void) __attribute__((weak));
extern void gotoblas_dynamic_quit(void) __attribute__((weak));

/* Chooses the kernels anew, before the first call of BLAS; a core that the user's OPENBLAS_CORETYPE names stays.
   Returns whether anything was chosen. */
static inline int cob_reselect_core(const char *core) {
  if (!gotoblas_dynamic_init || !gotoblas_dynamic_quit || getenv("OPENBLAS_CORETYPE")) return 0;
  if (setenv("OPENBLAS_CORETYPE", core, 0) != 0) return 0;
  gotoblas_dynamic_quit();
  gotoblas_dynamic_init();
  return 1;
}
