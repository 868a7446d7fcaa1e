internal import CMCKernels
internal import CMCPrimitives

extension ComputeEngine {
  /// How ``ComputeEngine/multiplyEach(_:_:rows:_:)`` adds up.
  package enum RowsMethod: Sendable {
    /// Weights widened to float32, whatever the engine's precision.
    case exact
    /// By the engine's precision; whole numbers row by row, which is best for few inputs.
    case rows
    /// By the engine's precision; whole numbers in panels, which is best for many inputs.
    case panels
  }

  /// Products of different rows of one input in one parallel region, such as those of experts.
  ///
  /// The numbers of a row depend on nothing but the row, the matrix and the method: not on how many rows there are.
  ///
  /// - Parameters:
  ///   - products: Matrices of the same number of columns, the rows that each takes, and where results go.
  ///   - x: rows × columns.
  ///   - n: The number of rows of the input.
  ///   - method: How sums are made.
  /// - Complexity: O(sum of rows · weights); each matrix is read once where its rows stay near.
  package func multiplyEach(
    _ products: [RowsProduct], _ x: UnsafePointer<Float>, rows n: Int, _ method: RowsMethod
  ) {
    guard let columns = products.first?.weights.columns, n > 0 else { return }
    withUnsafeTemporaryAllocation(of: PlannedRows.self, capacity: products.count) { planned in
      var pieces = 0
      var quantizes = false
      for (index, product) in products.enumerated() {
        let weights = product.weights
        precondition(
          weights.columns == columns && product.rows.upperBound <= n, "products do not fit their input")
        let isFast = method != .exact && precision == .fast && weights.type.hasWholeProducts
        quantizes = quantizes || isFast
        let rows = Self.pieceRows(weights, inputs: product.rows.count, isFast: isFast)
        let plan = PlannedRows(
          type: weights.kernelType, isFast: isFast, rows: weights.rows, columns: columns,
          rowBytes: weights.rowBytes, start: weights.start, output: product.output,
          firstInput: product.rows.lowerBound, inputs: product.rows.count,
          pieceRows: isFast && method == .panels ? panelRows : rows, firstPiece: pieces)
        planned.initializeElement(at: index, to: plan)
        pieces += plan.pieces
      }
      run(UnsafeBufferPointer(planned), pieces, x, n, columns, quantizes, inPanels: method == .panels)
    }
  }

  /// Few inputs take about 16 KB of weights at a time, in eights of rows; more of them 128 KB of widened rows, in fours.
  private static func pieceRows(_ weights: WeightMatrix, inputs: Int, isFast: Bool) -> Int {
    guard isFast || inputs < 3 else { return max(4, min(64, 32768 / weights.columns / 4 * 4)) }
    return max(8, (16384 / weights.rowBytes + 7) / 8 * 8)
  }

  private func run(
    _ products: UnsafeBufferPointer<PlannedRows>, _ pieces: Int, _ x: UnsafePointer<Float>, _ n: Int,
    _ columns: Int, _ quantizes: Bool, inPanels: Bool
  ) {
    // Disjoint writes: a piece is some rows of one product, and each worker has scratch memory of its own.
    nonisolated(unsafe) let (work, x) = (products, x)
    nonisolated(unsafe) let input = quantizes ? quantize(x, positions: n, columns: columns) : nil
    let panelSize = inPanels && quantizes ? panelRows * columns / 2 * 3 : 0
    let widest = products.reduce(0) { $1.isFast || $1.inputs < 3 ? $0 : max($0, $1.pieceRows) }
    let share = (max(64, panelSize, widest * columns * MemoryLayout<Float>.stride) + 63) & ~63
    nonisolated(unsafe) let scratch = parts.reserve(share * threads)
    let kernels = kernels
    let panelRows = panelRows
    parallelFor(pieces, chunk: 1, threads: threads) { worker, range in
      for index in range {
        let product = Self.product(of: index, in: work)
        let first = (index - product.firstPiece) * product.pieceRows
        let count = min(product.pieceRows, product.rows - first)
        let start = product.start + first * product.rowBytes
        let (out, columns, at) = (product.output + first, product.columns, product.firstInput)
        let memory = scratch + worker * share
        guard product.isFast, let input else {
          guard product.inputs >= 3 else {
            ck_products_exact(
              product.type, start, product.rowBytes, count, columns, x + at * columns, columns,
              product.inputs, out, product.rows, kernels)
            continue
          }
          // The sums of the other kernel in its order, so that a row's numbers do not hang on how many there are.
          let widened = memory.assumingMemoryBound(to: Float.self)
          ck_widen(product.type, start, count * columns, widened, kernels)
          ck_products_widened(
            widened, count, columns, x + at * columns, columns, product.inputs, out, product.rows, kernels)
          continue
        }
        guard inPanels else {
          for row in 0..<product.inputs {
            ck_products_fast(
              product.type, start, product.rowBytes, count, columns, input[at + row],
              out + row * product.rows, kernels)
          }
          continue
        }
        let size = panelRows * columns
        let scale = (memory + size).assumingMemoryBound(to: Float.self)
        let panel = ck_panel(
          q: memory.assumingMemoryBound(to: UInt8.self), scale: scale, minimum: scale + size / 16)
        ck_unpack_panel(product.type, start, product.rowBytes, count, columns, panel, kernels)
        ck_products_panel(
          product.type, panel, count, columns, input[at], product.inputs, out, product.rows, kernels)
      }
    }
  }

  /// The product that a piece belongs to.
  ///
  /// - Complexity: O(log products).
  private static func product(of piece: Int, in products: UnsafeBufferPointer<PlannedRows>) -> PlannedRows {
    var (low, high) = (0, products.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if products[middle].firstPiece <= piece { low = middle } else { high = middle - 1 }
    }
    return products[low]
  }

  /// y += Σ weight · row for each position, in the order in which its rows are named.
  ///
  /// - Parameters:
  ///   - rows: Any number of rows of `columns` numbers.
  ///   - places: For each position which rows, `each` of them.
  ///   - weights: For each position what they are multiplied by.
  ///   - each: How many rows a position has.
  ///   - n: The number of positions.
  ///   - columns: The length of a row.
  ///   - y: positions × columns.
  package func addWeighted(
    _ rows: UnsafePointer<Float>, places: [Int32], weights: [Float], each: Int, positions n: Int,
    columns: Int, into y: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let (rows, y) = (rows, y)
    parallelFor(n, chunk: max(1, 32768 / (columns * each)), threads: threads) { _, range in
      for position in range {
        let out = y + position * columns
        for index in position * each..<(position + 1) * each {
          let (row, weight) = (rows + Int(places[index]) * columns, weights[index])
          for i in 0..<columns { out[i] += weight * row[i] }
        }
      }
    }
  }
}
