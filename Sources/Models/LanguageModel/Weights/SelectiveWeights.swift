internal import CMCLinearAlgebra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The weights of a selective state in a layer.
struct SelectiveWeights: Sendable {
  /// What makes the input of a state, each of the layer's input: Mamba's channels and gate, Mamba 2's gate, convolved
  /// numbers and steps.
  let inputs: [LinearWeights]
  /// [kernel × convolved], the present position's row last.
  let convolution: ParameterVector
  let convolutionBias: ParameterVector?
  /// Mamba's products of the convolved channels: what steps are made of, what writes, what reads; none of Mamba 2.
  let selection: [LinearWeights]
  /// [channels × step rank]; nil for Mamba 2.
  let step: LinearWeights?
  /// Added to steps [channels], or [heads].
  let stepBias: ParameterVector
  /// How fast the state is let go, below 0: [channels × state], or [heads].
  let decay: ParameterVector
  /// What of the input goes past the state: [channels], or [heads].
  let skip: ParameterVector
  /// [channels]; nil for Mamba.
  let norm: ParameterVector?
  /// [hidden × channels].
  let output: LinearWeights

  /// Every matrix.
  var matrices: [LinearWeights] { inputs + selection + (step.map { [$0] } ?? []) + [output] }
}

extension WeightLoader {
  /// A layer's selective state.
  ///
  /// - Throws: ``LanguageModelError``.
  mutating func selectiveState(_ state: SelectiveState, _ layer: Int) throws -> SelectiveWeights {
    let (inner, size) = (state.inner, state.stateSize)
    var (selection, step): ([LinearWeights], LinearWeights?) = ([], nil)
    let inputs: [Int]
    let stepBias: ParameterVector
    let decay: (shape: [Int], wide: [Int])
    switch state.form {
    case .channels(let rank):
      inputs = [inner, inner]
      selection = try stacked(
        .stateSelection, layer, rows: [rank, size, size], columns: inner, hasBias: false)
      step = try linear(.stateStep, layer, rows: inner, columns: rank, hasBias: false)
      stepBias = try vector(name(.stateStep, layer, isBias: true), count: inner)
      decay = ([inner, size], [inner])
    case .heads(let heads, _):
      inputs = [inner, state.convolved, heads]
      stepBias = try vector(
        isGGUF ? name(.stateStep, layer, isBias: true) : placeName(.stateStepBias, layer), count: heads)
      decay = isGGUF ? ([heads, 1], [heads, 1]) : ([heads], [heads])
    }
    return SelectiveWeights(
      inputs: try stacked(.stateInput, layer, rows: inputs, hasBias: state.projectionHasBias),
      convolution: try convolution(state, layer),
      convolutionBias: state.convolutionHasBias
        ? try vector(name(.stateConvolution, layer, isBias: true), count: state.convolved) : nil,
      selection: selection, step: step, stepBias: stepBias, decay: try self.decay(layer, shape: decay.shape),
      skip: try shaped(placeName(.stateSkip, layer), decay.wide), norm: try gatedNorm(state, layer),
      output: try linear(
        .stateOutput, layer, rows: configuration.hiddenSize, columns: inner, hasBias: state.projectionHasBias)
    )
  }

  /// The taps of each channel, turned so that a position's lie side by side.
  private mutating func convolution(_ state: SelectiveState, _ layer: Int) throws -> ParameterVector {
    let (width, kernel) = (state.convolved, state.kernel)
    let taps = try shaped(
      name(.stateConvolution, layer), isGGUF ? [width, kernel] : [width, 1, kernel])
    return ParameterVector(
      (0..<kernel * width).map { taps.pointer[$0 % width * kernel + $0 / width] })
  }

  /// GGUF files have −exp of what the hub's files have.
  private mutating func decay(_ layer: Int, shape: [Int]) throws -> ParameterVector {
    let stored = try shaped(placeName(.stateDecay, layer), shape)
    guard !isGGUF else { return stored }
    let decay = stored.array.map { -expf($0) }
    guard decay.allSatisfy(\.isFinite) else {
      throw LanguageModelError.configuration("\(placeName(.stateDecay, layer)) has a value without bounds")
    }
    return ParameterVector(decay)
  }

  private mutating func gatedNorm(_ state: SelectiveState, _ layer: Int) throws -> ParameterVector? {
    guard case .heads(_, let groups) = state.form else { return nil }
    return try shaped(
      name(.stateNorm, layer), isGGUF ? [groups, state.inner / groups] : [state.inner])
  }

  /// A tensor of any axes as the list of its numbers.
  private mutating func shaped(_ name: String, _ shape: [Int]) throws -> ParameterVector {
    let tensor = try stored(name)
    try check(tensor, shape: shape)
    return try ParameterVector(reading: tensor)
  }
}
