/* Everything that is compiled once for each instruction set, and the table of it. */
#pragma STDC FP_CONTRACT OFF
#include "exact.h"
#include "quantize.h"
#include "fast_rows.h"
#include "fast_panels.h"

#define CK_KERNELS                                                                                             \
  {                                                                                                            \
    .widen = widen_any, .exact = exact_any, .quantize = quantize_any, .fast = fast_any, .panel_rows = PANEL_ROWS, \
    .unpack_panel = unpack_panel_any, .panel = panel_any                                                       \
  }
