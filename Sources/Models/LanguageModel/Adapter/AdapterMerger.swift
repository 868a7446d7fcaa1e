internal import CMCLinearAlgebra

/// Works an adapter into the weights of its base, as PEFT computes with it when it is loaded.
struct AdapterMerger {
  let base: ModelConfiguration
  let configuration: AdapterConfiguration
  let naming: TensorNaming
  private let engine = ComputeEngine(precision: .exact)
  var tensors: AdapterTensors
  /// How many modules of the model the configuration means.
  var namedModules = 0

  init(base: ModelConfiguration, configuration: AdapterConfiguration, tensors: AdapterTensors) {
    self.base = base
    self.configuration = configuration
    self.tensors = tensors
    naming = .huggingFace(base.architecture, prefix: tensors.prefix(base.architecture))
  }

  /// The adapted weights, and whether embeddings and head are still one.
  ///
  /// - Throws: ``AdapterError``, ``LanguageModelError``.
  mutating func merged(_ weights: ModelWeights) throws -> (weights: ModelWeights, isTied: Bool) {
    let (embedding, head, isTied) = try embeddingAndHead(weights)
    let merged = ModelWeights(
      tokenEmbedding: embedding,
      positionEmbedding: try weights.positionEmbedding.map { try table($0, .positionEmbedding) },
      embeddingNorm: weights.embeddingNorm, perLayer: try weights.perLayer.map { try perLayer($0) },
      layers: try weights.layers.enumerated().map { try layer($1, $0) },
      finalNorm: try norm(weights.finalNorm, .finalNorm, nil), head: head)
    try checkAllUsed()
    guard namedModules > 0 else { throw AdapterError.noModule(configuration.targets.shown) }
    return (merged, isTied)
  }

  private mutating func layer(_ layer: LayerWeights, _ index: Int) throws -> LayerWeights {
    if layer.mixture != nil { try checkUnreached([.router], index, isLinear: false) }
    let roles: FeedForwardRoles = layer.mixture == nil || layer.mixture?.beside != nil ? .whole : .shared
    return LayerWeights(
      attentionNorm: try layer.attentionNorm.map { try norm($0, .attentionNorm, index) },
      mixer: try mixer(layer.mixer, index),
      attentionOutputNorm: try layer.attentionOutputNorm.map { try norm($0, .attentionOutputNorm, index) },
      feedForwardNorm: try layer.feedForwardNorm.map { try norm($0, .feedForwardNorm, index) },
      feedForward: try layer.feedForward.map { try feedForward($0, roles, index) }, mixture: layer.mixture,
      feedForwardOutputNorm: try layer.feedForwardOutputNorm.map {
        try norm($0, .feedForwardOutputNorm, index)
      },
      perLayer: try layer.perLayer.map { part in
        PerLayerAddition(
          gate: try linear(part.gate, .perLayerGate, index),
          output: try linear(part.output, .perLayerOutput, index),
          norm: try norm(part.norm, .perLayerOutputNorm, index))
      }, scale: layer.scale)
  }

  private mutating func perLayer(_ weights: PerLayerWeights) throws -> PerLayerWeights {
    PerLayerWeights(
      table: try table(weights.table, .perLayerEmbedding),
      projection: try linear(weights.projection, .perLayerProjection, nil),
      norm: try norm(weights.norm, .perLayerNorm, nil))
  }

  /// Products of a state are of names that no adapter reaches: their tensors are an error.
  private mutating func mixer(_ mixer: MixerWeights, _ index: Int) throws -> MixerWeights {
    guard case .attention(let attention) = mixer else {
      try checkUnreached([.stateInput, .stateSelection, .stateStep, .stateOutput], index)
      return mixer
    }
    // The same is so of latent attention.
    if let latent = attention.latent {
      let queries: [TensorRole] = latent.queryDown == nil ? [.query] : [.queryDown, .latentQueryUp]
      try checkUnreached(queries + [.latentDown, .latentUp], index)
    }
    var (query, key, value) = (attention.query, attention.key, attention.value)
    if attention.latent == nil {
      if hub.queryKeyValue == .none {
        query = try linear(query, .query, index)
        key = try key.map { try linear($0, .key, index) }
        value = try value.map { try linear($0, .value, index) }
      } else {
        let parts = try linear([query, key, value].compactMap { $0 }, .fusedQueryKeyValue, index)
        (query, key, value) = (parts[0], parts[1], parts[2])
      }
    }
    return .attention(
      AttentionWeights(
        query: query, key: key, value: value,
        queryNorm: try attention.queryNorm.map { try norm($0, .queryNorm, index) },
        keyNorm: try attention.keyNorm.map { try norm($0, .keyNorm, index) },
        valueNorm: attention.valueNorm, sinks: attention.sinks,
        latent: attention.latent, output: try linear(attention.output, .attentionOutput, index)))
  }

