#pragma once
/* What optimal transport needs of rows of costs. Included by CMCKernels.h. */

/*
 * out[i] = log of the sum over j of exp(h[j] − factor · costs[i * stride + j]), in double precision.
 * h may be −∞, but not everywhere. The order of summation is the same on every instruction set.
 */
void ck_cost_log_sum_exp(const double *costs, size_t rows, size_t columns, size_t stride, const double *h, double factor,
                    double *out, ck_isa isa);

/*
 * Turns products x · y into costs, in place. row_halves, column_halves: half the squared length of each x and y.
 * is_root: 0 for half the squared distance; 1 for the root of the squared distance, which is taken as floor at least.
 */
void ck_transport_costs(double *c, size_t rows, size_t columns, size_t stride, const double *row_halves,
                        const double *column_halves, int is_root, double floor, ck_isa isa);
