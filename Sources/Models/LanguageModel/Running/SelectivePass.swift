internal import CMCLinearAlgebra

/// Selective states: the layers of Mamba and Mamba 2.
///
/// What such a layer adds is W_out · (scan(conv(W_x · h)) ⊙ silu(W_z · h)), normed before the product in Mamba 2. Positions of
/// a history go through the convolution and the scan one after another; products take all positions of a pass together.
final class SelectivePass: TokenMixing {
  /// What a layer computes with; kept so that a step allocates nothing.
  private struct Layer {
    let weights: SelectiveWeights
    let state: SelectiveState
    /// Where what it keeps of a history begins.
    let offset: Int
    let inputs: [WeightProduct]
    let selection: [WeightProduct]
    let step: [WeightProduct]
  }

  /// The size of the buffers.
  let bytes: Int
  private let engine: ComputeEngine
  private let states: PassStates
  private let epsilon: Float
  private var layers: [Layer?] = []
  /// [positions × channels].
  private let gate: UnsafeMutablePointer<Float>
  /// [positions × convolved]; then the result of the scan.
  private let raw: UnsafeMutablePointer<Float>
  private let convolved: UnsafeMutablePointer<Float>
  /// [positions × step rank], [positions × state] twice.
  private let low: UnsafeMutablePointer<Float>
  private let write: UnsafeMutablePointer<Float>
  private let read: UnsafeMutablePointer<Float>
  /// [positions × channels], or [positions × heads].
  private let steps: UnsafeMutablePointer<Float>

  init(_ model: LanguageModel, engine: ComputeEngine, states: PassStates, positions: Int) {
    self.engine = engine
    self.states = states
    let all = model.configuration.mixers.compactMap { mixer -> SelectiveState? in
      if case .selectiveState(let state) = mixer { return state }
      return nil
    }
    func most(_ size: (SelectiveState) -> Int) -> Int { positions * (all.map(size).max() ?? 0) }
    let sizes = [
      most(\.inner), most(\.convolved), most(\.convolved), most(\.stepRank),
      most(\.stateSize), most(\.stateSize), most(\.stepCount),
    ]
    let places = sizes.map { UnsafeMutablePointer<Float>.allocate(capacity: $0) }
    (gate, raw, convolved) = (places[0], places[1], places[2])
    (low, write, read, steps) = (places[3], places[4], places[5], places[6])
    bytes = sizes.reduce(0, +) * MemoryLayout<Float>.stride
    switch model.configuration.normalization {
    case .rms(let epsilon, _), .layer(let epsilon, _): self.epsilon = epsilon
    }
    var offset = 0
    for (index, layer) in model.weights.layers.enumerated() {
      guard case .selectiveState(let weights) = layer.mixer,
        case .selectiveState(let state) = model.configuration.mixer(index)
      else {
        layers.append(nil)
        continue
      }
      // Mamba's gate comes last and Mamba 2's first; the order of the products is that of the weights.
      let targets = state.isByHead ? [gate, raw, steps] : [raw, gate]
      layers.append(
        Layer(
          weights: weights, state: state, offset: offset,
          inputs: zip(weights.inputs, targets).map { WeightProduct($0.matrix, into: $1) },
          selection: zip(weights.selection, [low, write, read]).map { WeightProduct($0.matrix, into: $1) },
          step: weights.step.map { [WeightProduct($0.matrix, into: steps)] } ?? []))
      offset += state.keptSize
    }
  }

  deinit { for pointer in [gate, raw, convolved, low, write, read, steps] { pointer.deallocate() } }

  func reserve(_ positions: Int) {}

  func mix(
    _ index: Int, _ h: UnsafePointer<Float>, _ step: PassStep, into update: UnsafeMutablePointer<Float>
  ) {
    guard let layer = layers[index] else { return }
    let (weights, state, n) = (layer.weights, layer.state, step.positions)
    engine.multiply(layer.inputs, h, step)
    for (product, linear) in zip(layer.inputs, weights.inputs) {
      engine.addBias(linear.bias, to: product.output, n)
    }
    convolve(layer, step)
    state.activation.apply(convolved, count: n * state.convolved, engine)
    if !state.isByHead {
      engine.multiply(layer.selection, convolved, step)
      engine.multiply(layer.step, low, step)
    }
    engine.softplus(steps, bias: weights.stepBias.pointer, rows: n, columns: state.stepCount)
    scan(layer, step)
    // What comes out lies where the convolution's input was.
    engine.siluMultiply(gate, raw, count: n * state.inner)
    norm(layer, n)
    engine.multiply([WeightProduct(weights.output.matrix, into: update)], gate, step)
    engine.addBias(weights.output.bias, to: update, n)
  }

  private func convolve(_ layer: Layer, _ step: PassStep) {
    let width = layer.state.convolved
    var row = 0
    for (segment, place) in zip(step.segments, states.places) {
      engine.causalConvolution(
        raw + row * width, before: place.before + layer.offset, after: place.after + layer.offset,
        taps: layer.weights.convolution.pointer, bias: layer.weights.convolutionBias?.pointer,
        positions: segment.count, width: width, kernel: layer.state.kernel, into: convolved + row * width)
      row += segment.count
    }
  }

  private func scan(_ layer: Layer, _ step: PassStep) {
    let (state, weights) = (layer.state, layer.weights)
    let (width, inner, size) = (state.convolved, state.inner, state.stateSize)
    let offset = layer.offset + (state.kernel - 1) * width
    var row = 0
    for (segment, place) in zip(step.segments, states.places) {
      let start = convolved + row * width
      let decay: SelectiveScan.Decay
      let (write, read): ((UnsafePointer<Float>, Int), (UnsafePointer<Float>, Int))
      var groups = 1
      switch state.form {
      case .channels:
        decay = .byNumber(weights.decay.pointer)
        (write, read) = (
          (UnsafePointer(self.write + row * size), size), (UnsafePointer(self.read + row * size), size)
        )
      case .heads(let heads, let count):
        groups = count
        decay = .byHead(weights.decay.pointer, heads: heads)
        write = (UnsafePointer(start + inner), width)
        read = (UnsafePointer(start + inner + count * size), width)
      }
      engine.scan(
        SelectiveScan(
          positions: segment.count, channels: inner, stateSize: size, decay: decay,
          x: (UnsafePointer(start), width), steps: steps + row * state.stepCount, write: write, read: read,
          groups: groups, skip: weights.skip.pointer, before: place.before + offset,
          after: place.after + offset, out: raw + row * inner))
      row += segment.count
    }
  }

  /// Mamba 2 norms what the gate lets through, in as many groups as select.
  private func norm(_ layer: Layer, _ n: Int) {
    guard let weights = layer.weights.norm, case .heads(_, let groups) = layer.state.form else { return }
    let size = layer.state.inner / groups
    for row in 0..<(groups == 1 ? 1 : n * groups) {
      let start = gate + row * size
      engine.rmsNorm(
        start, weight: weights.pointer + row % groups * size, epsilon: epsilon, rows: groups == 1 ? n : 1,
        columns: size, into: start)
    }
  }
}

extension SelectiveState {
  /// Whether channels share steps by heads.
  var isByHead: Bool {
    if case .heads = form { return true }
    return false
  }
  /// The steps of a position.
  var stepCount: Int {
    if case .heads(let count, _) = form { return count }
    return inner
  }
  /// The numbers that steps are made of.
  fileprivate var stepRank: Int {
    if case .channels(let rank) = form { return rank }
    return 0
  }
}
