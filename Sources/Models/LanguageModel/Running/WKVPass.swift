internal import CMCLinearAlgebra

/// RWKV-7's layers: the state, and what the position before adds to the input of the feed-forward part.
///
/// What such a layer adds is W_o · (norm(WKV) + bonus) ⊙ gate, and each of what the state takes is made of the input and
/// the one before it, mixed by a vector of its own. Positions of a history go through the state one after another;
/// products take all positions of a pass together.
final class WKVPass: TokenMixing {
  /// What a layer computes with; kept so that a step allocates nothing.
  private struct Layer {
    let weights: WKVWeights
    let parameters: WKVOperands.Parameters
    let state: WKVState
    /// Where what it keeps of a history begins.
    let offset: Int
    /// What is made of each mixed input, in the order of the shifts.
    let products: [[WeightProduct]]
    /// Up again from the few numbers: decays, shares, rates, gates.
    let decay: [WeightProduct]
    let share: [WeightProduct]
    let rate: [WeightProduct]
    let gate: [WeightProduct]
  }

  /// The size of the buffers.
  let bytes: Int
  private let engine: ComputeEngine
  private let states: PassStates
  private var layers: [Layer?] = []
  /// The input mixed with the one before it [positions × hidden].
  private let mixed: UnsafeMutablePointer<Float>
  /// [positions × rank].
  private let low: UnsafeMutablePointer<Float>
  /// The others, [positions × hidden] each.
  private let places: [UnsafeMutablePointer<Float>]

  init(_ model: LanguageModel, engine: ComputeEngine, states: PassStates, positions: Int) {
    self.engine = engine
    self.states = states
    let all = model.configuration.mixers.compactMap { mixer -> WKVState? in
      if case .wkv(let state) = mixer { return state }
      return nil
    }
    let width = positions * (all.map(\.width).max() ?? 0)
    let sizes = [positions * (all.map(\.ranks.most).max() ?? 0)] + Array(repeating: width, count: 10)
    let starts = sizes.map { UnsafeMutablePointer<Float>.allocate(capacity: $0) }
    (low, mixed, places) = (starts[0], starts[1], Array(starts[2...]))
    bytes = sizes.reduce(0, +) * MemoryLayout<Float>.stride
    var offset = 0
    for (index, layer) in model.weights.layers.enumerated() {
      guard case .wkv(let weights) = layer.mixer, case .wkv(let state) = model.configuration.mixer(index),
        let parameters = weights.parameters
      else {
        layers.append(nil)
        continue
      }
      let x = WKVOperands(headSize: state.headSize, places)
      func product(_ weights: LinearWeights, _ place: UnsafeMutablePointer<Float>) -> WeightProduct {
        WeightProduct(weights.matrix, into: place)
      }
      layers.append(
        Layer(
          weights: weights, parameters: parameters, state: state, offset: offset,
          products: [
            [product(weights.receptance, x.receptance)], [product(weights.decay.down, low)],
            [product(weights.key, x.key)],
            [product(weights.value, x.value)] + (weights.share.map { [product($0.down, low)] } ?? []),
            [product(weights.rate.down, low)], [product(weights.gate.down, low)],
          ],
          decay: [product(weights.decay.up, x.decay)],
          share: weights.share.map { [product($0.up, x.out)] } ?? [],
          rate: [product(weights.rate.up, x.rate)], gate: [product(weights.gate.up, x.gate)]))
      offset += state.keptSize
    }
  }

  deinit { for pointer in [mixed, low] + places { pointer.deallocate() } }

  func reserve(_ positions: Int) {}

  func mix(
    _ index: Int, _ h: UnsafePointer<Float>, _ step: PassStep, into update: UnsafeMutablePointer<Float>
  ) {
    guard let layer = layers[index] else { return }
    let (weights, state, n) = (layer.weights, layer.state, step.positions)
    let x = WKVOperands(headSize: state.headSize, places)
    for (number, shift) in weights.shifts.enumerated() {
      mixShifted(h, shift, layer.offset, step)
      engine.multiply(layer.products[number], mixed, step)
      switch WKVTensor.eachShift[number] {
      case .decayShift:
        engine.apply(.tanh, low, count: n * state.ranks.decay)
        engine.multiply(layer.decay, low, step)
      case .valueShift where !layer.share.isEmpty: engine.multiply(layer.share, low, step)
      case .rateShift: engine.multiply(layer.rate, low, step)
      case .gateShift:
        engine.apply(.sigmoid, low, count: n * state.ranks.gate)
        engine.multiply(layer.gate, low, step)
      default: break
      }
    }
    keepLast(h, layer.offset, state.width, step)
    engine.prepare(x, layer.parameters, state.removalNorm, heads: state.headCount, positions: n)
    scan(layer, x, step)
    engine.finish(
      x, layer.parameters, epsilon: state.outputEpsilon, heads: state.headCount, positions: n)
    engine.multiply([WeightProduct(weights.output.matrix, into: update)], x.out, step)
  }

  /// The input of a layer's feed-forward part, mixed with the one before it; `h` itself where the layer has no such mix.
  func feedForwardInput(_ index: Int, _ h: UnsafePointer<Float>, _ step: PassStep) -> UnsafePointer<Float> {
    guard let layer = layers[index] else { return h }
    let offset = layer.offset + layer.state.width * (1 + layer.state.headSize)
    mixShifted(h, layer.weights.feedForwardShift, offset, step)
    keepLast(h, offset, layer.state.width, step)
    return UnsafePointer(mixed)
  }

  /// mixed = h + (the one before − h) ⊙ shift, where each history begins with what it has kept at a place.
  private func mixShifted(
    _ h: UnsafePointer<Float>, _ shift: ParameterVector, _ offset: Int, _ step: PassStep
  ) {
    let width = shift.count
    var row = 0
    for (segment, place) in zip(step.segments, states.places) {
      engine.shift(
        h + row * width, before: place.before + offset, mix: shift.pointer, positions: segment.count,
        width: width, into: mixed + row * width)
      row += segment.count
    }
  }

  /// Leaves each history's last input at a place.
  private func keepLast(_ h: UnsafePointer<Float>, _ offset: Int, _ width: Int, _ step: PassStep) {
    var row = 0
    for (segment, place) in zip(step.segments, states.places) {
      row += segment.count
      (place.after + offset).update(from: h + (row - 1) * width, count: width)
    }
  }

  private func scan(_ layer: Layer, _ x: WKVOperands, _ step: PassStep) {
    let state = layer.state
    let offset = layer.offset + state.width
    var row = 0
    for (segment, place) in zip(step.segments, states.places) {
      let at = row * state.width
      engine.scan(
        WKVScan(
          positions: segment.count, heads: state.headCount, headSize: state.headSize,
          receptance: x.receptance + at, decay: x.decay + at, key: x.key + at, value: x.value + at,
          removal: x.removal + at, removed: x.rate + at, before: place.before + offset,
          after: place.after + offset, out: x.out + at))
      row += segment.count
    }
  }
}
