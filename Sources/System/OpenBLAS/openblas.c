#include "openblas.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

/* The library's own numbers for the order of rows and for what is transposed. */
enum { ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112 };

typedef void (*sgemm)(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
typedef void (*dgemm)(int, int, int, int, int, int, double, const double *, int, const double *, int, double, double *,
                      int);

/* LAPACK as Fortran has it: columns first, everything by its address, the lengths of texts behind all else. */
typedef void (*dsyevr)(const char *, const char *, const char *, const int *, double *, const int *, const double *,
                       const double *, const int *, const int *, const double *, int *, double *, double *, const int *,
                       int *, double *, const int *, int *, const int *, int *, size_t, size_t, size_t);
typedef void (*dgeqrf)(const int *, const int *, double *, const int *, double *, double *, const int *, int *);
typedef void (*dorgqr)(const int *, const int *, const int *, double *, const int *, const double *, double *,
                       const int *, int *);

static struct {
  sgemm sgemm;
  dgemm dgemm;
  dsyevr dsyevr;
  dgeqrf dgeqrf;
  dorgqr dorgqr;
  char *(*core)(void);
  void (*threads)(int);
  /* Only in builds that choose their kernels at run time. */
  void (*begin)(void), (*end)(void);
} table;

/* Why no library could be opened: what is said of the name under which it is there, if of any. */
static char *reason;

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
    const char *said = dlerror();
    /* That there is no such file says least. */
    if (said && (!reason || (strstr(reason, "No such file") && !strstr(said, "No such file")))) {
      free(reason);
      reason = strdup(said);
    }
  }
  return NULL;
}

const char *cob_load(void) {
  if (table.sgemm) return NULL;
  /* Every call is on one thread: what would wait beside it is never begun. */
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  void *library = open_library();
  if (!library) return reason ? reason : "no reason is given";
  *(void **)&table.dgemm = dlsym(library, "cblas_dgemm");
  *(void **)&table.dsyevr = dlsym(library, "dsyevr_");
  *(void **)&table.dgeqrf = dlsym(library, "dgeqrf_");
  *(void **)&table.dorgqr = dlsym(library, "dorgqr_");
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

/* Whether the address space has a limit: then one call at a time, for which there is memory since the library was loaded. */
static bool is_limited;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static void enter(void) {
  if (is_limited) pthread_mutex_lock(&turn);
}

static void leave(void) {
  if (is_limited) pthread_mutex_unlock(&turn);
}

/* The library takes 128 MiB for each call that runs beside others, keeps them, and asks for ever where it gets none.
   What a model computes in must fit beside it: without 64 MiB for that the program would end without a word. */
bool cob_reserve(void) {
  struct rlimit limit;
  is_limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  if (!is_limited) return true;
#ifdef __GLIBC__
  /* The system's own memory takes 64 MiB of address space for each thread otherwise. */
  mallopt(M_ARENA_MAX, 1);
#endif
  const size_t size = (130 + 64) << 20;
  void *room = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) return false;
  /* Large enough that no path for small products takes it. */
  enum { SIDE = 256 };
  float *numbers = calloc(2 * SIDE * SIDE, sizeof *numbers);
  munmap(room, size);
  if (!numbers) return false;
  table.sgemm(ROW_MAJOR, PLAIN, PLAIN, SIDE, SIDE, SIDE, 1, numbers, SIDE, numbers, SIDE, 0, numbers + SIDE * SIDE, SIDE);
  free(numbers);
  return true;
}

void cob_sgemm(bool a_transposed, bool b_transposed, int m, int n, int k, float alpha, const float *a, int a_stride,
               const float *b, int b_stride, float beta, float *c, int c_stride) {
  enter();
  table.sgemm(ROW_MAJOR, a_transposed ? TRANSPOSED : PLAIN, b_transposed ? TRANSPOSED : PLAIN, m, n, k, alpha, a,
              a_stride, b, b_stride, beta, c, c_stride);
  leave();
}

void cob_dgemm(bool a_transposed, bool b_transposed, int m, int n, int k, double alpha, const double *a, int a_stride,
               const double *b, int b_stride, double beta, double *c, int c_stride) {
  enter();
  table.dgemm(ROW_MAJOR, a_transposed ? TRANSPOSED : PLAIN, b_transposed ? TRANSPOSED : PLAIN, m, n, k, alpha, a,
              a_stride, b, b_stride, beta, c, c_stride);
  leave();
}

bool cob_leading_eigenvectors(int n, int count, double *matrix, double *vectors) {
  if (!table.dsyevr || n < 1 || count < 1 || count > n) return false;
  const double unused = 0;
  const int first = n - count + 1, ask = -1;
  int found = 0, info = 0, integers = 0;
  double numbers = 0;
  double *values = malloc((size_t)n * sizeof *values);
  int *support = malloc(2 * (size_t)count * sizeof *support);
  enter();
  table.dsyevr("V", "I", "U", &n, matrix, &n, &unused, &unused, &first, &n, &unused, &found, values, vectors, &n,
               support, &numbers, &ask, &integers, &ask, &info, 1, 1, 1);
  const int many = (int)numbers;
  double *work = malloc((size_t)(many > 0 ? many : 1) * sizeof *work);
  int *counts = malloc((size_t)(integers > 0 ? integers : 1) * sizeof *counts);
  if (info == 0 && values && support && work && counts) {
    table.dsyevr("V", "I", "U", &n, matrix, &n, &unused, &unused, &first, &n, &unused, &found, values, vectors, &n,
                 support, work, &many, counts, &integers, &info, 1, 1, 1);
  } else {
    found = 0;
  }
  leave();
  free(values);
  free(support);
  free(work);
  free(counts);
  return info == 0 && found == count;
}

bool cob_orthonormalize(int n, int count, double *rows) {
  if (!table.dgeqrf || !table.dorgqr || count < 1 || count > n) return false;
  /* More than either asks for: 64 is the widest block of the library's own. */
  const int many = 64 * count;
  int info = -1;
  double *factors = malloc((size_t)count * sizeof *factors);
  double *work = malloc((size_t)many * sizeof *work);
  enter();
  if (factors && work) table.dgeqrf(&n, &count, rows, &n, factors, work, &many, &info);
  if (info == 0) table.dorgqr(&n, &count, &count, rows, &n, factors, work, &many, &info);
  leave();
  free(factors);
  free(work);
  return info == 0;
}