  /// Experts are no modules that an adapter of PEFT names; the part beside them is.
  private mutating func feedForward(
    _ part: FeedForwardWeights, _ roles: FeedForwardRoles, _ index: Int
  ) throws -> FeedForwardWeights {
    let inputs: [LinearWeights]
    if let gate = part.gate, hub.fusesGateAndUp {
      inputs = try linear([gate, part.up], roles.fusedGateAndUp, index)
    } else {
      inputs =
        try (part.gate.map { [try linear($0, roles.gate, index)] } ?? []) + [linear(part.up, roles.up, index)]
    }
    return FeedForwardWeights(
      gate: part.gate == nil ? nil : inputs[0], up: inputs[inputs.count - 1],
      down: try linear(part.down, roles.down, index))
  }

  private var hub: HubTensors { base.architecture.tensors }

  func module(_ role: TensorRole, _ layer: Int?) -> String {
    String(naming.name(role, layer: layer).dropLast(".weight".count))
  }

  // MARK: Products

  private mutating func linear(_ weights: LinearWeights, _ role: TensorRole, _ layer: Int?) throws
    -> LinearWeights
  {
    try linear([weights], role, layer)[0]
  }

  private mutating func linear(
    _ parts: [LinearWeights], _ role: TensorRole, _ layer: Int?
  ) throws -> [LinearWeights] {
    let module = module(role, layer)
    let isAdapted = try checkNamed(module, isHead: false, isLinear: true)
    let hasBias = parts.contains { $0.bias != nil }
    try requireSaved(module, hasBias: hasBias)
    try requireBias(module, hasBias: hasBias)
    guard tensors.modules[module] != nil else { return parts }
    var dense = DenseWeights(parts)
    let order = rowOrder(role, rows: dense.rows)
    for part in [AdapterTensors.Part.weight, .baseWeight] {
      if let whole = try tensors.take(module, part) { try replace(dense, whole, module, role, order) }
    }
    for part in [AdapterTensors.Part.bias, .baseBias] {
      guard let bias = try tensors.take(module, part) else { continue }
      guard dense.bias != nil else {
        throw AdapterError.part(tensor: bias.name, reason: "the base has no bias there")
      }
      try check(bias, [dense.rows])
      dense.bias = ordered(bias.values, order)
    }
    if isAdapted {
      if !tensors.has(module, .baseWeight) { try takeStart(from: dense, module) }
      try add(to: &dense, module, order)
    }
    var row = 0
    return try parts.map { part in
      defer { row += part.matrix.rows }
      return try dense.linear(row..<row + part.matrix.rows, name: part.name)
    }
  }

  /// W, which is as the file of the base stores it, becomes what an adapter brings.
  private func replace(
    _ dense: DenseWeights, _ whole: AdapterTensors.Values, _ module: String, _ role: TensorRole,
    _ order: [Int]?
  ) throws {
    guard hub.storesInputsFirst else {
      try check(whole, [dense.rows, dense.columns])
      dense.fill(ordered(whole.values, order))
      return
    }
    // GPT-2 stores inputs first.
    try check(whole, [dense.columns, dense.rows])
    for row in 0..<dense.rows {
      for column in 0..<dense.columns {
        dense.values[row * dense.columns + column] = whole.values[column * dense.rows + row]
      }
    }
  }

  private func takeStart(from dense: DenseWeights, _ module: String) throws {
    let (rank, scale) = try configuration.rankAndScale(module)
    switch configuration.start {
    case .nothing: return
    case .principal:
      try LeadingParts.removePrincipal(
        dense.values, rows: dense.rows, columns: dense.columns, rank: rank, engine: engine)
    case .leadingColumns:
      // PEFT factors GPT-2's weights the wrong way round, and fails.
      guard !hub.storesInputsFirst else { throw AdapterError.start("olora of \(base.architecture.title)") }
      try LeadingParts.removeLeadingColumns(
        dense.values, rows: dense.rows, columns: dense.columns, count: rank, scale: scale, engine: engine)
    }
  }

