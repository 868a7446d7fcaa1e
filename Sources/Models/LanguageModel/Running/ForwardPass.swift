internal import CMCLinearAlgebra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The one forward pass: what all architectures have in common, with their differences read from the configuration.
///
/// n new positions go through it together, of one history or of several; the shapes in comments are of the buffers in
/// ``Workspace``.
final class ForwardPass {
  let workspace: Workspace
  private let model: LanguageModel
  private let engine: ComputeEngine
  private let store: any KeyValueStore
  private let globalRotary: RotaryTable?
  private let localRotary: RotaryTable?
  private let rotaryLayout: RotaryLayout
  /// What shares an input, for each layer; kept so that a step allocates nothing.
  private let queryKeyValue: [[WeightProduct]]
  private let gateAndUp: [[WeightProduct]]
  /// The part with experts, where layers have them.
  private let mixture: MixturePass?
  /// The products of one matrix each, for each layer: the output of attention, and that of the feed-forward part.
  private let outputs: [(attention: [WeightProduct], feedForward: [WeightProduct])]
  private let head: [WeightProduct]
  /// What each history adds in this pass; kept so that a step allocates nothing.
  private var segments = [PassSegment(count: 0, past: 0)]
  /// The lengths of the segments where there may be several.
  private var groups: PositionGroups?

  private var configuration: ModelConfiguration { model.configuration }
  /// The memory of its buffers.
  var bytes: Int { workspace.bytes + (mixture?.bytes ?? 0) }

  /// Prepares for passes.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - engine: What computes.
  ///   - store: Where keys and values go.
  ///   - positions: The most positions of a pass.
  ///   - headPositions: The most positions of one call of ``logits(of:)``; chosen where nil.
  init(
    _ model: LanguageModel, engine: ComputeEngine, store: any KeyValueStore, positions: Int,
    headPositions: Int? = nil
  ) {
    let workspace = Workspace(
      model.configuration, width: model.logitsWidth, positions: positions, headPositions: headPositions)
    self.model = model
    self.engine = engine
    self.store = store
    self.workspace = workspace
    switch model.configuration.positions {
    case .learned: (globalRotary, localRotary, rotaryLayout) = (nil, nil, .halves)
    case .rotary(let layout, let global, let local):
      globalRotary = RotaryTable(global, headSize: model.configuration.headSize)
      localRotary = local.map { RotaryTable($0, headSize: model.configuration.headSize) }
      rotaryLayout = layout
    }
    queryKeyValue = model.weights.layers.map { layer in
      [
        WeightProduct(layer.query.matrix, into: workspace.queries),
        WeightProduct(layer.key.matrix, into: workspace.keys),
        WeightProduct(layer.value.matrix, into: workspace.values),
      ]
    }
    gateAndUp = model.weights.layers.map { layer in
      guard let part = layer.feedForward else { return [] }
      return (part.gate.map { [WeightProduct($0.matrix, into: workspace.gate)] } ?? [])
        + [WeightProduct(part.up.matrix, into: workspace.up)]
    }
    mixture = model.configuration.mixture.map {
      MixturePass($0, hidden: model.configuration.hiddenSize, engine: engine, positions: positions)
    }
    outputs = model.weights.layers.map { layer in
      (
        [WeightProduct(layer.attentionOutput.matrix, into: workspace.update)],
        layer.feedForward.map { [WeightProduct($0.down.matrix, into: workspace.update)] } ?? []
      )
    }
    head = [WeightProduct(model.weights.head.matrix, into: workspace.logits)]
  }

  /// Makes sure that angles of so many positions are known.
  func reserve(_ positions: Int) {
    globalRotary?.reserve(positions)
    localRotary?.reserve(positions)
  }

  /// Takes new tokens through all layers: their keys and values enter the cache, their states stay in the workspace.
  ///
  /// - Parameters:
  ///   - ids: The tokens, checked, at most ``Workspace/positions``.
  ///   - past: How many positions the cache holds already; there is room for more.
  /// - Throws: ``LanguageModelError/notFinite(place:tensor:)``.
  func run(_ ids: ArraySlice<Int32>, past: Int) throws(LanguageModelError) {
    segments[0] = PassSegment(count: ids.count, past: past)
    groups = nil
    try run(ids)
  }

