internal import CMCKernels

/// A product and its plan, as plain values.
///
/// A matrix keeps the owner of its bytes alive; a count that all workers change for each piece would cost more than the
/// piece.
struct PlannedProduct: BitwiseCopyable {
  let type: ck_type
  let isFloat32: Bool
  let rows: Int
  let columns: Int
  let rowBytes: Int
  let start: UnsafePointer<UInt8>
  let output: UnsafeMutablePointer<Float>
  /// The first of the input's positions that it takes.
  let firstPosition: Int
  /// How many it takes.
  let positions: Int
  /// Which of them BLAS is given together, where not all: those of one history.
  let parts: UnsafeBufferPointer<Range<Int>>?
  let plan: ProductPlan

  init(
    _ product: WeightProduct, _ positions: Range<Int>, _ plan: ProductPlan,
    parts: UnsafeBufferPointer<Range<Int>>? = nil
  ) {
    let weights = product.weights
    type = weights.kernelType
    isFloat32 = weights.type == .f32
    (rows, columns, rowBytes) = (weights.rows, weights.columns, weights.rowBytes)
    start = weights.start
    output = product.output
    (firstPosition, self.positions) = (positions.lowerBound, positions.count)
    self.parts = parts
    self.plan = plan
  }
}

/// Some rows of one product.
struct ProductPiece {
  let product: PlannedProduct
  let index: Int
  let kernels: ck_isa

  /// Computes the rows for the positions of the product.
  ///
  /// - Parameters:
  ///   - all: The input vectors of all positions.
  ///   - input: The same rounded, where the plan wants it.
  ///   - scratch: As much memory as the plan says.
  func run(_ all: UnsafePointer<Float>, _ input: QuantizedInput?, scratch: UnsafeMutableRawPointer) {
    let weights = product
    let (n, at) = (product.positions, product.firstPosition)
    let x = all + at * product.columns
    let plan = product.plan
    let (type, columns) = (weights.type, weights.columns)
    let first = index * plan.pieceRows
    let count = min(plan.pieceRows, weights.rows - first)
    let start = weights.start + first * weights.rowBytes
    let out = product.output + at * weights.rows + first
    switch (plan.method, input) {
    case (.exactTiles, _):
      let panel = widened(start, count, scratch)
      ck_products_widened(panel, count, columns, x, columns, n, out, weights.rows, kernels)
    case (.exactPanels, _):
      let panel = widened(start, count, scratch)
      func multiply(_ part: Range<Int>) {
        BLAS.multiply(
          m: part.count, n: count, k: columns, all + part.lowerBound * columns, aStride: columns, panel,
          bStride: columns, transposed: true, to: product.output + part.lowerBound * weights.rows + first,
          cStride: weights.rows)
      }
      if let parts = product.parts { parts.forEach(multiply) } else { multiply(at..<at + n) }
    case (.fastRows, let input?):
      for p in 0..<n {
        ck_products_fast(
          type, start, weights.rowBytes, count, columns, input[at + p], out + p * weights.rows, kernels)
      }
    case (.fastPanels, let input?):
      let size = plan.pieceRows * columns
      let scale = (scratch + size).assumingMemoryBound(to: Float.self)
      let panel = ck_panel(
        q: scratch.assumingMemoryBound(to: UInt8.self), scale: scale, minimum: scale + size / 16)
      ck_unpack_panel(type, start, weights.rowBytes, count, columns, panel, kernels)
      ck_products_panel(type, panel, count, columns, input[at], n, out, weights.rows, kernels)
    default:
      ck_products_exact(
        type, start, weights.rowBytes, count, columns, x, columns, n, out, weights.rows, kernels)
    }
  }

  /// Rows as float32: where they are, or widened into scratch memory.
  private func widened(
    _ start: UnsafePointer<UInt8>, _ count: Int, _ scratch: UnsafeMutableRawPointer
  ) -> UnsafePointer<Float> {
    if product.isFloat32 { return UnsafeRawPointer(start).assumingMemoryBound(to: Float.self) }
    let out = scratch.assumingMemoryBound(to: Float.self)
    ck_widen(product.type, start, count * product.columns, out, kernels)
    return UnsafePointer(out)
  }
}
