/// How one product is computed, and in what pieces.
struct ProductPlan: BitwiseCopyable {
  /// The ways of computing a product.
  enum Method {
    /// Rows widened in registers, an input or two at a time.
    case exactRows
    /// Panels of rows widened in memory, with the sums of `exactRows`: its results, for many inputs.
    case exactTiles
    /// Panels of rows widened in memory and given to BLAS.
    case exactPanels
    /// Rows of whole numbers, an input at a time.
    case fastRows
    /// Panels of rows of whole numbers, unpacked once for all inputs.
    case fastPanels

    /// Whether inputs are rounded to eight bits.
    var quantizesInput: Bool { self == .fastRows || self == .fastPanels }
  }

  let method: Method
  /// How many rows belong together, the last ones excepted.
  let pieceRows: Int
  /// How many pieces the matrix has.
  let pieces: Int
  /// The scratch memory that a worker needs, in bytes.
  let scratchSize: Int
}

/// Chooses the plan of a product.
///
/// Nothing here depends on the number of threads, so results do not either.
struct ProductPlanner: Sendable {
  let precision: Precision
  /// The rows of a panel of whole numbers.
  let panelRows: Int

  /// Where panels begin to be faster, as `cmc-bench products` shows: unpacking weights in registers costs more a position
  /// than reading wider ones does.
  func panelsFrom(_ weights: WeightMatrix) -> Int {
    isFast(weights) ? 4 : weights.type.isQuantized ? 8 : 16
  }

  private func isFast(_ weights: WeightMatrix) -> Bool { precision == .fast && weights.type.hasWholeProducts }

  /// The plan for the positions of one history.
  func plan(_ weights: WeightMatrix, positions: Int) -> ProductPlan {
    let columns = weights.columns
    return switch (isFast(weights), positions >= panelsFrom(weights)) {
    case (true, true):
      plan(.fastPanels, weights, pieceRows: panelRows, scratchSize: panelRows * columns / 2 * 3)
    case (true, false): plan(.fastRows, weights, pieceRows: smallRows(weights), scratchSize: 0)
    case (false, true):
      plan(
        .exactPanels, weights, pieceRows: widenedRows(weights),
        scratchSize: widenedRows(weights) * columns * 4)
    case (false, false): plan(.exactRows, weights, pieceRows: smallRows(weights), scratchSize: 0)
    }
  }

  /// The plan for positions of several histories: a position's numbers depend on nothing but its own input.
  ///
  /// Exactly computed they are those of ``Method/exactRows``. Of whole numbers panels alone are used, however few positions
  /// there are, as they add up in another order than rows do.
  func planTogether(_ weights: WeightMatrix, positions: Int) -> ProductPlan {
    if isFast(weights) {
      return plan(
        .fastPanels, weights, pieceRows: panelRows, scratchSize: panelRows * weights.columns / 2 * 3)
    }
    guard positions >= 3 else {
      return plan(.exactRows, weights, pieceRows: smallRows(weights), scratchSize: 0)
    }
    let rows = tileRows(weights)
    return plan(.exactTiles, weights, pieceRows: rows, scratchSize: rows * weights.columns * 4)
  }

  private func plan(
    _ method: ProductPlan.Method, _ weights: WeightMatrix, pieceRows: Int, scratchSize: Int
  ) -> ProductPlan {
    let pieces = (weights.rows + pieceRows - 1) / pieceRows
    return ProductPlan(method: method, pieceRows: pieceRows, pieces: pieces, scratchSize: scratchSize)
  }

  /// About 16 KB of weights, some microseconds of work: eights of rows, which are summed up together.
  private func smallRows(_ weights: WeightMatrix) -> Int { max(8, (16384 / weights.rowBytes + 7) / 8 * 8) }

  /// About 128 KB of widened rows, which stay near while inputs go by: fours of rows, which are summed up together.
  private func tileRows(_ weights: WeightMatrix) -> Int {
    max(4, min(64, 32768 / weights.columns / 4 * 4))
  }

  /// Panels of at most 1 MB where 32 rows fit into that, to stay in the cache, and if possible eight of them.
  private func widenedRows(_ weights: WeightMatrix) -> Int {
    let fitting = max(32, min(128, 262_144 / weights.columns / 16 * 16))
    return min(fitting, max(32, (weights.rows + 7) / 8))
  }
}
