extension ComputeEngine {
  /// Several products of the same input, for positions of several histories.
  ///
  /// With precision `exact` every number is the one that its history would have got by itself, bit for bit: what several
  /// histories add a few positions at a time is multiplied together by kernels that sum each position up for itself, and a
  /// longer group is given to BLAS alone, whose sums may depend on how many positions there are. With `fast` a number
  /// does not depend on the other histories either; it may differ from that of ``multiply(_:_:positions:)`` by rounding,
  /// which takes other kernels for fewer than four positions.
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
    var planned: [PlannedProduct] = []
    for product in products {
      let weights = product.weights
      let isFast = precision == .fast && weights.type.hasWholeProducts
      let (short, long) = groups.split(at: isFast ? .max : planner.panelsFrom(weights))
      if !short.isEmpty {
        planned.append(
          PlannedProduct(product, short, planner.planTogether(weights, positions: short.count)))
      }
      for group in long {
        planned.append(PlannedProduct(product, group, planner.plan(weights, positions: group.count)))
      }
    }
    planned.withUnsafeBufferPointer { run($0, x, positions: groups.positions, columns: columns) }
  }
}