  /// The same for several histories at once, each computed as if it went alone; see ``ComputeEngine``.
  ///
  /// - Parameters:
  ///   - ids: The tokens of all segments, one segment after another.
  ///   - segments: What each history adds, the shorter ones first.
  /// - Throws: ``LanguageModelError/notFinite(place:tensor:)``; ``brokenSegments()`` says whose numbers they are.
  func run(_ ids: [Int32], segments: [PassSegment]) throws(LanguageModelError) {
    self.segments = segments
    groups = PositionGroups(lengths: segments.map(\.count))
    try run(ids[...])
  }

  /// The segments whose states are not finite: after a pass that has thrown, those that are to blame.
  func brokenSegments() -> [Int] {
    let hidden = configuration.hiddenSize
    var row = 0
    return segments.indices.filter { index in
      defer { row += segments[index].count }
      return !isFinite(workspace.state + row * hidden, segments[index].count * hidden)
    }
  }

  private func run(_ ids: ArraySlice<Int32>) throws(LanguageModelError) {
    let n = ids.count
    embed(ids)
    try checkState(n, "the embeddings", [model.weights.tokenEmbedding])
    for (index, layer) in model.weights.layers.enumerated() {
      switch configuration.arrangement {
      case .sequential:
        attend(layer, index, n)
        addUpdate(layer.attentionOutput.bias, layer.attentionOutputNorm, n)
        feedForward(layer, index, from: normedState(layer.feedForwardNorm, n), n)
      case .parallel:
        attend(layer, index, n)
        // Without a norm of its own it reads what attention read, which is still there.
        let input = layer.feedForwardNorm.map { normedState($0, n) } ?? workspace.normed
        addUpdate(layer.attentionOutput.bias, layer.attentionOutputNorm, n)
        feedForward(layer, index, from: input, n)
      }
      addUpdate(nil, layer.feedForwardOutputNorm, n)
      try checkState(n, "layer \(index)", layer.matrices)
    }
  }

  /// The logits of some of the positions that ``run(_:past:)`` left in the workspace, at most
  /// ``Workspace/headPositions``; the result is [n × width].
  ///
  /// - Throws: ``LanguageModelError/notFinite(place:tensor:)``.
  func logits(of positions: Range<Int>) throws(LanguageModelError) -> UnsafePointer<Float> {
    let n = positions.count
    let width = model.logitsWidth
    norm(
      model.weights.finalNorm, workspace.state + positions.lowerBound * configuration.hiddenSize,
      workspace.normed, n)
    engine.multiply(model.weights.head.matrix, workspace.normed, positions: n, into: workspace.logits)
    shapeLogits(n)
    guard isFinite(workspace.logits, n * width) else {
      throw notFinite("the logits", [model.weights.head])
    }
    return UnsafePointer(workspace.logits)
  }

  /// The logits of some positions of several histories, each as if it were alone: [rows × width].
  ///
  /// - Parameter rows: The positions by their places in the pass, at most ``Workspace/headPositions``.
  /// - Returns: The logits; whether they are finite is to be looked at with ``brokenLogits(row:)``.
  func logits(ofEach rows: ArraySlice<Int>) -> UnsafePointer<Float> {
    let hidden = configuration.hiddenSize
    for (place, row) in rows.enumerated() {
      norm(model.weights.finalNorm, workspace.state + row * hidden, workspace.normed + place * hidden, 1)
    }
    engine.multiply(
      head, workspace.normed, groups: PositionGroups(lengths: [Int](repeating: 1, count: rows.count)))
    shapeLogits(rows.count)
    return UnsafePointer(workspace.logits)
  }

  /// What is wrong with a row that ``logits(ofEach:)`` has given; nil where its numbers are finite.
  func brokenLogits(row: Int) -> LanguageModelError? {
    let width = model.logitsWidth
    return isFinite(workspace.logits + row * width, width)
      ? nil : notFinite("the logits", [model.weights.head])
  }

  /// The scale and the bound of logits, where there are any.
  private func shapeLogits(_ n: Int) {
    let count = n * model.logitsWidth
    if configuration.logitScale != 1 {
      engine.scale(workspace.logits, by: configuration.logitScale, count: count)
    }
    if let cap = configuration.logitCap { engine.softCap(workspace.logits, at: cap, count: count) }
  }

  /// state = embedding of the token · scale (+ embedding of the position).
  private func embed(_ ids: ArraySlice<Int32>) {
    let hidden = configuration.hiddenSize
    var (row, next) = (0, ids.startIndex)
    for segment in segments {
      for position in segment.past..<segment.past + segment.count {
        let id = Int(ids[next])
        let start = workspace.state + row * hidden
        model.weights.tokenEmbedding.matrix.widen(rows: id..<id + 1, into: start)
        if configuration.embeddingScale != 1 {
          engine.scale(start, by: configuration.embeddingScale, count: hidden)
        }
        if let positions = model.weights.positionEmbedding,
          case .learned(let offset) = configuration.positions
        {
          let place = offset + position
          positions.matrix.widen(rows: place..<place + 1, into: workspace.normed)
          engine.addInto(start, workspace.normed, count: hidden)
        }
        (row, next) = (row + 1, next + 1)
      }
    }
  }

