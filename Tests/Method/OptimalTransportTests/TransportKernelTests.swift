import CMCKernels
import CMCPrimitives
import Foundation
import Testing

@Suite("Kernels of optimal transport against plain loops")
struct TransportKernelTests {
  static let shapes = [(1, 1), (3, 7), (2, 8), (5, 63), (4, 64), (3, 65), (2, 130), (7, 1000)]

  /// The naive twin of ck_cost_log_sum_exp.
  private func logSumExp(_ costs: [Double], _ row: Int, _ columns: Int, _ h: [Double], _ factor: Double)
    -> Double
  {
    let terms = (0..<columns).map { h[$0] - factor * costs[row * columns + $0] }
    let top = terms.max() ?? 0
    return top + log(terms.reduce(0) { $0 + exp($1 - top) })
  }

  @Test("Log-sum-exp", arguments: KernelISA.available) func logSumExps(_ isa: KernelISA) {
    for (rows, columns) in Self.shapes {
      var r = CloudGenerator(seed: UInt64(rows * columns))
      let costs = r.uniform(rows * columns)
      for factor in [0.0, 1, 50, 1e4, 1e7] {
        var h = r.normal(columns).map { $0 * 0.1 * factor }
        if columns > 2 { h[1] = -.infinity }
        var out = [Double](repeating: 0, count: rows)
        ck_cost_log_sum_exp(costs, rows, columns, columns, h, factor, &out, ck_isa(isa.code))
        for row in 0..<rows {
          let wanted = logSumExp(costs, row, columns, h, factor)
          #expect(
            abs(out[row] - wanted) <= 4e-15 * max(1, abs(wanted)), "\(rows) × \(columns), factor \(factor)")
        }
      }
    }
  }

  @Test("Costs", arguments: KernelISA.available) func costs(_ isa: KernelISA) {
    for (rows, columns) in Self.shapes {
      var r = CloudGenerator(seed: UInt64(rows + columns))
      let products = r.normal(rows * columns)
      let (own, other) = (r.uniform(rows), r.uniform(columns))
      for (isRoot, floor) in [(0, 0.0), (1, 0), (1, 1e-8)] {
        var out = products
        ck_transport_costs(&out, rows, columns, columns, own, other, Int32(isRoot), floor, ck_isa(isa.code))
        for i in out.indices {
          let half = max(0, own[i / columns] + other[i % columns] - products[i])
          let wanted = isRoot == 1 ? max(2 * half, floor).squareRoot() : half
          #expect(abs(out[i] - wanted) <= 1e-15 * max(1, wanted))
        }
      }
    }
  }
}
