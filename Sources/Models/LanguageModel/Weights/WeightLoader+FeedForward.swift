internal import CMCLinearAlgebra

extension WeightLoader {
  /// What every position goes through in a layer; nil where it has experts alone.
  ///
  /// - Throws: ``LanguageModelError``.
  mutating func feedForward(_ layer: Int) throws -> FeedForwardWeights? {
    guard configuration.arrangement != .mixerAlone else { return nil }
    guard let mixture = configuration.mixture, !mixture.denseLayers.contains(layer) else {
      return try part(.whole, layer, size: configuration.feedForwardSize(layer))
    }
    if mixture.isBeside { return try part(.whole, layer, size: configuration.feedForwardSize(layer)) }
    return try mixture.sharedSize.map { try part(.shared, layer, size: $0) }
  }

  /// A layer's experts; nil where it has none.
  ///
  /// - Throws: ``LanguageModelError``.
  mutating func mixture(_ layer: Int) throws -> MixtureWeights? {
    guard let mixture = configuration.mixture, !mixture.denseLayers.contains(layer) else { return nil }
    let hidden = configuration.hiddenSize
    var sharedGate: LinearWeights?
    if mixture.gatesShared {
      let name = name(.sharedExpertGate, layer)
      let tensor = try stored(name)
      // A GGUF file has it as a vector.
      if tensor.shape != [hidden] { try check(tensor, shape: [1, hidden]) }
      sharedGate = LinearWeights(
        matrix: try WeightMatrix(reading: tensor, rows: 1, columns: hidden), bias: nil, name: name)
    }
    return MixtureWeights(
      router: try router(mixture, layer),
      correction: mixture.hasCorrection
        ? try vector(placeName(.routerCorrection, layer), count: mixture.experts) : nil,
      experts: try experts(mixture, layer), sharedGate: sharedGate,
      scales: mixture.scalesExperts
        ? try vector(placeName(.expertScale, layer), count: mixture.experts) : nil,
      beside: try besideNorms(mixture, layer))
  }

  private mutating func router(_ mixture: Mixture, _ layer: Int) throws -> LinearWeights {
    let name = placeName(.router, layer)
    let tensor = try stored(name)
    let (rows, columns) = (mixture.experts, configuration.hiddenSize)
    try check(tensor, shape: [rows, columns])
    let matrix = try WeightMatrix(reading: tensor, rows: rows, columns: columns)
    let bias =
      mixture.routerHasBias ? try vector(self.name(.router, layer, isBias: true), count: rows) : nil
    return LinearWeights(matrix: matrix, bias: bias, name: name)
  }

  /// What a tensor is called in this file, of a role that has two names.
  func placeName(_ role: TensorRole, _ layer: Int) -> String {
    if let other = container.naming.nameInMemory(role, layer: layer), container.has(other) {
      return other
    }
    return name(role, layer)
  }

  /// A part whose gate, where there is one, may lie in one matrix with what it gates: two ranges of its rows.
  private mutating func part(
    _ roles: FeedForwardRoles, _ layer: Int, size: Int
  ) throws -> FeedForwardWeights {
    let c = configuration
    let hasBias = c.biases.contains(.feedForward)
    let down = try linear(roles.down, layer, rows: c.hiddenSize, columns: size, hasBias: hasBias)
    if c.isGated, fusesGateAndUp {
      let parts = try stacked(roles.fusedGateAndUp, layer, rows: [size, size], hasBias: hasBias)
      return FeedForwardWeights(gate: parts[0], up: parts[1], down: down)
    }
    let gate =
      c.isGated ? try linear(roles.gate, layer, rows: size, columns: c.hiddenSize, hasBias: hasBias) : nil
    return FeedForwardWeights(
      gate: gate, up: try linear(roles.up, layer, rows: size, columns: c.hiddenSize, hasBias: hasBias),
      down: down)
  }

