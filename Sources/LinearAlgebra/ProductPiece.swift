internal import CKernels

/// Some rows of one product.
struct ProductPiece {
  let product: WeightProduct
  let plan: ProductPlan
  let index: Int
  let kernels: ck_isa

  /// Computes the rows for all positions.
  func run(
    _ x: UnsafePointer<Float>, _ input: QuantizedInput?, positions n: Int, scratch: UnsafeMutableRawPointer
  ) {
    let weights = product.weights
    let (type, columns) = (weights.kernelType, weights.columns)
    let first = index * plan.pieceRows
    let count = min(plan.pieceRows, weights.rows - first)
    let start = weights.start + first * weights.rowBytes
    let out = product.output + first
    switch (plan.method, input) {
    case (.exactPanels, _):
      var panel = UnsafeRawPointer(start).assumingMemoryBound(to: Float.self)
      if weights.type != .f32 {
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
