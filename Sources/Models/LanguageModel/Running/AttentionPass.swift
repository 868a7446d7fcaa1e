internal import CMCLinearAlgebra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Attention: W_o · attention(rotary(norm(W_q · h)), rotary(norm(W_k · h)), W_v · h), of the layers that have it.
final class AttentionPass: TokenMixing {
  private let configuration: ModelConfiguration
  private let engine: ComputeEngine
  private let store: any KeyValueStore
  private let workspace: Workspace
  private let globalRotary: RotaryTable?
  private let localRotary: RotaryTable?
  private let rotaryLayout: RotaryLayout
  /// The weights of each layer, and its place among the layers that have keys and values; nil for other layers.
  private var layers: [(weights: AttentionWeights, slot: Int)?] = []
  /// What shares an input, for each layer; kept so that a step allocates nothing.
  private var queryKeyValue: [[WeightProduct]] = []
  private var outputs: [[WeightProduct]] = []
  /// What makes queries, keys and values where attention is latent.
  private let latent: LatentPass?

  var bytes: Int { latent?.bytes ?? 0 }

  init(_ model: LanguageModel, engine: ComputeEngine, store: any KeyValueStore, workspace: Workspace) {
    configuration = model.configuration
    self.engine = engine
    self.store = store
    self.workspace = workspace
    switch model.configuration.positions {
    case .learned, .unmarked: (globalRotary, localRotary, rotaryLayout) = (nil, nil, .halves)
    case .rotary(let layout, let global, let local):
      globalRotary = RotaryTable(global, headSize: model.configuration.headSize)
      localRotary = local.map { RotaryTable($0, headSize: model.configuration.headSize) }
      rotaryLayout = layout
    }
    latent = model.configuration.latent.map {
      LatentPass(model, $0, engine: engine, positions: workspace.positions)
    }
    var slot = 0
    for layer in model.weights.layers {
      guard case .attention(let weights) = layer.mixer else {
        layers.append(nil)
        queryKeyValue.append([])
        outputs.append([])
        continue
      }
      layers.append((weights, slot))
      slot += 1
      queryKeyValue.append([
        WeightProduct(weights.query.matrix, into: workspace.queries),
        WeightProduct(weights.key.matrix, into: workspace.keys),
        WeightProduct(weights.value.matrix, into: workspace.values),
      ])
      outputs.append([WeightProduct(weights.output.matrix, into: workspace.update)])
    }
  }

  /// Makes sure that angles of so many positions are known.
  func reserve(_ positions: Int) {
    globalRotary?.reserve(positions)
    localRotary?.reserve(positions)
  }

  func mix(
    _ index: Int, _ h: UnsafePointer<Float>, _ step: PassStep, into update: UnsafeMutablePointer<Float>
  ) {
    guard let (layer, slot) = layers[index] else { return }
    let (c, w, n) = (configuration, workspace, step.positions)
    if let latent {
      latent.run(index, layer, h, positions: n, into: w) { engine.multiply($0, $1, step) }
    } else {
      engine.multiply(queryKeyValue[index], h, step)
      engine.addBias(layer.query.bias, to: w.queries, n)
      engine.addBias(layer.key.bias, to: w.keys, n)
      engine.addBias(layer.value.bias, to: w.values, n)
    }
    if let queryNorm = layer.queryNorm { headNorm(queryNorm, w.queries, n, heads: c.headCount) }
    if let keyNorm = layer.keyNorm { headNorm(keyNorm, w.keys, n, heads: c.keyValueHeadCount) }
    if let bound = c.queryKeyValueBound {
      engine.clip(w.queries, at: bound, count: n * c.queryWidth)
      engine.clip(w.keys, at: bound, count: n * c.keyValueWidth)
      engine.clip(w.values, at: bound, count: n * c.keyValueWidth)
    }
    let window = c.windows[index]
    let rotary = window == nil ? globalRotary : localRotary ?? globalRotary
    if let rotary, !c.unturnedLayers.contains(index) {
      turn(w.queries, heads: c.headCount, rotary, step)
      turn(w.keys, heads: c.keyValueHeadCount, rotary, step)
    }
    if let growth = c.queryGrowth { grow(w.queries, growth, step) }
    store.keep(w.keys, w.values, layer: slot, step.segments)
    var shape = AttentionShape(
      heads: c.headCount, kvHeads: c.keyValueHeadCount, headSize: c.headSize, scale: c.attentionScale,
      window: window, cap: c.scoreCap)
    shape.sinks = layer.sinks?.pointer
    store.attend(w.queries, layer: slot, step.segments, shape: shape, with: engine, into: w.attended)
    latent?.close(w.attended, positions: n)
    engine.multiply(outputs[index], w.attended, step)
    engine.addBias(layer.output.bias, to: update, n)
  }

  /// Norms queries or keys in place: heads by shared weights, or by their own, or all heads of a position together.
  private func headNorm(_ weights: NormWeights, _ x: UnsafeMutablePointer<Float>, _ n: Int, heads: Int) {
    let (size, kind) = (configuration.headSize, configuration.normalization)
    guard configuration.queryKeyNorm == .perHead else {
      engine.norm(kind, weights, x, rows: n * heads * size / weights.weight.count, into: x)
      return
    }
    for row in 0..<n * heads {
      let weight = weights.weight.pointer + row % heads * size
      engine.norm(kind, weight, nil, columns: size, x + row * size, rows: 1, into: x + row * size)
    }
  }

  /// Multiplies the queries of positions beyond the growth's context.
  private func grow(
    _ queries: UnsafeMutablePointer<Float>, _ growth: ModelConfiguration.QueryGrowth, _ step: PassStep
  ) {
    let width = configuration.queryWidth
    var row = 0
    for segment in step.segments {
      for position in segment.past..<segment.past + segment.count {
        if position >= growth.context {
          let factor = Float(1 + growth.factor * log(Double(1 + position / growth.context)))
          engine.scale(queries + row * width, by: factor, count: width)
        }
        row += 1
      }
    }
  }

  private func turn(_ x: UnsafeMutablePointer<Float>, heads: Int, _ rotary: RotaryTable, _ step: PassStep) {
    var row = 0
    for segment in step.segments {
      engine.rotary(
        x + row * heads * configuration.headSize, positions: segment.count, heads: heads,
        headSize: configuration.headSize, pairs: rotary.pairs, cosine: rotary.cosines(from: segment.past),
        sine: rotary.sines(from: segment.past), layout: rotaryLayout)
      row += segment.count
    }
  }
}