  /// W += scale · B · A, with DoRA each row of the sum brought to its length.
  private mutating func add(to dense: inout DenseWeights, _ module: String, _ order: [Int]?) throws {
    let (rank, scale) = try configuration.rankAndScale(module)
    let a = try tensors.take(module, .a)
    let b = try tensors.take(module, .b)
    guard let a, let b else {
      let (has, lacks) = a == nil ? ("lora_B", "lora_A") : ("lora_A", "lora_B")
      throw AdapterError.half(module: module, has: has, lacks: lacks)
    }
    guard let found = a.shape.first, found == rank, b.shape.last == rank else {
      throw AdapterError.rank(
        module: module, configuration: rank,
        tensors: a.shape.first == rank ? b.shape.last ?? 0 : a.shape.first ?? 0)
    }
    try check(a, [rank, dense.columns])
    try check(b, [dense.rows, rank])
    product(ordered(b.values, order, width: rank), a.values, rank: rank, scale: scale, into: dense)
    try magnitudes(module, dense.rows).map { lengths in
      let factors = zip(ordered(lengths, order), dense.rowLengths).map { $1 > 0 ? $0 / $1 : 0 }
      dense.scaleRows(factors)
    }
    let bias = try tensors.take(module, .bBias)
    if bias == nil, configuration.addsBiases {
      throw AdapterError.lacks(setting: "lora_bias", tensor: "\(module).lora_B.bias")
    }
    if let bias {
      // PEFT has no place for it then.
      guard configuration.addsBiases else {
        throw AdapterError.part(tensor: bias.name, reason: "lora_bias is not set")
      }
      try check(bias, [dense.rows])
      guard !configuration.usesDoRA else {
        throw AdapterError.part(tensor: bias.name, reason: "a bias of lora_B under DoRA is not carried out")
      }
      let added = ordered(bias.values, order).map { $0 * scale }
      dense.bias = dense.bias.map { zip($0, added).map { $0 + $1 } } ?? added
    }
  }

  private mutating func magnitudes(_ module: String, _ count: Int) throws -> [Float]? {
    let first = try tensors.take(module, .magnitude)
    guard let found = try first ?? tensors.take(module, .magnitudeWeight) else {
      guard !configuration.usesDoRA else {
        throw AdapterError.half(
          module: module, has: "lora_A", lacks: "lora_magnitude_vector, which use_dora needs")
      }
      return nil
    }
    guard configuration.usesDoRA else {
      throw AdapterError.part(tensor: found.name, reason: "use_dora is not set")
    }
    guard found.values.count == count else {
      throw AdapterError.shape(tensor: found.name, found: found.shape, base: [count])
    }
    return found.values
  }

  /// dense += scale · b · a with b [rows × rank], a [rank × columns].
  private func product(_ b: [Float], _ a: [Float], rank: Int, scale: Float, into dense: DenseWeights) {
    b.withUnsafeBufferPointer { b in
      a.withUnsafeBufferPointer { a in
        guard let bStart = b.baseAddress, let aStart = a.baseAddress else { return }
        engine.product(
          m: dense.rows, n: dense.columns, k: rank, alpha: scale, DenseOperand(bStart, stride: rank),
          DenseOperand(aStart, stride: dense.columns), adding: true, to: dense.values, stride: dense.columns)
      }
    }
  }

  // MARK: Embeddings and head

