internal import CMCLinearAlgebra

/// A product down to a few numbers and one up again: what RWKV-7 makes decays, rates, shares and gates by.
struct LowRankWeights: Sendable {
  /// [rank × hidden].
  let down: LinearWeights
  /// [hidden × rank].
  let up: LinearWeights
  /// [hidden]; nil where nothing is added.
  let bias: ParameterVector?
}

/// The weights of RWKV-7's state in a layer; vectors are [hidden].
struct WKVWeights: Sendable {
  /// [hidden × hidden] each.
  let receptance: LinearWeights
  let key: LinearWeights
  let value: LinearWeights
  let output: LinearWeights
  let decay: LowRankWeights
  let rate: LowRankWeights
  /// Nil for the first layer, whose values the others take a share of.
  let share: LowRankWeights?
  let gate: LowRankWeights
  /// How much of the position before goes into the inputs of receptance, decay, key, value and share, rate, gate.
  let shifts: [ParameterVector]
  let removalScale: ParameterVector
  let keyScale: ParameterVector
  let bonus: ParameterVector
  let norm: (weight: ParameterVector, bias: ParameterVector)
  /// The same of the feed-forward part's input.
  let feedForwardShift: ParameterVector

  /// Every matrix.
  var matrices: [LinearWeights] {
    [receptance, key, value, output]
      + [decay, rate, gate].flatMap { [$0.down, $0.up] } + (share.map { [$0.down, $0.up] } ?? [])
  }

  /// The vectors, as the kernels take them.
  var parameters: WKVOperands.Parameters? {
    guard let decay = decay.bias, let rate = rate.bias else { return nil }
    return WKVOperands.Parameters(
      biases: (decay.pointer, rate.pointer, share?.bias?.pointer),
      scales: (removalScale.pointer, keyScale.pointer, bonus.pointer),
      norm: (norm.weight.pointer, norm.bias.pointer))
  }
}

extension WeightLoader {
  /// A layer's state as RWKV-7 has it.
  ///
  /// - Throws: ``LanguageModelError``.
  mutating func wkv(_ state: WKVState, _ layer: Int) throws -> WKVWeights {
    let (width, ranks) = (state.width, state.ranks)
    if layer == 0 { useUnread() }
    return WKVWeights(
      receptance: try product(.receptance, layer, width, width), key: try product(.key, layer, width, width),
      value: try product(.value, layer, width, width), output: try product(.output, layer, width, width),
      decay: try lowRank(.decayDown, .decayUp, .decayBias, layer, width, ranks.decay),
      rate: try lowRank(.rateDown, .rateUp, .rateBias, layer, width, ranks.rate),
      share: layer > 0 ? try lowRank(.shareDown, .shareUp, .shareBias, layer, width, ranks.share) : nil,
      gate: try lowRank(.gateDown, .gateUp, nil, layer, width, ranks.gate),
      shifts: try shifts(layer, width), removalScale: try vector(.removalScale, layer, [width]),
      keyScale: try vector(.keyScale, layer, [width]),
      bonus: try vector(.bonus, layer, isGGUF ? [width] : [state.headCount, state.headSize]),
      norm: (try vector(.normWeight, layer, [width]), try vector(.normBias, layer, [width])),
      feedForwardShift: try vector(.feedForwardShift, layer, [width]))
  }

  /// llama.cpp asks for shares of the first layer, too, and does not compute with them; the converter writes any there.
  private mutating func useUnread() {
    guard isGGUF else { return }
    for tensor in [WKVTensor.shareDown, .shareUp, .shareBias] {
      use(container.naming.name(tensor, layer: 0))
    }
  }

  private mutating func product(
    _ tensor: WKVTensor, _ layer: Int, _ rows: Int, _ columns: Int
  ) throws -> LinearWeights {
    let name = container.naming.name(tensor, layer: layer)
    let (stored, bytes, owner) = try matrixBytes(name, rows: rows, columns: columns)
    let matrix = try WeightMatrix(
      named: name, type: stored.type, rows: rows, columns: columns, bytes: bytes, owner: owner)
    return LinearWeights(matrix: matrix, bias: nil, name: name)
  }

  private mutating func lowRank(
    _ down: WKVTensor, _ up: WKVTensor, _ bias: WKVTensor?, _ layer: Int, _ width: Int, _ rank: Int
  ) throws -> LowRankWeights {
    LowRankWeights(
      down: try product(down, layer, rank, width), up: try product(up, layer, width, rank),
      bias: try bias.map { try vector($0, layer, [width]) })
  }

  private mutating func vector(
    _ tensor: WKVTensor, _ layer: Int, _ shape: [Int]
  ) throws -> ParameterVector {
    let stored = try stored(container.naming.name(tensor, layer: layer))
    // GGUF files may write axes of length 1, which say nothing there.
    let isSame = isGGUF && stored.shape.filter { $0 != 1 } == shape.filter { $0 != 1 }
    if !isSame { try check(stored, shape: shape) }
    return try ParameterVector(reading: stored)
  }

  /// The six shifts: one by one, or all in one tensor, as GGUF files have them and the first ones of the hub.
  private mutating func shifts(_ layer: Int, _ width: Int) throws -> [ParameterVector] {
    guard isGGUF || container.has(container.naming.name(.shifts, layer: layer)) else {
      return try WKVTensor.eachShift.map { try vector($0, layer, [1, 1, width]) }
    }
    let count = WKVTensor.eachShift.count
    let all = try vector(.shifts, layer, isGGUF ? [count, 1, 1, width] : [count, width]).array
    return (0..<count).map { ParameterVector(Array(all[$0 * width..<($0 + 1) * width])) }
  }
}
