internal import CMCKernels
internal import CMCPrimitives

extension ComputeEngine {
  /// y = x · Wᵀ: the input vectors of some positions through one matrix.
  ///
  /// - Parameters:
  ///   - weights: rows × columns.
  ///   - x: positions × columns.
  ///   - n: The number of positions; 1 in decoding, more in prefill.
  ///   - y: positions × rows.
  package func multiply(
    _ weights: WeightMatrix, _ x: UnsafePointer<Float>, positions n: Int = 1,
    into y: UnsafeMutablePointer<Float>
  ) {
    withUnsafeTemporaryAllocation(of: WeightProduct.self, capacity: 1) { one in
      one.initializeElement(at: 0, to: WeightProduct(weights, into: y))
      run(UnsafeBufferPointer(one), x, positions: n)
      one.deinitialize()
    }
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
  package func multiply(_ products: [WeightProduct], _ x: UnsafePointer<Float>, positions n: Int = 1) {
    products.withUnsafeBufferPointer { run($0, x, positions: n) }
  }

  private func run(
    _ products: UnsafeBufferPointer<WeightProduct>, _ x: UnsafePointer<Float>, positions n: Int
  ) {
    guard n > 0, let columns = products.first?.weights.columns else { return }
    precondition(
      products.allSatisfy { $0.weights.columns == columns }, "products of one input differ in columns")
    withUnsafeTemporaryAllocation(of: PlannedProduct.self, capacity: products.count) { planned in
      let planner = ProductPlanner(precision: precision, panelRows: panelRows)
      for (index, product) in products.enumerated() {
        let plan = planner.plan(product.weights, positions: n)
        planned.initializeElement(at: index, to: PlannedProduct(product, 0..<n, plan))
      }
      run(UnsafeBufferPointer(planned), x, positions: n, columns: columns)
    }
  }

  /// Computes planned products of one input, all their pieces in one parallel region.
  func run(
    _ products: UnsafeBufferPointer<PlannedProduct>, _ x: UnsafePointer<Float>, positions n: Int, columns: Int
  ) {
    var pieces = 0
    var scratchSize = 0
    var quantizes = false
    for product in products {
      pieces += product.plan.pieces
      scratchSize = max(scratchSize, (product.plan.scratchSize + 63) & ~63)
      quantizes = quantizes || product.plan.method.quantizesInput
    }
    // Disjoint writes: a piece is some rows of one product, and each worker has scratch memory of its own.
    nonisolated(unsafe) let (work, x) = (products, x)
    nonisolated(unsafe) let input = quantizes ? quantize(x, positions: n, columns: columns) : nil
    nonisolated(unsafe) let scratch = parts.reserve(max(64, scratchSize * threads))
    let (kernels, share) = (kernels, scratchSize)
    parallelFor(pieces, chunk: 1, threads: threads) { worker, range in
      for index in range {
        var piece = index
        for product in work {
          if piece < product.plan.pieces {
            let task = ProductPiece(product: product, index: piece, kernels: kernels)
            task.run(x, input, scratch: scratch + worker * share)
            break
          }
          piece -= product.plan.pieces
        }
      }
    }
  }

  /// Rounds input vectors to eight bits.
  func quantize(_ x: UnsafePointer<Float>, positions n: Int, columns: Int) -> QuantizedInput {
    let memory = inputs.reserve(QuantizedInput.size(positions: n, columns: columns))
    nonisolated(unsafe) let input = QuantizedInput(in: memory, positions: n, columns: columns)
    nonisolated(unsafe) let x = x
    let kernels = kernels
    // Some 30 microseconds of work at a time: one vector is not worth a second thread.
    parallelFor(n, chunk: max(1, 65536 / columns), threads: threads) { _, range in
      ck_quantize(x + range.lowerBound * columns, range.count * columns, input[range.lowerBound], kernels)
    }
    return input
  }
}
