internal import CMCLinearAlgebra

extension WeightLoader {
  /// What makes the inputs of all layers beside the state; nil where there are none.
  ///
  /// - Throws: ``LanguageModelError``.
  mutating func perLayer() throws -> PerLayerWeights? {
    guard let inputs = configuration.perLayerInputs else { return nil }
    let all = inputs.width * configuration.layerCount
    return PerLayerWeights(
      table: try table(.perLayerEmbedding, rows: inputs.rows, columns: all),
      projection: try linear(
        .perLayerProjection, nil, rows: all, columns: configuration.hiddenSize, hasBias: false),
      norm: try norm(.perLayerNorm, nil, count: inputs.width))
  }

  /// What a layer makes of its input; nil where there is none.
  ///
  /// - Throws: ``LanguageModelError``.
  mutating func perLayer(_ layer: Int) throws -> PerLayerAddition? {
    guard let inputs = configuration.perLayerInputs else { return nil }
    let hidden = configuration.hiddenSize
    return PerLayerAddition(
      gate: try linear(.perLayerGate, layer, rows: inputs.width, columns: hidden, hasBias: false),
      output: try linear(.perLayerOutput, layer, rows: hidden, columns: inputs.width, hasBias: false),
      norm: try norm(.perLayerOutputNorm, layer, count: hidden))
  }

  /// The norms of a layer whose experts stand beside its feed-forward part; nil where they do not.
  ///
  /// - Throws: ``LanguageModelError``.
  mutating func besideNorms(_ mixture: Mixture, _ layer: Int) throws -> BesideNorms? {
    guard mixture.isBeside else { return nil }
    let hidden = configuration.hiddenSize
    // What chooses divides by the root of the size, too: once here instead of in every step.
    let scale = 1 / Float(hidden).squareRoot()
    let router = try vector(placeName(.routerNorm, layer), count: hidden).array.map { $0 * scale }
    return BesideNorms(
      part: try norm(.partOutputNorm, layer, count: hidden),
      router: NormWeights(weight: ParameterVector(router), bias: nil),
      input: try norm(.expertInputNorm, layer, count: hidden),
      output: try norm(.expertOutputNorm, layer, count: hidden))
  }

  /// What the state behind a layer is multiplied by, or nil.
  ///
  /// - Throws: ``LanguageModelError``.
  mutating func scale(_ layer: Int) throws -> Float? {
    let name = placeName(.layerScale, layer)
    // A GGUF file leaves out what is 1.
    guard configuration.scalesLayers, !isGGUF || container.has(name) else { return nil }
    return try vector(name, count: 1).array[0]
  }

  /// Passes over the keys and values that a file has of a layer which reads those of another one.
  mutating func passKeysAndValues(_ layer: Int) {
    for role in [TensorRole.key, .value, .keyNorm] {
      for isBias in [false, true] { use(name(role, layer, isBias: isBias)) }
    }
  }
}
