internal import CMCLinearAlgebra
internal import CMCPrimitives
import Synchronization

/// The one forward pass: what all architectures have in common, with their differences read from the configuration.
///
/// n new positions go through it together, of one history or of several; the shapes in comments are of the buffers in
/// ``Workspace``.
final class ForwardPass {
  let workspace: Workspace
  private let model: LanguageModel
  private let engine: ComputeEngine
  /// What mixes positions in each layer; layers of a kind share one.
  private let mixers: [any TokenMixing]
  /// Each of them once.
  private let kinds: [any TokenMixing]
  /// What shares an input, for each layer; kept so that a step allocates nothing.
  private let gateAndUp: [[WeightProduct]]
  /// The part with experts, where layers have them.
  private let mixture: MixturePass?
  /// What tokens bring to each layer beside the state, where they do.
  private let perLayer: PerLayerPass?
  /// What mixes positions in layers of RWKV-7, and their feed-forward parts' inputs.
  private let wkv: WKVPass
  /// The product of one matrix that ends the feed-forward part, for each layer.
  private let outputs: [[WeightProduct]]
  private let head: [WeightProduct]
  /// What each history adds in this pass; kept so that a step allocates nothing.
  private var step = PassStep()
  private var segments: [PassSegment] { step.segments }

  private var configuration: ModelConfiguration { model.configuration }
  /// The memory of its buffers.
  var bytes: Int {
    kinds.reduce(workspace.bytes + (mixture?.bytes ?? 0) + (perLayer?.bytes ?? 0)) { $0 + $1.bytes }
  }

  /// Prepares for passes.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - engine: What computes.
  ///   - store: Where keys and values go.
  ///   - states: Where the states of layers without attention are.
  ///   - positions: The most positions of a pass.
  ///   - headPositions: The most positions of one call of ``logits(of:)``; chosen where nil.
  init(
    _ model: LanguageModel, engine: ComputeEngine, store: any KeyValueStore, states: PassStates,
    positions: Int,
    headPositions: Int? = nil
  ) {
    let workspace = Workspace(
      model.configuration, width: model.logitsWidth, positions: positions, headPositions: headPositions)
    self.model = model
    self.engine = engine
    self.workspace = workspace
    let attention = AttentionPass(model, engine: engine, store: store, workspace: workspace)
    let selective = SelectivePass(model, engine: engine, states: states, positions: positions)
    let wkv = WKVPass(model, engine: engine, states: states, positions: positions)
    mixers = model.weights.layers.map { layer in
      switch layer.mixer {
      case .attention: attention
      case .selectiveState: selective
      case .wkv: wkv
      }
    }
    kinds = [attention, selective, wkv]
    self.wkv = wkv
    gateAndUp = model.weights.layers.map { layer in
      guard let part = layer.feedForward else { return [] }
      return (part.gate.map { [WeightProduct($0.matrix, into: workspace.gate)] } ?? [])
        + [WeightProduct(part.up.matrix, into: workspace.up)]
    }
    mixture = model.configuration.mixture.map {
      MixturePass($0, hidden: model.configuration.hiddenSize, engine: engine, positions: positions)
    }
    perLayer = PerLayerPass(model, engine: engine, workspace: workspace)
    outputs = model.weights.layers.map { layer in
      layer.feedForward.map { [WeightProduct($0.down.matrix, into: workspace.update)] } ?? []
    }
    head = [WeightProduct(model.weights.head.matrix, into: workspace.logits)]
  }

  /// Makes sure that angles of so many positions are known.
  func reserve(_ positions: Int) { for kind in kinds { kind.reserve(positions) } }

  /// Takes new tokens through all layers: their keys and values enter the cache, their states stay in the workspace.
  ///
  /// - Parameters:
  ///   - ids: The tokens, checked, at most ``Workspace/positions``.
  ///   - past: How many positions the cache holds already; there is room for more.
  ///   - textLength: How long the text is that is being read.
  /// - Throws: ``LanguageModelError/notFinite(place:tensor:)``.
  func run(_ ids: ArraySlice<Int32>, past: Int, textLength: Int) throws(LanguageModelError) {
    step.set(PassSegment(count: ids.count, past: past, textLength: textLength))
    try run(ids)
  }

