/* The entries of optimal transport, each to the table of its instruction set. */
#include "kernels.h"

void ck_cost_log_sum_exp(const double *costs, size_t rows, size_t columns, size_t stride, const double *h, double factor,
                    double *out, ck_isa isa) {
  ck_kernels_for(isa)->cost_log_sum_exp(costs, rows, columns, stride, h, factor, out);
}

void ck_transport_costs(double *c, size_t rows, size_t columns, size_t stride, const double *row_halves,
                        const double *column_halves, int is_root, double floor, ck_isa isa) {
  ck_kernels_for(isa)->transport_costs(c, rows, columns, stride, row_halves, column_halves, is_root, floor);
}
