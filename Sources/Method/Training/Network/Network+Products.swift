internal import CMCLinearAlgebra

extension Network {
  /// y = x · Wᵀ, and for each adapter y += scale · (x · Aᵀ) · Bᵀ on its rows.
  ///
  /// - Parameters:
  ///   - weight: Where W [rows × columns] begins.
  ///   - x: positions × columns.
  ///   - y: positions × rows.
  func linear(
    _ weight: Int, rows: Int, columns: Int, _ added: [AdapterLayout.Adapter], _ x: UnsafePointer<Float>,
    into y: UnsafeMutablePointer<Float>
  ) {
    let n = sequences.positions
    engine.product(
      m: n, n: rows, k: columns, DenseOperand(x, stride: columns),
      DenseOperand(values.start + weight, stride: columns, transposed: true), to: y, stride: rows)
    guard let adapters else { return }
    let rank = adapters.layout.rank
    let low = activations.low.start
    // Two thin products for each addition; W + scale · B · A itself would be a matrix of W's size, anew in every step.
    for adapter in added {
      let a = DenseOperand(adapters.values.start + adapter.a, stride: columns, transposed: true)
      let b = DenseOperand(adapters.values.start + adapter.b, stride: rank, transposed: true)
      engine.product(m: n, n: rank, k: columns, DenseOperand(x, stride: columns), a, to: low, stride: rank)
      engine.product(
        m: n, n: adapter.rows, k: rank, alpha: adapters.layout.scale, DenseOperand(low, stride: rank), b,
        adding: true, to: y + adapter.firstRow, stride: rows)
    }
  }

  /// The gradients of ``linear(_:rows:columns:_:_:into:)``: dx = dy · W, dW += dyᵀ · x, and those of adapters.
  ///
  /// - Parameters:
  ///   - weight: Where W begins.
  ///   - x: positions × columns, the input.
  ///   - dy: positions × rows.
  ///   - dx: positions × columns, overwritten.
  func linearBackward(
    _ weight: Int, rows: Int, columns: Int, _ added: [AdapterLayout.Adapter], _ x: UnsafePointer<Float>,
    _ dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>
  ) {
    let n = sequences.positions
    engine.product(
      m: n, n: columns, k: rows, DenseOperand(dy, stride: rows),
      DenseOperand(values.start + weight, stride: columns), to: dx, stride: columns)
    // Beside adapters W is frozen: there is no gradient of it, and no memory for one.
    if let gradients {
      engine.product(
        m: rows, n: columns, k: n, DenseOperand(dy, stride: rows, transposed: true),
        DenseOperand(x, stride: columns), adding: true, to: gradients.start + weight, stride: columns)
    }
    guard let adapters else { return }
    let rank = adapters.layout.rank
    let scale = adapters.layout.scale
    let (low, dLow) = (activations.low.start, activations.dLow.start)
    for adapter in added {
      let (a, b) = (adapters.values.start + adapter.a, adapters.values.start + adapter.b)
      let (da, db) = (adapters.gradients.start + adapter.a, adapters.gradients.start + adapter.b)
      let dRows = DenseOperand(dy + adapter.firstRow, stride: rows)
      let dColumns = DenseOperand(dy + adapter.firstRow, stride: rows, transposed: true)
      engine.product(
        m: n, n: rank, k: columns, DenseOperand(x, stride: columns),
        DenseOperand(a, stride: columns, transposed: true), to: low, stride: rank)
      engine.product(
        m: adapter.rows, n: rank, k: n, alpha: scale, dColumns, DenseOperand(low, stride: rank), adding: true,
        to: db, stride: rank)
      engine.product(
        m: n, n: rank, k: adapter.rows, alpha: scale, dRows, DenseOperand(b, stride: rank), to: dLow,
        stride: rank)
      engine.product(
        m: rank, n: columns, k: n, DenseOperand(dLow, stride: rank, transposed: true),
        DenseOperand(x, stride: columns), adding: true, to: da, stride: columns)
      engine.product(
        m: n, n: columns, k: rank, DenseOperand(dLow, stride: rank), DenseOperand(a, stride: columns),
        adding: true, to: dx, stride: columns)
    }
  }

  /// A norm of rows of the hidden size.
  func norm(
    _ weight: Int, _ x: UnsafePointer<Float>, rows: Int, columns: Int? = nil,
    into out: UnsafeMutablePointer<Float>
  ) {
    engine.rmsNorm(
      x, weight: values.start + weight, epsilon: shape.epsilon, rows: rows, columns: columns ?? shape.hidden,
      into: out)
  }

  /// The gradient of a norm.
  func normBackward(
    _ weight: Int, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, rows: Int, columns: Int? = nil,
    adding: Bool, into dx: UnsafeMutablePointer<Float>
  ) {
    engine.rmsNormBackward(
      x, weight: values.start + weight, epsilon: shape.epsilon, dy, rows: rows,
      columns: columns ?? shape.hidden,
      adding: adding, into: dx, weightInto: gradients.map { $0.start + weight })
  }

  /// Copies columns of rows to rows of another width.
  func copy(
    _ from: UnsafePointer<Float>, _ fromStride: Int, to: UnsafeMutablePointer<Float>, _ toStride: Int,
    width: Int
  ) {
    for row in 0..<sequences.positions {
      (to + row * toStride).update(from: from + row * fromStride, count: width)
    }
  }
}
