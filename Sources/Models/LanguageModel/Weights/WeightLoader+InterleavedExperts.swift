internal import CMCLinearAlgebra

extension WeightLoader {
  /// Experts whose gate and `up` lie row by row in turn: copied, each to a matrix of its own.
  ///
  /// - Throws: ``LanguageModelError``.
  /// - Complexity: O(bytes of the experts), which are copied.
  mutating func interleavedExperts(_ mixture: Mixture, _ layer: Int) throws -> [FeedForwardWeights] {
    let (hidden, size) = (configuration.hiddenSize, mixture.expertSize)
    let inputs = try rows(
      .turnedGateAndUp, (.gateAndUpBlocks, .gateAndUpScales), .gateAndUpBias, layer, mixture,
      rows: 2 * size, columns: hidden)
    let outputs = try rows(
      .turnedDown, (.downBlocks, .downScales), .downBias, layer, mixture, rows: hidden, columns: size)
    return try (0..<mixture.experts).map { expert in
      FeedForwardWeights(
        gate: try inputs.matrix(expert, first: 0, step: 2), up: try inputs.matrix(expert, first: 1, step: 2),
        down: try outputs.matrix(expert, first: 0, step: 1))
    }
  }

  /// A product of all experts, row after row.
  private mutating func rows(
    _ turned: TensorRole, _ packed: (blocks: TensorRole, scales: TensorRole), _ bias: TensorRole,
    _ layer: Int, _ mixture: Mixture, rows: Int, columns: Int
  ) throws -> ExpertRows {
    let biases = try stored(placeName(bias, layer))
    try check(biases, shape: [mixture.experts, rows])
    let values = try ParameterVector(reading: biases).array
    if let name = container.naming.nameInMemory(turned, layer: layer), container.has(name) {
      let tensor = try stored(name)
      try check(tensor, shape: [mixture.experts, columns, rows])
      return ExpertRows(name: name, rows: rows, columns: columns, source: .turned(tensor), biases: values)
    }
    let blocks = try bytes(packed.blocks, layer, shape: [mixture.experts, rows, columns / 32, 16])
    let scales = try bytes(packed.scales, layer, shape: [mixture.experts, rows, columns / 32])
    guard columns % 32 == 0 else {
      throw LanguageModelError.matrix(tensor: blocks.name, reason: "rows of \(columns) are no whole blocks")
    }
    return ExpertRows(
      name: blocks.name, rows: rows, columns: columns, source: .packed(blocks, scales), biases: values)
  }

  /// A tensor of bytes, which stand for no numbers.
  private mutating func bytes(_ role: TensorRole, _ layer: Int, shape: [Int]) throws -> StoredBytes {
    let name = placeName(role, layer)
    guard let found = try container.bytes(name) else { throw LanguageModelError.missingTensor(name) }
    guard found.shape == shape else {
      throw LanguageModelError.shape(tensor: name, found: found.shape, wanted: shape)
    }
    use(name)
    return found
  }
}