  /// The experts: a tensor for each, or all in one, and then perhaps the gate's rows before those of `up`.
  private mutating func experts(_ mixture: Mixture, _ layer: Int) throws -> [FeedForwardWeights] {
    let (hidden, size) = (configuration.hiddenSize, mixture.expertSize)
    if !isGGUF, hub.interleavesExperts { return try interleavedExperts(mixture, layer) }
    let fused = placeName(.fusedExpertGateAndUp, layer)
    // Most GGUF files have none of that name, and another matrix under its place.
    let mayBeFused = !isGGUF || configuration.architecture.gguf?.names[.fusedExpertGateAndUp] != nil
    let isFused = mayBeFused && container.has(fused)
    let inputs: [[LinearWeights]]
    if isFused {
      inputs = try matrices(
        .fusedExpertGateAndUp, layer, mixture.experts, rows: [size, size], columns: hidden)
    } else {
      let gates =
        configuration.isGated
        ? try matrices(.expertGate, layer, mixture.experts, rows: [size], columns: hidden) : []
      let ups = try matrices(.expertUp, layer, mixture.experts, rows: [size], columns: hidden)
      inputs = ups.indices.map { (gates.isEmpty ? [] : gates[$0]) + ups[$0] }
    }
    let downs = try matrices(.expertDown, layer, mixture.experts, rows: [hidden], columns: size)
    return zip(inputs, downs).map { parts, down in
      FeedForwardWeights(gate: parts.count == 2 ? parts[0] : nil, up: parts[parts.count - 1], down: down[0])
    }
  }

  /// A product of every expert, cut in ranges of rows.
  private mutating func matrices(
    _ role: TensorRole, _ layer: Int, _ experts: Int, rows: [Int], columns: Int
  ) throws -> [[LinearWeights]] {
    let name = placeName(role, layer)
    let all = rows.reduce(0, +)
    guard !name.contains("#") else {
      return try (0..<experts).map { expert in
        let own = name.replacing("#", with: String(expert))
        let tensor = try stored(own)
        try check(tensor, shape: [all, columns])
        return try Self.cut(tensor, own, at: 0, bytes: tensor.bytes.count, rows: rows, columns: columns)
      }
    }
    let tensor = try stored(name)
    try check(tensor, shape: [experts, all, columns])
    let size = tensor.bytes.count / experts
    let biases = try expertBiases(role, layer, [experts, all])
    return try (0..<experts).map { expert in
      let bias = biases.map { Array($0[expert * all..<(expert + 1) * all]) }
      return try Self.cut(
        tensor, name, at: expert * size, bytes: size, rows: rows, columns: columns, bias: bias)
    }
  }

  /// The biases of all experts' product, where the file has them.
  private mutating func expertBiases(_ role: TensorRole, _ layer: Int, _ shape: [Int]) throws -> [Float]? {
    let name = name(role, layer, isBias: true)
    guard container.has(name) else { return nil }
    let tensor = try stored(name)
    try check(tensor, shape: shape)
    return try ParameterVector(reading: tensor).array
  }

  /// Ranges of rows of a part of a tensor.
  private static func cut(
    _ tensor: StoredTensor, _ name: String, at offset: Int, bytes: Int, rows: [Int], columns: Int,
    bias: [Float]? = nil
  ) throws -> [LinearWeights] {
    let row = bytes / rows.reduce(0, +)
    var start = offset
    var first = 0
    return try rows.map { count in
      defer { first += count }
      let range = start..<start + count * row
      start = range.upperBound
      let matrix = try WeightMatrix(
        named: name, type: tensor.type, rows: count, columns: columns,
        bytes: UnsafeRawBufferPointer(rebasing: tensor.bytes[range]), owner: tensor.owner)
      let own = bias.map { ParameterVector(Array($0[first..<first + count])) }
      return LinearWeights(matrix: matrix, bias: own, name: name)
    }
  }
}
