internal import CMCKernels
internal import CMCPrimitives

extension ComputeEngine {
  /// out = f(gate) · up for rows that hold both side by side.
  ///
  /// - Parameters:
  ///   - gateAndUp: rows × 2 · columns: the gate, then up.
  ///   - f: The gate's function.
  ///   - rows: The number of rows.
  ///   - columns: The length of each half.
  ///   - out: rows × columns.
  package func gatedProduct(
    _ gateAndUp: UnsafePointer<Float>, _ f: GatedActivation, rows: Int, columns: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let (x, out) = (gateAndUp, out)
    rowsOf(columns, rows) { [kernels] range in
      for row in range {
        let gate = x + 2 * row * columns
        switch f {
        case .silu: ck_silu_product(gate, gate + columns, columns, out + row * columns, kernels)
        case .geluTanh: ck_gelu_product(gate, gate + columns, columns, out + row * columns, kernels)
        }
      }
    }
  }

  /// The gradient of ``gatedProduct(_:_:rows:columns:into:)``, in place.
  ///
  /// - Parameters:
  ///   - gateAndUp: As there; becomes its own gradient.
  ///   - f: The gate's function.
  ///   - rows: The number of rows.
  ///   - columns: The length of each half.
  ///   - inner: rows × columns: the gradient of the product; becomes the product.
  package func gatedProductBackward(
    _ gateAndUp: UnsafeMutablePointer<Float>, _ f: GatedActivation, rows: Int, columns: Int,
    inner: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let (x, inner) = (gateAndUp, inner)
    rowsOf(columns, rows) { [kernels] range in
      for row in range {
        let gate = x + 2 * row * columns
        switch f {
        case .silu: ck_silu_backward(gate, gate + columns, inner + row * columns, columns, kernels)
        case .geluTanh: ck_gelu_backward(gate, gate + columns, inner + row * columns, columns, kernels)
        }
      }
    }
  }
}