  private mutating func embeddingAndHead(
    _ weights: ModelWeights
  ) throws -> (embedding: LinearWeights, head: LinearWeights, isTied: Bool) {
    let isTied = base.tiesEmbeddings
    let (embedding, head) = (module(.tokenEmbedding, nil), module(.head, nil))
    for module in [embedding, head] { try requireSaved(module) }
    let adaptsEmbedding = try checkNamed(embedding, isHead: false, isLinear: false)
    let adaptsHead = try checkNamed(head, isHead: true, isLinear: true)
    try requireTokenRows(embedding: embedding, head: head, isTied: isTied)
    guard tensors.modules[embedding] != nil || tensors.modules[head] != nil else {
      return (weights.tokenEmbedding, weights.head, isTied)
    }
    // What both share while they are tied: the base's numbers, or those that the file has in their place.
    var embeddingBase = try baseTable(embedding, weights.tokenEmbedding)
    var headBase = try baseTable(head, weights.head)
    if isTied {
      if headBase != nil { embeddingBase = headBase } else { headBase = embeddingBase }
    }
    var embeddingDense = embeddingBase?.copy() ?? DenseWeights([weights.tokenEmbedding])
    var headDense = headBase?.copy() ?? DenseWeights([weights.head])
    if adaptsHead, !tensors.has(head, .baseWeight) {
      try takeStart(from: headDense, head)
      // Tied weights are one tensor in the original too.
      if isTied, configuration.start != .nothing, embeddingBase == nil { embeddingDense = headDense.copy() }
    }
    if let whole = try savedTable(embedding) { embeddingDense = whole }
    if let whole = try savedTable(head) { headDense = whole }
    let rows = try replaceTokens(embedding, embeddingDense, isEmbedding: true)
    if let rows, isTied, try sharesRows(embedding: embedding, head: head) {
      copyRows(rows, from: embeddingDense, to: headDense)
    }
    _ = try replaceTokens(head, headDense, isEmbedding: false)
    if adaptsEmbedding { try addEmbedding(to: embeddingDense, embedding) }
    if adaptsHead {
      try add(to: &headDense, head, nil)
      if headDense.bias != nil {
        throw AdapterError.part(
          tensor: head + ".lora_B.bias", reason: "a bias of the head is not carried out")
      }
    }
    guard embeddingDense.rows == headDense.rows else {
      throw AdapterError.shape(
        tensor: embedding, found: [embeddingDense.rows, base.hiddenSize],
        base: [headDense.rows, base.hiddenSize])
    }
    return (
      try embeddingDense.linear(0..<embeddingDense.rows, name: embedding),
      try headDense.linear(0..<headDense.rows, name: head), false
    )
  }

  /// What the file has in place of the base's rows, which may be more after a resize; nil where it has nothing.
  private mutating func baseTable(_ module: String, _ weights: LinearWeights) throws -> DenseWeights? {
    let parts: [AdapterTensors.Part] =
      configuration.saves(module) ? [.baseWeight, .tokenBase] : [.baseWeight, .tokenBase, .weight]
    for part in parts {
      if let values = try tensors.take(module, part) { return try table(values) }
    }
    return nil
  }

  private mutating func savedTable(_ module: String) throws -> DenseWeights? {
    guard configuration.saves(module) else { return nil }
    return try tensors.take(module, .weight).map { try table($0) }
  }

  private func table(_ values: AdapterTensors.Values) throws -> DenseWeights {
    guard values.shape.count == 2, values.shape[1] == base.hiddenSize, values.shape[0] >= base.vocabularySize
    else {
      throw AdapterError.shape(
        tensor: values.name, found: values.shape, base: [base.vocabularySize, base.hiddenSize])
    }
    let dense = DenseWeights(rows: values.shape[0], columns: base.hiddenSize)
    dense.fill(values.values)
    return dense
  }

  private mutating func replaceTokens(
    _ module: String, _ dense: DenseWeights, isEmbedding: Bool
  ) throws -> [Int]? {
    let rows = configuration.tokenRows(module, isEmbedding: isEmbedding)
    guard let delta = try tensors.take(module, .tokenRows) else { return nil }
    guard let rows else { throw AdapterError.notTargeted(module: module) }
    try check(delta, [rows.count, dense.columns])
    // They stand in ascending order of their rows.
    for (index, row) in rows.enumerated() {
      guard row >= 0, row < dense.rows else {
        throw AdapterError.setting("trainable_token_indices", reason: "\(row) is no row of \(module)")
      }
      for column in 0..<dense.columns {
        dense.values[row * dense.columns + column] = delta.values[index * dense.columns + column]
      }
    }
    return rows
  }

  private func copyRows(_ rows: [Int], from: DenseWeights, to: DenseWeights) {
    for row in rows where row < to.rows {
      (to.values + row * to.columns).update(from: from.values + row * from.columns, count: from.columns)
    }
  }

