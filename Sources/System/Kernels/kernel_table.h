/* Everything that is compiled once for each instruction set, and the table of it. */
#include "exact.h"
#include "exact_tiles.h"
#include "quantize.h"
#include "fast_rows.h"
#include "fast_panels.h"
#include "steps.h"
#include "transport.h"
#include "training.h"

/* clang-format off */
#define CK_KERNELS { \
  .widen = widen_any, .exact = exact_any, .widened = widened_any, .quantize = quantize_any, .fast = fast_any, .panel_rows = PANEL_ROWS, \
  .unpack_panel = unpack_panel_any, .panel = panel_any, .rms_norm = rms_norm_any, .layer_norm = layer_norm_any, \
  .softmax = softmax_any, .add = add_any, .scale = scale_any, .silu_multiply = silu_multiply_any, \
  .gelu_multiply = gelu_multiply_any, .gelu = gelu_any, .rotary = rotary_any, .scores = scores_any, \
  .weighted_sum = weighted_sum_any, .cost_log_sum_exp = cost_log_sum_exp_any, \
  .transport_costs = transport_costs_any, \
  .rms_norm_backward = rms_norm_backward_any, .silu_product = silu_product_any, \
  .gelu_product = gelu_product_any, .silu_backward = silu_backward_any, .gelu_backward = gelu_backward_any, \
  .softmax_backward = softmax_backward_any, .log_sum_exp = log_sum_exp_any, .scaled_softmax = scaled_softmax_any, \
  .divergence = divergence_any, .squared_distance = squared_distance_any, .sum_of_squares = sum_of_squares_any, \
  .adamw = adamw_any }
/* clang-format on */
