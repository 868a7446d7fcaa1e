internal import CMCKernels
internal import CMCPrimitives

/// Computes soft minima of rows of costs, several matrices at a time.
final class SoftMinimum {
  /// One matrix: for each row −ε · log Σⱼ exp(hⱼ − Cᵢⱼ / ε) with h = log weights + potential / ε.
  struct Task {
    let costs: CostMatrix
    let logWeights: [Double]
    var potential: [Double]?
  }

  private let threads: Int
  private let isa: KernelISA
  private let scratchCount: Int
  private let scratch: UnsafeMutablePointer<Double>?

  /// Sets memory aside for costs that are not kept.
  init(threads: Int, isa: KernelISA, scratchCount: Int) {
    self.threads = max(1, threads)
    self.isa = isa
    self.scratchCount = scratchCount
    scratch = scratchCount > 0 ? .allocate(capacity: scratchCount * self.threads) : nil
  }

  deinit { scratch?.deallocate() }

  /// The soft minima of each task.
  func compute(_ tasks: [Task], _ epsilon: Double) -> [[Double]] {
    let exponents = tasks.map { task in
      task.potential.map { zip(task.logWeights, $0).map { $0 + $1 / epsilon } } ?? task.logWeights
    }
    // The results of all tasks lie one after the other, and so do their blocks.
    var starts = [0]
    var blocks = [0]
    for task in tasks {
      starts.append(starts[starts.count - 1] + task.costs.rows)
      blocks.append(blocks[blocks.count - 1] + task.costs.blocks)
    }
    let total = blocks[tasks.count]
    let results = [Double](unsafeUninitializedCapacity: starts[tasks.count]) { buffer, filled in
      nonisolated(unsafe) let out = buffer  // disjoint writes: each block of rows once
      nonisolated(unsafe) let scratch = scratch  // a part for each worker
      let (starts, blocks, isa, scratchCount) = (starts, blocks, isa, scratchCount)
      let matrices = tasks.map(\.costs)
      parallelFor(total, chunk: 1, threads: threads) { worker, range in
        for place in range {
          let task = blocks.lastIndex { $0 <= place } ?? 0
          let costs = matrices[task]
          let rows = costs.range(place - blocks[task])
          guard let target = out.baseAddress.map({ $0 + starts[task] + rows.lowerBound }) else { return }
          costs.withBlock(place - blocks[task], scratch: scratch.map { $0 + worker * scratchCount }) {
            block in
            ck_cost_log_sum_exp(
              block, rows.count, costs.columns, costs.columns, exponents[task], 1 / epsilon, target,
              ck_isa(isa.code))
          }
          for row in 0..<rows.count { target[row] *= -epsilon }
        }
      }
      filled = starts[tasks.count]
    }
    return tasks.indices.map { Array(results[starts[$0]..<starts[$0 + 1]]) }
  }
}