  private func multiply(_ products: [WeightProduct], _ x: UnsafePointer<Float>, _ n: Int) {
    if let groups {
      engine.multiply(products, x, groups: groups)
    } else {
      engine.multiply(products, x, positions: n)
    }
  }

  /// What a part reads: the state, normed where it has a norm [n × hidden].
  private func normedState(_ weights: NormWeights?, _ n: Int) -> UnsafeMutablePointer<Float> {
    guard let weights else { return workspace.state }
    norm(weights, workspace.state, workspace.normed, n)
    return workspace.normed
  }

  /// update = W_o · attention(rotary(norm(W_q · h)), rotary(norm(W_k · h)), W_v · h) with h = norm(state).
  private func attend(_ layer: LayerWeights, _ index: Int, _ n: Int) {
    let c = configuration
    let w = workspace
    multiply(queryKeyValue[index], normedState(layer.attentionNorm, n), n)
    addBias(layer.query.bias, w.queries, n)
    addBias(layer.key.bias, w.keys, n)
    addBias(layer.value.bias, w.values, n)
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
      turn(w.queries, heads: c.headCount, rotary)
      turn(w.keys, heads: c.keyValueHeadCount, rotary)
    }
    if let growth = c.queryGrowth { grow(w.queries, growth) }
    store.keep(w.keys, w.values, layer: index, segments)
    var shape = AttentionShape(
      heads: c.headCount, kvHeads: c.keyValueHeadCount, headSize: c.headSize, scale: c.attentionScale,
      window: window, cap: c.scoreCap)
    shape.sinks = layer.sinks?.pointer
    store.attend(w.queries, layer: index, segments, shape: shape, with: engine, into: w.attended)
    multiply(outputs[index].attention, w.attended, n)
  }

  /// update = W_down · (f(W_gate · h) ⊙ W_up · h), or W_down · f(W_up · h); where the layer has experts, what they add.
  private func feedForward(
    _ layer: LayerWeights, _ index: Int, from h: UnsafePointer<Float>, _ n: Int
  ) {
    let w = workspace
    if let part = layer.feedForward {
      multiply(gateAndUp[index], h, n)
      addBias(part.gate?.bias, w.gate, n)
      addBias(part.up.bias, w.up, n)
      let inner = activate(w.gate, w.up, n * part.up.matrix.rows)
      multiply(outputs[index].feedForward, inner, n)
      addBias(part.down.bias, w.update, n)
    }
    guard let mixture, let experts = layer.mixture else { return }
    // As with other products, what a history adds decides how it is computed, and nothing else.
    mixture.run(
      experts, h, positions: n, groups == nil && n < 4 ? .rows : .panels, hasShared: layer.feedForward != nil,
      into: w.update, activate: activate)
  }

  /// f(gate) ⊙ up, or f(up), in place; gives where it is.
  private func activate(
    _ gate: UnsafeMutablePointer<Float>, _ up: UnsafeMutablePointer<Float>, _ count: Int
  ) -> UnsafeMutablePointer<Float> {
    switch configuration.feedForward {
    case .gated(.silu):
      engine.siluMultiply(gate, up, count: count)
      return gate
    case .gated(.geluTanh):
      engine.geluTanhMultiply(gate, up, count: count)
      return gate
    case .gated(.boundedSwish(let gain, let limit)):
      engine.boundedGate(gate, up, gain: gain, limit: limit, count: count)
      return gate
    case .gated(let activation):
      if let function = activation.elementFunction { engine.gate(function, gate, up, count: count) }
      return gate
    case .plain(.geluTanh):
      engine.gelu(up, count: count)
      return up
    case .plain(let activation):
      if let function = activation.elementFunction { engine.apply(function, up, count: count) }
      return up
    }
  }

  /// state += scale · norm(update + bias), norm and bias where there are any.
  private func addUpdate(_ bias: ParameterVector?, _ outputNorm: NormWeights?, _ n: Int) {
    addBias(bias, workspace.update, n)
    if let outputNorm { norm(outputNorm, workspace.update, workspace.update, n) }
    let count = n * configuration.hiddenSize
    if configuration.residualScale != 1 {
      engine.scale(workspace.update, by: configuration.residualScale, count: count)
    }
    engine.addInto(workspace.state, workspace.update, count: count)
  }

  private func addBias(_ bias: ParameterVector?, _ rows: UnsafeMutablePointer<Float>, _ n: Int) {
    guard let bias else { return }
    engine.addBias(rows, bias.pointer, rows: n, columns: bias.count)
  }

  private func norm(
    _ norm: NormWeights, _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ rows: Int
  ) {
    self.norm(norm.weight.pointer, norm.bias?.pointer, columns: norm.weight.count, x, out, rows)
  }

  private func norm(
    _ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, columns: Int, _ x: UnsafePointer<Float>,
    _ out: UnsafeMutablePointer<Float>, _ rows: Int
  ) {
    switch configuration.normalization {
    case .rms(let epsilon, _):
      engine.rmsNorm(x, weight: weight, epsilon: epsilon, rows: rows, columns: columns, into: out)
    case .layer(let epsilon, _):
      engine.layerNorm(
        x, weight: weight, bias: bias, epsilon: epsilon, rows: rows, columns: columns, into: out)
    }
  }

  /// Norms queries or keys in place: heads by shared weights, or by their own, or all heads of a position together.
  private func headNorm(_ weights: NormWeights, _ x: UnsafeMutablePointer<Float>, _ n: Int, heads: Int) {
    let size = configuration.headSize
    guard configuration.queryKeyNorm == .perHead else {
      norm(weights, x, x, n * heads * size / weights.weight.count)
      return
    }
    for row in 0..<n * heads {
      let weight = weights.weight.pointer + row % heads * size
      norm(weight, nil, columns: size, x + row * size, x + row * size, 1)
    }
  }

  /// Multiplies the queries of positions beyond the growth's context.
  private func grow(_ queries: UnsafeMutablePointer<Float>, _ growth: ModelConfiguration.QueryGrowth) {
    let width = configuration.queryWidth
    var row = 0
    for segment in segments {
      for position in segment.past..<segment.past + segment.count {
        if position >= growth.context {
          let factor = Float(1 + growth.factor * log(Double(1 + position / growth.context)))
          engine.scale(queries + row * width, by: factor, count: width)
        }
        row += 1
      }
    }
  }

  private func turn(_ x: UnsafeMutablePointer<Float>, heads: Int, _ rotary: RotaryTable) {
    var row = 0
    for segment in segments {
      engine.rotary(
        x + row * heads * configuration.headSize, positions: segment.count, heads: heads,
        headSize: configuration.headSize, pairs: rotary.pairs, cosine: rotary.cosines(from: segment.past),
        sine: rotary.sines(from: segment.past), layout: rotaryLayout)
      row += segment.count
    }
  }

  private func checkState(
    _ n: Int, _ place: @autoclosure () -> String, _ suspects: @autoclosure () -> [LinearWeights]
  )
    throws(LanguageModelError)
  {
    guard !isFinite(workspace.state, n * configuration.hiddenSize) else { return }
    throw notFinite(place(), suspects())
  }

  /// Looks for the matrix that is to blame; only done when something has gone wrong already.
  private func notFinite(_ place: String, _ suspects: [LinearWeights]) -> LanguageModelError {
    let guilty = suspects.first { product in
      let matrix = product.matrix
      return withUnsafeTemporaryAllocation(of: Float.self, capacity: matrix.columns) { row in
        guard let start = row.baseAddress else { return false }
        return (0..<matrix.rows).contains { index in
          matrix.widen(rows: index..<index + 1, into: start)
          return !isFinite(start, matrix.columns)
        }
      }
    }
    return .notFinite(place: place, tensor: guilty?.name)
  }
}

extension ModelConfiguration.Activation {
  /// The function where no kernel has it.
  fileprivate var elementFunction: ElementFunction? {
    switch self {
    case .silu: .silu
    case .geluTanh, .boundedSwish: nil
    case .gelu: .gelu
    case .relu: .relu
    case .squaredRelu: .squaredRelu
    }
  }
}

/// Whether no number is infinite or none: no exponent is all ones.
private func isFinite(_ x: UnsafePointer<Float>, _ count: Int) -> Bool {
  let buffer = UnsafeBufferPointer(start: x, count: count)
  // Doubled, the sign is gone and infinities and NaNs are the largest numbers.
  var largest: UInt32 = 0
  for value in buffer { largest = max(largest, value.bitPattern &<< 1) }
  return largest < 0xFF00_0000
}