  /// The same for several histories at once, each computed as if it went alone; see ``ComputeEngine``.
  ///
  /// - Parameters:
  ///   - ids: The tokens of all segments, one segment after another.
  ///   - segments: What each history adds, the shorter ones first.
  /// - Throws: ``LanguageModelError/notFinite(place:tensor:)``; ``brokenSegments()`` says whose numbers they are.
  func run(_ ids: [Int32], segments: [PassSegment]) throws(LanguageModelError) {
    step = PassStep(several: segments)
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
        mix(layer, index, n)
        addUpdate(layer.attentionOutputNorm, n)
        let input = wkv.feedForwardInput(index, normedState(layer.feedForwardNorm, n), step)
        feedForward(layer, index, from: input, n)
      case .parallel:
        mix(layer, index, n)
        // Without a norm of its own it reads what attention read, which is still there.
        let input = layer.feedForwardNorm.map { normedState($0, n) } ?? workspace.normed
        addUpdate(layer.attentionOutputNorm, n)
        feedForward(layer, index, from: input, n)
      case .mixerAlone: mix(layer, index, n)
      }
      addUpdate(layer.feedForwardOutputNorm, n)
      if let perLayer, let own = layer.perLayer {
        perLayer.run(index, step, activate: activate)
        addUpdate(own.norm, n)
      }
      if let scale = layer.scale {
        engine.scale(workspace.state, by: scale, count: n * configuration.hiddenSize)
      }
      try checkState(n, "layer \(index)", layer.matrices)
    }
  }

  /// The logits of some of the positions that ``run(_:past:textLength:)`` left in the workspace, at most
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

  /// The logits of positions of several histories, each history's as if it were alone: [positions × width].
  ///
  /// - Parameter pieces: The positions by their places in the pass, those of a history in one piece, the shorter ones first;
  ///   at most ``Workspace/headPositions``.
  /// - Returns: The logits; whether they are finite is to be looked at with ``brokenLogits(rows:)``.
  func logits(ofEach pieces: [Range<Int>]) -> UnsafePointer<Float> {
    let hidden = configuration.hiddenSize
    let groups = PositionGroups(lengths: pieces.map(\.count))
    for (piece, range) in zip(pieces, groups.ranges) {
      norm(
        model.weights.finalNorm, workspace.state + piece.lowerBound * hidden,
        workspace.normed + range.lowerBound * hidden, piece.count)
    }
    engine.multiply(head, workspace.normed, groups: groups)
    shapeLogits(groups.positions)
    return UnsafePointer(workspace.logits)
  }

  /// What is wrong with rows that ``logits(ofEach:)`` has given; nil where their numbers are finite.
  func brokenLogits(rows: Range<Int>) -> LanguageModelError? {
    let width = model.logitsWidth
    return isFinite(workspace.logits + rows.lowerBound * width, rows.count * width)
      ? nil : notFinite("the logits", [model.weights.head])
  }

  /// The pieces in which a round's positions go through the head, where logits are wanted from one on.
  ///
  /// A piece that nobody wants any position of is left out. Of another the unwanted positions are left out where that
  /// changes no number of the others: where sums are those of a position alone, and four remain, which is from how many
  /// on they are (BLAS may sum up otherwise for fewer positions).
  ///
  /// - Parameters:
  ///   - count: The positions of the round.
  ///   - first: The first that is wanted, by its place in the round; below 0 for all.
  /// - Returns: For each piece the positions that are computed, by their places in the round, and those that are wanted.
  func headPieces(_ count: Int, from first: Int) -> [(computed: Range<Int>, wanted: Range<Int>)] {
    let sumsEachAlone = engine.sumsEachAlone(model.weights.head.matrix)
    return stride(from: 0, to: count, by: workspace.headPositions).compactMap { start in
      let end = min(count, start + workspace.headPositions)
      guard first < end else { return nil }
      let wanted = max(start, first)..<end
      return (sumsEachAlone ? max(start, min(wanted.lowerBound, end - 4))..<end : start..<end, wanted)
    }
  }

  /// The scale and the bound of logits, where there are any.
  private func shapeLogits(_ n: Int) {
    let count = n * model.logitsWidth
    if configuration.logitScale != 1 {
      engine.scale(workspace.logits, by: configuration.logitScale, count: count)
    }
    if let cap = configuration.logitCap { engine.softCap(workspace.logits, at: cap, count: count) }
  }

  /// state = embedding of the token · scale (+ embedding of the position), normed where a family does so.
  private func embed(_ ids: ArraySlice<Int32>) {
    let hidden = configuration.hiddenSize
    var (row, next) = (0, ids.startIndex)
    for segment in segments {
      for position in segment.past..<segment.past + segment.count {
        let id = embeddedRow(ids[next])
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
    if let weights = model.weights.embeddingNorm { norm(weights, workspace.state, workspace.state, row) }
    perLayer?.prepare(ids.lazy.map { self.embeddedRow($0) }, of: workspace.state, step)
  }

  /// The row of a token's embedding, or of the one that stands for it.
  private func embeddedRow(_ id: Int32) -> Int {
    configuration.standIns.isEmpty ? Int(id) : Int(configuration.standIns[id] ?? id)
  }

  private func multiply(_ products: [WeightProduct], _ x: UnsafePointer<Float>, _ n: Int) {
    engine.multiply(products, x, step)
  }

  /// What a part reads: the state, normed where it has a norm [n × hidden].
  private func normedState(_ weights: NormWeights?, _ n: Int) -> UnsafeMutablePointer<Float> {
    guard let weights else { return workspace.state }
    norm(weights, workspace.state, workspace.normed, n)
    return workspace.normed
  }

  /// update = what the layer's mixer makes of norm(state).
  private func mix(_ layer: LayerWeights, _ index: Int, _ n: Int) {
    mixers[index].mix(index, normedState(layer.attentionNorm, n), step, into: workspace.update)
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
      multiply(outputs[index], inner, n)
      addBias(part.down.bias, w.update, n)
    }
    guard let mixture, let experts = layer.mixture else { return }
    // As with other products, what a history adds decides how it is computed, and nothing else.
    let method: ComputeEngine.RowsMethod = step.groups == nil && n < 4 ? .rows : .panels
    guard let norms = experts.beside else {
      mixture.run(
        experts, h, positions: n, method, hasShared: layer.feedForward != nil, into: w.update,
        activate: activate)
      return
    }
    norm(norms.part, w.update, w.update, n)
    norm(norms.router, w.state, mixture.beside, n)
    norm(norms.input, w.state, w.normed, n)
    mixture.run(
      experts, w.normed, choosingBy: mixture.beside, positions: n, method, hasShared: false,
      into: mixture.beside, activate: activate)
    norm(norms.output, mixture.beside, mixture.beside, n)
    engine.addInto(w.update, mixture.beside, count: n * configuration.hiddenSize)
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
    case .plain(let activation):
      activation.apply(up, count: count, engine)
      return up
    }
  }

  /// state += scale · norm(update), norm where there is one.
  private func addUpdate(_ outputNorm: NormWeights?, _ n: Int) {
    if let outputNorm { norm(outputNorm, workspace.update, workspace.update, n) }
    let count = n * configuration.hiddenSize
    if configuration.residualScale != 1 {
      engine.scale(workspace.update, by: configuration.residualScale, count: count)
    }
    engine.addInto(workspace.state, workspace.update, count: count)
  }

  private func addBias(_ bias: ParameterVector?, _ rows: UnsafeMutablePointer<Float>, _ n: Int) {
    engine.addBias(bias, to: rows, n)
  }

  private func norm(
    _ norm: NormWeights, _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ rows: Int
  ) {
    engine.norm(configuration.normalization, norm, x, rows: rows, into: out)
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

extension ForwardPass {
  /// Whether no number is infinite or none; looked at on several threads where there are many.
  private func isFinite(_ x: UnsafePointer<Float>, _ count: Int) -> Bool {
    let chunk = 1 << 17
    guard count > chunk else { return Self.isFinite(x, count) }
    let isBroken = Atomic(false)
    nonisolated(unsafe) let x = x
    parallelFor(count, chunk: chunk, threads: engine.threads) { _, range in
      if !Self.isFinite(x + range.lowerBound, range.count) { isBroken.store(true, ordering: .relaxed) }
    }
    return !isBroken.load(ordering: .relaxed)
  }

  /// The same on this thread: no exponent is all ones.
  private static func isFinite(_ x: UnsafePointer<Float>, _ count: Int) -> Bool {
    let buffer = UnsafeBufferPointer(start: x, count: count)
    // Doubled, the sign is gone and infinities and NaNs are the largest numbers.
    var largest: UInt32 = 0
    for value in buffer { largest = max(largest, value.bitPattern &<< 1) }
    return largest < 0xFF00_0000
  }
}
