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
  let plan: ProductPlan

  init(_ product: WeightProduct, _ plan: ProductPlan) {
    let weights = product.weights
    type = weights.kernelType
    isFloat32 = weights.type == .f32
    (rows, columns, rowBytes) = (weights.rows, weights.columns, weights.rowBytes)
    start = weights.start
    output = product.output
    self.plan = plan
  }
}

/// Some rows of one product.
struct ProductPiece {
  let product: PlannedProduct
  let index: Int
  let kernels: ck_isa

  /// Computes the rows for all positions.
  func run(
    _ x: UnsafePointer<Float>, _ input: QuantizedInput?, positions n: Int, scratch: UnsafeMutableRawPointer
  ) {
    let weights = product
    let plan = product.plan
    let (type, columns) = (weights.type, weights.columns)
    let first = index * plan.pieceRows
    let count = min(plan.pieceRows, weights.rows - first)
    let start = weights.start + first * weights.rowBytes
    let out = product.output + first
    switch (plan.method, input) {
    case (.exactPanels, _):
      var panel = UnsafeRawPointer(start).assumingMemoryBound(to: Float.self)
      if !weights.isFloat32 {
        let widened = scratch.assumingMemoryBound(to: Float.self)
        ck_widen(type, start, count * columns, widened, kernels)
        panel = UnsafePointer(widened)
      }
      BLAS.multiply(
        m: n, n: count, k: columns, x, aStride: columns, panel, bStride: columns, transposed: true, to: out,
        cStride: weights.rows)
    case (.fastRows, let input?):
      for p in 0..<n {
        ck_products_fast(
          type, start, weights.rowBytes, count, columns, input[p], out + p * weights.rows, kernels)
      }
    case (.fastPanels, let input?):
      let size = plan.pieceRows * columns
      let scale = (scratch + size).assumingMemoryBound(to: Float.self)
      let panel = ck_panel(
        q: scratch.assumingMemoryBound(to: UInt8.self), scale: scale, minimum: scale + size / 16)
      ck_unpack_panel(type, start, weights.rowBytes, count, columns, panel, kernels)
      ck_products_panel(type, panel, count, columns, input[0], n, out, weights.rows, kernels)
    default:
      ck_products_exact(
        type, start, weights.rowBytes, count, columns, x, columns, n, out, weights.rows, kernels)
    }
  }
}
