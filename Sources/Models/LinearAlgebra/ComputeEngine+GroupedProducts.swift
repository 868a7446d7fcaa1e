extension ComputeEngine {
  /// Several products of the same input, for positions of several histories.
  ///
  /// With precision `exact` every number is the one that its history would have got by itself, bit for bit: what several
  /// histories add a few positions at a time is multiplied together by kernels that sum each position up for itself, and a
  /// longer group is given to BLAS alone, whose sums may depend on how many positions there are; what longer groups share
  /// is that weights are widened once for all. With `fast` a number does not depend on the other histories either; it may
  /// differ from that of ``multiply(_:_:positions:)`` by rounding, which takes other kernels for fewer than four positions.
  ///
  /// - Parameters:
  ///   - products: Matrices of the same number of columns, and where their results go.
  ///   - x: positions × columns.
  ///   - groups: Which positions belong to one history.
  package func multiply(
    _ products: [WeightProduct], _ x: UnsafePointer<Float>, groups: PositionGroups
  ) {
    guard groups.positions > 0, let columns = products.first?.weights.columns else { return }
    precondition(
      products.allSatisfy { $0.weights.columns == columns }, "products of one input differ in columns")
    let planner = ProductPlanner(precision: precision, panelRows: panelRows)
    groups.ranges.withUnsafeBufferPointer { ranges in
      var planned: [PlannedProduct] = []
      for product in products {
        let weights = product.weights
        // Whole numbers are summed up for each position alone, however many there are.
        let long = groups.split(at: sumsEachAlone(weights) ? .max : planner.panelsFrom(weights))
        let (short, first) = (ranges[..<long], ranges[long...].first)
        if let last = short.last {
          let positions = 0..<last.upperBound
          planned.append(
            PlannedProduct(product, positions, planner.planTogether(weights, positions: positions.count)))
        }
        if let first {
          planned.append(
            PlannedProduct(
              product, first.lowerBound..<groups.positions, planner.plan(weights, positions: first.count),
              parts: UnsafeBufferPointer(rebasing: ranges[long...])))
        }
      }
      planned.withUnsafeBufferPointer { run($0, x, positions: groups.positions, columns: columns) }
    }
  }

  /// Whether the numbers of a position do not depend on how many others there are, in products of four positions or more.
  package func sumsEachAlone(_ weights: WeightMatrix) -> Bool {
    precision == .fast && weights.type.hasWholeProducts
  }
}
