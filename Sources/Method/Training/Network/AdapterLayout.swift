package import CMCLanguageModel

/// Low-rank additions to the products of a model: W + scale · B · A, of which only A and B learn.
///
/// Source: Hu et al., "LoRA: low-rank adaptation of large language models", ICLR 2022.
package struct AdapterLayout: Sendable {
  /// An addition to one matrix.
  package struct Adapter: Sendable {
    /// What the matrix is for, and in which layer.
    package let role: TensorRole
    package let layer: Int
    /// Where its rows begin among those of the product it is part of.
    let firstRow: Int
    /// Rows and columns of the matrix.
    package let rows: Int
    package let columns: Int
    /// Where A [rank × columns] begins.
    package let a: Int
    /// Where B [rows × rank] begins.
    package let b: Int
  }

  /// The additions of one layer, by the product they belong to.
  struct Layer: Sendable {
    var fused: [Adapter] = []
    var output: [Adapter] = []
    var gateAndUp: [Adapter] = []
    var down: [Adapter] = []
  }

  /// The matrices that can have additions, in the order of their tensors.
  package static let roles: [TensorRole] = [.query, .key, .value, .attentionOutput, .gate, .up, .down]

  /// The rows of A.
  package let rank: Int
  /// α.
  let alpha: Float
  /// α / rank.
  package let scale: Float
  /// All additions.
  package private(set) var adapters: [Adapter] = []
  private(set) var layers: [Layer] = []
  /// The numbers of all of them.
  package private(set) var count = 0

  /// Additions to some matrices of every layer.
  package init(_ shape: NetworkShape, rank: Int, alpha: Float, roles: Set<TensorRole>) {
    self.rank = rank
    self.alpha = alpha
    scale = alpha / Float(rank)
    let (hidden, inner) = (shape.hidden, shape.inner)
    for index in 0..<shape.layers {
      var layer = Layer()
      var firstRow = 0
      for (role, rows) in [
        (TensorRole.query, shape.queryWidth), (.key, shape.keyWidth), (.value, shape.keyWidth),
      ] {
        if roles.contains(role) { layer.fused.append(add(role, index, firstRow, rows, hidden)) }
        firstRow += rows
      }
      if roles.contains(.attentionOutput) {
        layer.output.append(add(.attentionOutput, index, 0, hidden, shape.queryWidth))
      }
      if roles.contains(.gate) { layer.gateAndUp.append(add(.gate, index, 0, inner, hidden)) }
      if roles.contains(.up) { layer.gateAndUp.append(add(.up, index, inner, inner, hidden)) }
      if roles.contains(.down) { layer.down.append(add(.down, index, 0, hidden, inner)) }
      layers.append(layer)
    }
  }

  private mutating func add(
    _ role: TensorRole, _ layer: Int, _ firstRow: Int, _ rows: Int, _ columns: Int
  ) -> Adapter {
    let adapter = Adapter(
      role: role, layer: layer, firstRow: firstRow, rows: rows, columns: columns, a: count,
      b: count + rank * columns)
    count += rank * (rows + columns)
    adapters.append(adapter)
    return adapter
  }
}
