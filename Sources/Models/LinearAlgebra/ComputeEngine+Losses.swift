internal import CMCKernels
internal import CMCPrimitives

extension ComputeEngine {
  /// Cross-entropy of rows of logits, whose gradient takes the logits' place.
  ///
  /// The sums of exponentials are in float64; a constant added to a row changes nothing but roundings.
  ///
  /// - Parameters:
  ///   - logits: rows × columns; row r becomes factors[r] · (softmax − one-hot).
  ///   - columns: The size of the vocabulary.
  ///   - targets: For each row the column that should win.
  ///   - factors: For each row the weight of its loss in the objective.
  ///   - losses: For each row log Σ exp(x) − x[target].
  ///   - winners: For each row whether no other logit is above the target's.
  package func crossEntropy(
    _ logits: UnsafeMutablePointer<Float>, columns: Int, targets: UnsafeBufferPointer<Int32>,
    factors: UnsafeBufferPointer<Float>, losses: UnsafeMutablePointer<Double>,
    winners: UnsafeMutablePointer<Bool>
  ) {
    nonisolated(unsafe) let (logits, targets, factors) = (logits, targets, factors)
    nonisolated(unsafe) let (losses, winners) = (losses, winners)
    rowsOf(columns, targets.count) { [kernels] range in
      for row in range {
        let line = logits + row * columns
        let target = Int(targets[row])
        let value = line[target]
        var largest: Float = 0
        let sum = ck_log_sum_exp(line, columns, &largest, kernels)
        losses[row] = sum - Double(value)
        winners[row] = value >= largest
        ck_scaled_softmax(line, columns, sum, factors[row], kernels)
        line[target] -= factors[row]
      }
    }
  }

  /// The divergence Σ r (log r − log p) of p = softmax(logits) from r = softmax(reference) on each row.
  ///
  /// - Parameters:
  ///   - logits: rows × columns; row r becomes factors[r] · (p − r).
  ///   - reference: rows × columns.
  ///   - columns: The size of the vocabulary.
  ///   - factors: For each row the weight of its loss in the objective.
  ///   - losses: For each row the divergence.
  package func divergence(
    _ logits: UnsafeMutablePointer<Float>, from reference: UnsafePointer<Float>, columns: Int,
    factors: UnsafeBufferPointer<Float>, losses: UnsafeMutablePointer<Double>
  ) {
    nonisolated(unsafe) let (logits, reference, factors, losses) = (logits, reference, factors, losses)
    rowsOf(columns, factors.count) { [kernels] range in
      for row in range {
        let (line, other) = (logits + row * columns, reference + row * columns)
        let sums = (ck_log_sum_exp(line, columns, nil, kernels), ck_log_sum_exp(other, columns, nil, kernels))
        losses[row] = ck_divergence(line, other, columns, sums.0, sums.1, factors[row], kernels)
      }
    }
  }

  /// The mean square of the difference of two rows.
  ///
  /// - Parameters:
  ///   - x: rows × columns; row r becomes factors[r] · 2 (x − wanted) / columns.
  ///   - wanted: rows × columns.
  ///   - columns: The length of a row.
  ///   - factors: For each row the weight of its loss in the objective.
  ///   - losses: For each row the mean of (x − wanted)².
  package func squaredDistance(
    _ x: UnsafeMutablePointer<Float>, to wanted: UnsafePointer<Float>, columns: Int,
    factors: UnsafeBufferPointer<Float>, losses: UnsafeMutablePointer<Double>
  ) {
    nonisolated(unsafe) let (x, wanted, factors, losses) = (x, wanted, factors, losses)
    rowsOf(columns, factors.count) { [kernels] range in
      for row in range {
        let sum = ck_squared_distance(
          x + row * columns, wanted + row * columns, columns, 2 * factors[row] / Float(columns), kernels)
        losses[row] = sum / Double(columns)
      }
    }
  }

  /// Each row less log Σ exp of it: log-softmax, in place.
  package func logSoftmax(_ x: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    nonisolated(unsafe) let x = x
    rowsOf(columns, rows) { [kernels] range in
      for row in range {
        let line = x + row * columns
        let sum = Float(ck_log_sum_exp(line, columns, nil, kernels))
        for index in 0..<columns { line[index] -= sum }
      }
    }
  }
}
