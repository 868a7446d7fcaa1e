#include "CMCKernels.h"

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

ck_isa ck_best_isa(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  int fused = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c") &&
              __builtin_cpu_supports("popcnt");
  int wide = fused && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512vl");
  if (wide && __builtin_cpu_supports("avx512vnni")) return CK_ISA_AVX512VNNI;
  if (wide) return CK_ISA_AVX512;
  if (fused) return CK_ISA_AVX2;
#elif defined(__aarch64__) && defined(__APPLE__)
  return CK_ISA_NEON; /* every processor of Apple's since the A13 has the products of whole numbers */
#elif defined(__aarch64__) && defined(__linux__)
  if (getauxval(AT_HWCAP) & (1ul << 20)) return CK_ISA_NEON; /* HWCAP_ASIMDDP */
#endif
  return CK_ISA_SCALAR;
}