  /// W += scale · (B · A)ᵀ with A [rank × rows], B [length × rank]; with DoRA each column is brought to its length.
  private mutating func addEmbedding(to dense: DenseWeights, _ module: String) throws {
    let (rank, scale) = try configuration.rankAndScale(module)
    let a = try tensors.take(module, .embeddingA)
    let b = try tensors.take(module, .embeddingB)
    guard let a, let b else {
      let (has, lacks) =
        a == nil ? ("lora_embedding_B", "lora_embedding_A") : ("lora_embedding_A", "lora_embedding_B")
      throw AdapterError.half(module: module, has: has, lacks: lacks)
    }
    guard a.shape.first == rank, b.shape.last == rank else {
      throw AdapterError.rank(module: module, configuration: rank, tensors: a.shape.first ?? 0)
    }
    try check(a, [rank, dense.rows])
    try check(b, [dense.columns, rank])
    a.values.withUnsafeBufferPointer { a in
      b.values.withUnsafeBufferPointer { b in
        guard let aStart = a.baseAddress, let bStart = b.baseAddress else { return }
        engine.product(
          m: dense.rows, n: dense.columns, k: rank, alpha: scale,
          DenseOperand(aStart, stride: dense.rows, transposed: true),
          DenseOperand(bStart, stride: rank, transposed: true), adding: true, to: dense.values,
          stride: dense.columns)
      }
    }
    try magnitudes(module, dense.columns).map { lengths in
      dense.scaleColumns(zip(lengths, dense.columnLengths).map { $1 > 0 ? $0 / $1 : 0 })
    }
  }

  /// A table that is looked up and nothing else.
  private mutating func table(_ weights: LinearWeights, _ role: TensorRole) throws -> LinearWeights {
    let module = module(role, nil)
    let isAdapted = try checkNamed(module, isHead: false, isLinear: false)
    try requireSaved(module)
    guard tensors.modules[module] != nil else { return weights }
    let dense = DenseWeights([weights])
    for part in [AdapterTensors.Part.weight, .baseWeight] {
      guard let whole = try tensors.take(module, part) else { continue }
      try check(whole, [dense.rows, dense.columns])
      dense.fill(whole.values)
    }
    if isAdapted { try addEmbedding(to: dense, module) }
    return try dense.linear(0..<dense.rows, name: weights.name)
  }

  // MARK: Norms and order

  private mutating func norm(_ norm: NormWeights, _ role: TensorRole, _ layer: Int?) throws -> NormWeights {
    let module = module(role, layer)
    try requireSaved(module, hasBias: norm.bias != nil)
    try requireBias(module, hasBias: norm.bias != nil)
    let weight = try tensors.take(module, .weight)
    let bias = try tensors.take(module, .bias)
    if let weight { try check(weight, [norm.weight.count]) }
    if let bias {
      guard norm.bias != nil else {
        throw AdapterError.part(tensor: bias.name, reason: "the base has no bias there")
      }
      try check(bias, [norm.weight.count])
    }
    let offset = base.architecture.hubNormOffset
    return NormWeights(
      weight: weight.map { ParameterVector($0.values.map { $0 + offset }) } ?? norm.weight,
      bias: bias.map { ParameterVector($0.values) } ?? norm.bias)
  }

  private func check(_ values: AdapterTensors.Values, _ shape: [Int]) throws {
    guard values.shape == shape else {
      throw AdapterError.shape(tensor: values.name, found: values.shape, base: shape)
    }
  }

  /// For each row as the base's file orders them the row of the hub's files; nil where the orders are one.
  ///
  /// Adapters have heads as the hub's files have them, some files of the base in pairs instead of halves.
  private func rowOrder(_ role: TensorRole, rows: Int) -> [Int]? {
    let size = base.headSize
    if role == .fusedQueryKeyValue, hub.queryKeyValue == .byHead {
      return (0..<rows).map { row in
        let (part, head, place) = (row / base.queryWidth, row % base.queryWidth / size, row % size)
        return (3 * head + part) * size + place
      }
    }
    guard role == .query || role == .key, case .rotary(.interleaved, _, _) = base.positions,
      base.architecture.hubLayout == .halves
    else { return nil }
    return (0..<rows).map { row in
      let (head, place) = (row / size, row % size)
      return head * size + (place % 2 == 0 ? place / 2 : size / 2 + place / 2)
    }
  }

  private func ordered(_ values: [Float], _ order: [Int]?, width: Int? = nil) -> [Float] {
    guard let order, !order.isEmpty else { return values }
    let width = width ?? values.count / order.count
    return order.flatMap { values[$0 * width..<($0 + 1) * width] }
  }
}
