/* Everything that is compiled once for each instruction set, and the table of it. */
#include "exact.h"
#include "quantize.h"
#include "fast_rows.h"
#include "fast_panels.h"
#include "steps.h"
#include "transport.h"

/* clang-format off */
#define CK_KERNELS { \
  .widen = widen_any, .exact = exact_any, .quantize = quantize_any, .fast = fast_any, .panel_rows = PANEL_ROWS, \
  .unpack_panel = unpack_panel_any, .panel = panel_any, .rms_norm = rms_norm_any, .layer_norm = layer_norm_any, \
  .softmax = softmax_any, .add = add_any, .scale = scale_any, .silu_multiply = silu_multiply_any, \
  .gelu_multiply = gelu_multiply_any, .gelu = gelu_any, .rotary = rotary_any, .scores = scores_any, \
  .weighted_sum = weighted_sum_any, .log_sum_exp = log_sum_exp_any, .transport_costs = transport_costs_any }
/* clang-format on */
