#include "openblas.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>

/* The library's own numbers for the order of rows and for what is transposed. */
enum { ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112 };

typedef void (*sgemm)(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
typedef void (*dgemm)(int, int, int, int, int, int, double, const double *, int, const double *, int, double, double *,
                      int);

static struct {
  sgemm sgemm;
  dgemm dgemm;
  char *(*core)(void);
  void (*threads)(int);
  /* Only in builds that choose their kernels at run time. */
  void (*begin)(void), (*end)(void);
} table;

static void *open_library(void) {
  static const char *const names[] = {
#ifdef __APPLE__
    "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
    "/usr/local/opt/openblas/lib/libopenblas.dylib",
    "libopenblas.dylib",
#else
    "libopenblas.so.0",
    "libopenblas.so",
#endif
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (library) return library;
  }
  return NULL;
}

const char *cob_load(void) {
  if (table.sgemm) return NULL;
  /* Every call is on one thread: what would wait beside it is never begun. */
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  void *library = open_library();
  if (!library) return dlerror();
  *(void **)&table.dgemm = dlsym(library, "cblas_dgemm");
  *(void **)&table.core = dlsym(library, "openblas_get_corename");
  *(void **)&table.threads = dlsym(library, "openblas_set_num_threads");
  *(void **)&table.begin = dlsym(library, "gotoblas_dynamic_init");
  *(void **)&table.end = dlsym(library, "gotoblas_dynamic_quit");
  void *product = dlsym(library, "cblas_sgemm");
  if (!product || !table.dgemm || !table.core || !table.threads) return "the library is no OpenBLAS";
  table.threads(1);
  *(void **)&table.sgemm = product;
  return NULL;
}

const char *cob_core(void) { return table.core(); }

bool cob_reselect_core(const char *core) {
  if (!table.begin || !table.end || getenv("OPENBLAS_CORETYPE")) return false;
  if (setenv("OPENBLAS_CORETYPE", core, 0) != 0) return false;
  table.end();
  table.begin();
  table.threads(1);
  return true;
}

void cob_sgemm(bool a_transposed, bool b_transposed, int m, int n, int k, float alpha, const float *a, int a_stride,
               const float *b, int b_stride, float beta, float *c, int c_stride) {
  table.sgemm(ROW_MAJOR, a_transposed ? TRANSPOSED : PLAIN, b_transposed ? TRANSPOSED : PLAIN, m, n, k, alpha, a,
              a_stride, b, b_stride, beta, c, c_stride);
}

void cob_dgemm(bool a_transposed, bool b_transposed, int m, int n, int k, double alpha, const double *a, int a_stride,
               const double *b, int b_stride, double beta, double *c, int c_stride) {
  table.dgemm(ROW_MAJOR, a_transposed ? TRANSPOSED : PLAIN, b_transposed ? TRANSPOSED : PLAIN, m, n, k, alpha, a,
              a_stride, b, b_stride, beta, c, c_stride);
}
