package import CMCLanguageModel

/// Where each tensor of a model lies in one run of numbers.
///
/// Queries, keys and values of a layer lie side by side, gate and up too, so that each group is one product.
package struct ParameterLayout: Sendable {
  /// One tensor.
  package struct Entry: Sendable {
    /// What it is for.
    package let role: TensorRole
    /// The layer, for what belongs to one.
    package let layer: Int?
    /// Whether it is a bias.
    package let isBias: Bool
    /// Rows and columns; a vector has one row.
    package let rows: Int
    package let columns: Int
    /// Where it begins.
    package let offset: Int

    /// How many numbers it has.
    package var count: Int { rows * columns }
    /// Whether it is a matrix: weight decay is for these.
    package var isMatrix: Bool { !isBias && !isNorm }
    /// Whether it is the weight of a norm.
    package var isNorm: Bool {
      switch role {
      case .finalNorm, .attentionNorm, .queryNorm, .keyNorm, .attentionOutputNorm, .feedForwardNorm,
        .feedForwardOutputNorm:
        true
      default: false
      }
    }
  }

  /// The places of one layer's tensors.
  struct Layer: Sendable {
    /// [hidden].
    var attentionNorm = 0
    /// [(heads + 2 · kvHeads) · d × hidden].
    var fused = 0
    /// [(heads + 2 · kvHeads) · d], or nil.
    var fusedBias: Int?
    /// [d] each, or nil.
    var queryNorm: Int?
    var keyNorm: Int?
    /// [hidden × heads · d].
    var output = 0
    /// [hidden], or nil.
    var outputNorm: Int?
    /// [hidden].
    var feedForwardNorm = 0
    /// [2 · inner × hidden].
    var gateAndUp = 0
    /// [hidden × inner].
    var down = 0
    /// [hidden], or nil.
    var feedForwardOutputNorm: Int?
  }

  /// All tensors in their order.
  package private(set) var entries: [Entry] = []
  private(set) var layers: [Layer] = []
  /// [vocabulary × hidden].
  private(set) var embedding = 0
  /// [hidden].
  private(set) var finalNorm = 0
  /// [vocabulary × hidden]; the embedding's where they are tied.
  private(set) var head = 0
  /// The length of the run, gaps included.
  package private(set) var count = 0

  /// The number of parameters.
  package var parameterCount: Int { entries.reduce(0) { $0 + $1.count } }

  /// Lays out a model.
  package init(_ shape: NetworkShape) {
    let c = shape.configuration
    let (hidden, inner) = (shape.hidden, shape.inner)
    embedding = begin(.tokenEmbedding, nil, shape.vocabulary, hidden)
    for index in 0..<shape.layers {
      var layer = Layer()
      layer.attentionNorm = begin(.attentionNorm, index, 1, hidden)
      layer.fused = begin(.query, index, shape.queryWidth, hidden)
      append(.key, index, shape.keyWidth, hidden)
      append(.value, index, shape.keyWidth, hidden)
      if c.biases.contains(.queryKeyValue) {
        layer.fusedBias = begin(.query, index, 1, shape.queryWidth, isBias: true)
        append(.key, index, 1, shape.keyWidth, isBias: true)
        append(.value, index, 1, shape.keyWidth, isBias: true)
      }
      if c.queryKeyNorm == .shared {
        layer.queryNorm = begin(.queryNorm, index, 1, c.headSize)
        layer.keyNorm = begin(.keyNorm, index, 1, c.headSize)
      }
      layer.output = begin(.attentionOutput, index, hidden, shape.queryWidth)
      if c.normsOutputs { layer.outputNorm = begin(.attentionOutputNorm, index, 1, hidden) }
      layer.feedForwardNorm = begin(.feedForwardNorm, index, 1, hidden)
      layer.gateAndUp = begin(.gate, index, inner, hidden)
      append(.up, index, inner, hidden)
      layer.down = begin(.down, index, hidden, inner)
      if c.normsOutputs { layer.feedForwardOutputNorm = begin(.feedForwardOutputNorm, index, 1, hidden) }
      layers.append(layer)
    }
    finalNorm = begin(.finalNorm, nil, 1, hidden)
    head = c.tiesEmbeddings ? embedding : begin(.head, nil, shape.vocabulary, hidden)
    count = (count + 15) & ~15
  }

  /// Adds a tensor at the next line of the cache.
  private mutating func begin(
    _ role: TensorRole, _ layer: Int?, _ rows: Int, _ columns: Int, isBias: Bool = false
  ) -> Int {
    count = (count + 15) & ~15
    let offset = count
    append(role, layer, rows, columns, isBias: isBias)
    return offset
  }

  /// Adds a tensor right behind the last one.
  private mutating func append(
    _ role: TensorRole, _ layer: Int?, _ rows: Int, _ columns: Int, isBias: Bool = false
  ) {
    entries.append(
      Entry(role: role, layer: layer, isBias: isBias, rows: rows, columns: columns, offset: count))
    count += rows * columns
  }
}
