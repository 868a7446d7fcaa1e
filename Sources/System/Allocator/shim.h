#pragma once
#include <stddef.h>
#if defined(__APPLE__)
#include <malloc/malloc.h>
#else
#include <malloc.h>
#endif

/* Keeps freed memory in one place for all threads, where the C library would give each thread that asks at the same time as
   another a place of its own; only the first call before there are several threads has its full effect. */
static inline void cal_keep_together(void) {
#if defined(__GLIBC__)
  mallopt(M_ARENA_MAX, 1);
#endif
}

/* Bytes that the program has asked for and not given back, in all arenas; 0 where the C library does not say. What the
   allocator keeps for later is not among them. Each arena is locked while it is read. */
static inline size_t cal_bytes_in_use(void) {
#if defined(__APPLE__)
  malloc_statistics_t statistics;
  malloc_zone_statistics(NULL, &statistics);
  return statistics.size_in_use;
#elif defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
  struct mallinfo2 information = mallinfo2();
  return information.uordblks + information.hblkhd;
#else
  return 0;
#endif
}
