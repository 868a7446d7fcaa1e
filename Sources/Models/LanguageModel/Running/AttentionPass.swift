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
  /// The angles of all layers, each once.
  private var tables: [RotaryTables] = []
  private let rotaryLayout: RotaryLayout
  /// What is known of each layer that has attention; nil for others.
  private var layers: [Layer?] = []
  /// What shares an input, for each layer; kept so that a step allocates nothing.
  private var queryKeyValue: [[WeightProduct]] = []
  private var outputs: [[WeightProduct]] = []
  /// What makes queries, keys and values where attention is latent.
  private let latent: LatentPass?

  var bytes: Int { latent?.bytes ?? 0 }

  /// A layer that has attention.
  private struct Layer {
    let weights: AttentionWeights
    let heads: HeadShape
    /// The place of the keys and values that it reads, among the layers that keep any.
    let slot: Int
    /// Its angles; nil where it turns nothing.
    let rotary: RotaryTables?
  }

  init(_ model: LanguageModel, engine: ComputeEngine, store: any KeyValueStore, workspace: Workspace) {
    configuration = model.configuration
    self.engine = engine
    self.store = store
    self.workspace = workspace
    switch model.configuration.positions {
    case .learned, .unmarked: rotaryLayout = .halves
    case .rotary(let layout, _, _): rotaryLayout = layout
    }
    latent = model.configuration.latent.map {
      LatentPass(model, $0, engine: engine, positions: workspace.positions)
    }
    var slots: [Int: Int] = [:]
    var known: [(embedding: RotaryEmbedding, headSize: Int)] = []
    for (index, layer) in model.weights.layers.enumerated() {
      guard case .attention(let weights) = layer.mixer else {
        layers.append(nil)
        queryKeyValue.append([])
        outputs.append([])
        continue
      }
      let source = configuration.keyValueSource(index)
      let slot = slots[source] ?? slots.count
      slots[source] = slot
      let heads = configuration.heads(index)
      let rotary = configuration.rotary(index).map { embedding in
        if let at = known.firstIndex(where: { $0.embedding == embedding && $0.headSize == heads.size }) {
          return tables[at]
        }
        known.append((embedding, heads.size))
        tables.append(RotaryTables(embedding, headSize: heads.size))
        return tables[tables.count - 1]
      }
      layers.append(Layer(weights: weights, heads: heads, slot: slot, rotary: rotary))
      let products: [(weights: LinearWeights?, place: UnsafeMutablePointer<Float>)] = [
        (weights.query, workspace.queries), (weights.key, workspace.keys), (weights.value, workspace.values),
      ]
      queryKeyValue.append(
        products.compactMap { product in
          product.weights.map { WeightProduct($0.matrix, into: product.place) }
        })
      outputs.append([WeightProduct(weights.output.matrix, into: workspace.update)])
    }
  }

  /// Makes sure that angles of so many positions are known.
  func reserve(_ positions: Int) {
    for table in tables { table.reserve(positions) }
  }

  func mix(
    _ index: Int, _ h: UnsafePointer<Float>, _ step: PassStep, into update: UnsafeMutablePointer<Float>
  ) {
    guard let place = layers[index] else { return }
    let (layer, heads) = (place.weights, place.heads)
    let (c, w, n) = (configuration, workspace, step.positions)
    if let latent {
      latent.run(index, layer, h, positions: n, into: w) { engine.multiply($0, $1, step) }
    } else {
      engine.multiply(queryKeyValue[index], h, step)
      engine.addBias(layer.query.bias, to: w.queries, n)
      engine.addBias(layer.key?.bias, to: w.keys, n)
      engine.addBias(layer.value?.bias, to: w.values, n)
      if layer.value == nil, layer.key != nil {
        w.values.update(from: w.keys, count: n * heads.keyValueWidth)
      }
    }
    if let queryNorm = layer.queryNorm { headNorm(queryNorm, w.queries, n, c.headCount, heads.size) }
    if let keyNorm = layer.keyNorm { headNorm(keyNorm, w.keys, n, heads.keyValueHeads, heads.size) }
    if let valueNorm = layer.valueNorm { headNorm(valueNorm, w.values, n, heads.keyValueHeads, heads.size) }
    if let bound = c.queryKeyValueBound {
      engine.clip(w.queries, at: bound, count: n * c.headCount * heads.size)
      engine.clip(w.keys, at: bound, count: n * heads.keyValueWidth)
      engine.clip(w.values, at: bound, count: n * heads.keyValueWidth)
    }
    if let rotary = place.rotary {
      turn(w.queries, heads: c.headCount, size: heads.size, rotary, step)
      if layer.key != nil { turn(w.keys, heads: heads.keyValueHeads, size: heads.size, rotary, step) }
    }
    if let growth = c.queryGrowth { grow(w.queries, width: c.headCount * heads.size, growth, step) }
    // Of a layer without keys those of its source are there already.
    if layer.key != nil { store.keep(w.keys, w.values, layer: place.slot, step.segments) }
    var shape = AttentionShape(
      heads: c.headCount, kvHeads: heads.keyValueHeads, headSize: heads.size, scale: c.attentionScale,
      window: c.windows[index], cap: c.scoreCap)
    shape.sinks = layer.sinks?.pointer
    store.attend(w.queries, layer: place.slot, step.segments, shape: shape, with: engine, into: w.attended)
    latent?.close(w.attended, positions: n)
    engine.multiply(outputs[index], w.attended, step)
    engine.addBias(layer.output.bias, to: update, n)
  }

  /// Norms queries, keys or values in place: heads by shared weights, or by their own, or all heads of a position together.
  private func headNorm(
    _ weights: NormWeights, _ x: UnsafeMutablePointer<Float>, _ n: Int, _ heads: Int, _ size: Int
  ) {
    let kind = configuration.normalization
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
    _ queries: UnsafeMutablePointer<Float>, width: Int, _ growth: ModelConfiguration.QueryGrowth,
    _ step: PassStep
  ) {
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

  private func turn(
    _ x: UnsafeMutablePointer<Float>, heads: Int, size: Int, _ rotary: RotaryTables, _ step: PassStep
  ) {
    var row = 0
    for segment in step.segments {
      let rotary = rotary.table(ofTextsOf: segment.textLength)
      engine.rotary(
        x + row * heads * size, positions: segment.count, heads: heads, headSize: size, pairs: rotary.pairs,
        cosine: rotary.cosines(from: segment.past),
        sine: rotary.sines(from: segment.past), layout: rotaryLayout)
      row += segment.count
    }
  }
}
