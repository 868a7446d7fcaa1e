internal import CKernels

extension ComputeEngine {
  /// y = x · Wᵀ: the input vectors of some positions through one matrix.
  ///
  /// - Parameters:
  ///   - weights: rows × columns.
  ///   - x: positions × columns.
  ///   - n: The number of positions; 1 in decoding, more in prefill.
  ///   - y: positions × rows.
  public func multiply(
    _ weights: WeightMatrix, _ x: UnsafePointer<Float>, positions n: Int = 1,
    into y: UnsafeMutablePointer<Float>
  ) {
    ck_products_exact(
      weights.kernelType, weights.start, weights.rowBytes, weights.rows, weights.columns, x, weights.columns,
      n,
      y, weights.rows, kernels)
  }

  /// Several products of the same input, such as queries, keys and values, or gate and up.
  ///
  /// Faster than one after another: one parallel region, and the input is rounded once.
  ///
  /// - Parameters:
  ///   - products: Matrices of the same number of columns, and where their results go. A caller that keeps the array
  ///     saves an allocation.
  ///   - x: positions × columns.
  ///   - n: The number of positions.
  public func multiply(_ products: [WeightProduct], _ x: UnsafePointer<Float>, positions n: Int = 1) {
    for product in products { multiply(product.weights, x, positions: n, into: product.output) }
  }

  /// y = x · W: the input vectors through a matrix that is stored as inputs × outputs, as GPT-2's are.
  ///
  /// - Parameters:
  ///   - weights: rows × columns, in a floating-point type or quantised; rows are the inputs.
  ///   - x: positions × rows.
  ///   - n: The number of positions.
  ///   - y: positions × columns.
  public func multiplyTransposed(
    _ weights: WeightMatrix, _ x: UnsafePointer<Float>, positions n: Int = 1,
    into y: UnsafeMutablePointer<Float>
  ) {
    let columns = weights.columns
    y.update(repeating: 0, count: n * columns)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { row in
      guard let row = row.baseAddress else { return }
      for r in 0..<weights.rows {
        weights.widen(rows: r..<r + 1, into: row)
        for p in 0..<n {
          for c in 0..<columns { y[p * columns + c] += x[p * weights.rows + r] * row[c] }
        }
      }
    }
  }
}
