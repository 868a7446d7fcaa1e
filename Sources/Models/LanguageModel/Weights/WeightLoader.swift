internal import CMCLinearAlgebra
internal import CMCPrimitives

/// Takes the tensors that a configuration asks for out of a container, and checks each one's shape.
struct WeightLoader {
  /// What loading gives.
  struct Loaded {
    /// The weights.
    let weights: ModelWeights
    /// Whether embeddings and head are one.
    let isTied: Bool
    /// Where the file and the configuration disagree.
    let notes: [String]
  }

  let configuration: ModelConfiguration
  let container: any TensorContainer
  private var used: Set<String> = []

  /// All weights.
  ///
  /// - Throws: `FileError` with a ``LanguageModelError`` that names the tensor.
  /// - Complexity: O(bytes of norms and biases); matrices are mapped, and read only where they must be turned.
  static func load(_ configuration: ModelConfiguration, _ container: any TensorContainer) throws -> Loaded {
    try withFile(container.path) {
      var loader = WeightLoader(configuration: configuration, container: container)
      return try loader.load()
    }
  }

  private init(configuration: ModelConfiguration, container: any TensorContainer) {
    self.configuration = configuration
    self.container = container
  }

  private mutating func load() throws -> Loaded {
    let c = configuration
    var notes: [String] = []
    let isTied = try isTied(&notes)
    // Of one matrix under two names a file may have kept either, as transformers takes it.
    let hasEmbedding = try !isTied || container.tensor(name(.tokenEmbedding, nil)) != nil
    let isUnderHead = try !hasEmbedding && container.tensor(name(.head, nil)) != nil
    let embedding = try table(
      .tokenEmbedding, rows: c.vocabularySize, storedAs: isUnderHead ? .head : .tokenEmbedding)
    var positions: LinearWeights?
    if case .learned(let offset) = c.positions {
      positions = try table(.positionEmbedding, rows: c.contextLength + offset)
    }
    var layers: [LayerWeights] = []
    for index in 0..<c.layerCount { layers.append(try layer(index)) }
    let weights = ModelWeights(
      tokenEmbedding: embedding, positionEmbedding: positions,
      embeddingNorm: c.normsEmbeddings ? try norm(.embeddingNorm, nil, count: c.hiddenSize) : nil,
      perLayer: try perLayer(), layers: layers,
      finalNorm: try norm(.finalNorm, nil, count: c.hiddenSize),
      head: isTied ? embedding : try table(.head, rows: c.vocabularySize))
    if isTied { used.insert(name(.head, nil)) }
    for name in container.names where !used.contains(name) && !TensorNaming.isIgnorable(name) {
      throw LanguageModelError.unknownTensor(name)
    }
    return Loaded(weights: weights, isTied: isTied, notes: notes)
  }

  /// Whether the embeddings make the logits: as the configuration says, unless the file has a head of its own beside it.
  ///
  /// - Complexity: O(1), or O(bytes of the head) where a file has both.
  private func isTied(_ notes: inout [String]) throws -> Bool {
    guard configuration.tiesEmbeddings, !isGGUF else { return configuration.tiesEmbeddings }
    let place = name(.head, nil)
    guard let head = try container.tensor(place) else { return true }
    let embedding = try container.tensor(name(.tokenEmbedding, nil))
    let isSame = embedding.map { embedding in
      guard embedding.shape == head.shape, embedding.type == head.type else { return false }
      return embedding.bytes.elementsEqual(head.bytes)
    }
    var tied = Stated<Bool>("whether the embeddings make the logits", asIn: "transformers")
    tied.add("tensor \(place)", isSame ?? true, shown: "no, it is another matrix")
    tied.add("config.json: tie_word_embeddings", true, shown: "yes")
    if let note = tied.disagreement { notes.append(note) }
    return tied.chosen ?? true
  }

  private mutating func layer(_ index: Int) throws -> LayerWeights {
    let c = configuration
    return LayerWeights(
      attentionNorm: c.normsInputs ? try norm(.attentionNorm, index, count: c.hiddenSize) : nil,
      mixer: try mixer(index),
      attentionOutputNorm: c.normsOutputs ? try norm(.attentionOutputNorm, index, count: c.hiddenSize) : nil,
      feedForwardNorm: c.normsFeedForwardInput
        ? try norm(.feedForwardNorm, index, count: c.hiddenSize) : nil,
      feedForward: try feedForward(index), mixture: try mixture(index),
      feedForwardOutputNorm: c.normsOutputs
        ? try norm(.feedForwardOutputNorm, index, count: c.hiddenSize) : nil,
      perLayer: try perLayer(index), scale: try scale(index))
  }

  private mutating func mixer(_ index: Int) throws -> MixerWeights {
    switch configuration.mixer(index) {
    case .attention: .attention(try attention(index))
    case .selectiveState(let state): .selectiveState(try selectiveState(state, index))
    case .wkv(let state): .wkv(try wkv(state, index))
    }
  }

  private mutating func attention(_ index: Int) throws -> AttentionWeights {
    let c = configuration
    let heads = c.heads(index)
    let (query, key, value) = try queryKeyValue(index)
    let ones = ParameterVector([Float](repeating: 1, count: c.normsValues ? heads.size : 0))
    return AttentionWeights(
      query: query, key: key, value: value,
      queryNorm: try headNorm(.queryNorm, index, heads: c.headCount),
      keyNorm: key == nil ? nil : try headNorm(.keyNorm, index, heads: heads.keyValueHeads),
      valueNorm: c.normsValues && key != nil ? NormWeights(weight: ones, bias: nil) : nil,
      sinks: c.hasSinks ? try vector(placeName(.sinks, index), count: c.headCount) : nil,
      latent: try c.latent.map { try latent($0, index) },
      output: try linear(
        .attentionOutput, index, rows: c.hiddenSize, columns: c.attendedWidth(index),
        hasBias: c.biases.contains(.attentionOutput)))
  }

  /// The norm of queries or keys, where there is one.
  private mutating func headNorm(_ role: TensorRole, _ layer: Int, heads: Int) throws -> NormWeights? {
    let size = configuration.heads(layer).size
    switch configuration.queryKeyNorm {
    case .none: return nil
    case .shared: return try norm(role, layer, count: size)
    case .whole: return try norm(role, layer, count: heads * size)
    case .perHead:
      let name = name(role, layer)
      guard name.contains("#") else {
        let tensor = try stored(name)
        try check(tensor, shape: [heads, size])
        return NormWeights(weight: try ParameterVector(reading: tensor), bias: nil)
      }
      // A tensor for each head, with its number in the name.
      let parts = try (0..<heads).map { head in
        try vector(name.replacing("#", with: String(head)), count: size).array
      }
      return NormWeights(weight: ParameterVector(parts.flatMap { $0 }), bias: nil)
    }
  }

  /// Three products; where the file has them in one matrix, three ranges of its rows.
  ///
  /// There are no keys where another layer's are read, and no values where they are the keys.
  private mutating func queryKeyValue(
    _ layer: Int
  ) throws -> (LinearWeights, LinearWeights?, LinearWeights?) {
    let c = configuration
    let hasBias = c.biases.contains(.queryKeyValue)
    if let latent = c.latent { return try latentProducts(latent, layer, hasBias: hasBias) }
    let (own, width) = (c.heads(layer), c.queryWidth(layer))
    let rows = [width, own.keyValueWidth, own.keyValueWidth]
    let parts: [LinearWeights]
    switch queryKeyValueFusion {
    case .none:
      let query = try linear(.query, layer, rows: rows[0], columns: c.hiddenSize, hasBias: hasBias)
      guard c.keyValueSource(layer) == layer else {
        passKeysAndValues(layer)
        return (query, nil, nil)
      }
      return (
        query, try linear(.key, layer, rows: rows[1], columns: c.hiddenSize, hasBias: hasBias),
        c.keyedValues.contains(layer)
          ? nil : try linear(.value, layer, rows: rows[2], columns: c.hiddenSize, hasBias: hasBias)
      )
    case .stacked: parts = try stacked(.fusedQueryKeyValue, layer, rows: rows, hasBias: hasBias)
    case .byHead: parts = try byHead(layer, hasBias: hasBias)
    }
    return (parts[0], parts[1], parts[2])
  }

  /// Products whose rows lie one below the other in one matrix.
  mutating func stacked(
    _ role: TensorRole, _ layer: Int, rows: [Int], columns: Int? = nil, hasBias: Bool
  ) throws -> [LinearWeights] {
    let columns = columns ?? configuration.hiddenSize
    let all = rows.reduce(0, +)
    let name = name(role, layer)
    let (tensor, bytes, owner) = try matrixBytes(name, rows: all, columns: columns)
    let bias = hasBias ? try stored(self.name(role, layer, isBias: true)) : nil
    try check(bias, shape: [all])
    let stride = bytes.count / all
    var parts: [LinearWeights] = []
    var start = 0
    for count in rows {
      let range = start * stride..<(start + count) * stride
      let matrix = try WeightMatrix(
        named: name, type: tensor.type, rows: count, columns: columns,
        bytes: UnsafeRawBufferPointer(rebasing: bytes[range]), owner: owner)
      let part = try bias.map { try ParameterVector(reading: $0.elements(start..<start + count)) }
      parts.append(LinearWeights(matrix: matrix, bias: part, name: name))
      start += count
    }
    return parts
  }

  /// Queries, keys and values that lie side by side for each head: copied, each to a matrix of its own.
  private mutating func byHead(_ layer: Int, hasBias: Bool) throws -> [LinearWeights] {
    let c = configuration
    guard c.headCount == c.keyValueHeadCount else {
      throw LanguageModelError.unsupported(
        "one tensor of all heads' queries, keys and values, of unequal numbers")
    }
    let (size, heads) = (c.headSize, c.headCount)
    let name = name(.fusedQueryKeyValue, layer)
    let (tensor, bytes, _) = try matrixBytes(name, rows: 3 * heads * size, columns: c.hiddenSize)
    let bias =
      hasBias ? try vector(self.name(.fusedQueryKeyValue, layer, isBias: true), count: 3 * heads * size) : nil
    let block = bytes.count / (3 * heads)
    return try (0..<3).map { part in
      let copy = OwnedStorage(bytes: heads * block)
      for head in 0..<heads {
        let from = (3 * head + part) * block
        UnsafeMutableRawBufferPointer(start: copy.start + head * block, count: block)
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[from..<from + block]))
      }
      let matrix = try WeightMatrix(
        named: name, type: tensor.type, rows: heads * size, columns: c.hiddenSize, bytes: copy.bytes,
        owner: copy)
      let own = bias.map { bias in
        ParameterVector((0..<heads * size).map { bias.array[(3 * ($0 / size) + part) * size + $0 % size] })
      }
      return LinearWeights(matrix: matrix, bias: own, name: name)
    }
  }

  mutating func linear(
    _ role: TensorRole, _ layer: Int?, rows: Int, columns: Int, hasBias: Bool
  ) throws -> LinearWeights {
    let name = name(role, layer)
    let (tensor, bytes, owner) = try matrixBytes(name, rows: rows, columns: columns)
    let matrix = try WeightMatrix(
      named: name, type: tensor.type, rows: rows, columns: columns, bytes: bytes, owner: owner)
    let bias = hasBias ? try vector(self.name(role, layer, isBias: true), count: rows) : nil
    return LinearWeights(matrix: matrix, bias: bias, name: name)
  }

  /// A matrix whose rows are looked up, as many as the file has.
  ///
  /// - Parameter other: The role under whose name the file has it, where that is not its own.
  mutating func table(
    _ role: TensorRole, rows: Int, columns: Int? = nil, storedAs other: TensorRole? = nil
  ) throws -> LinearWeights {
    let columns = columns ?? configuration.hiddenSize
    let name = name(role, nil)
    let tensor = try stored(self.name(other ?? role, nil))
    guard tensor.shape.count == 2, tensor.shape[1] == columns,
      // GGUF may fill up to whole blocks; a model of the hub has just as many as its configuration says.
      isGGUF ? tensor.shape[0] >= rows : tensor.shape[0] == rows,
      tensor.shape[0] <= Int(Int32.max)
    else {
      throw LanguageModelError.shape(tensor: name, found: tensor.shape, wanted: [rows, columns])
    }
    let matrix = try WeightMatrix(reading: tensor, rows: tensor.shape[0], columns: tensor.shape[1])
    return LinearWeights(matrix: matrix, bias: nil, name: name)
  }

  /// The bytes of a matrix as rows of outputs: the file's own, or a turned copy.
  mutating func matrixBytes(
    _ name: String, rows: Int, columns: Int
  ) throws -> (StoredTensor, UnsafeRawBufferPointer, any AnyObject & Sendable) {
    let tensor = try stored(name)
    guard storesInputsFirst else {
      try check(tensor, shape: [rows, columns])
      return (tensor, tensor.bytes, tensor.owner)
    }
    try check(tensor, shape: [columns, rows])
    let turned = OwnedStorage(turning: tensor)
    return (tensor, turned.bytes, turned)
  }

  var isGGUF: Bool {
    if case .gguf = container.naming { return true }
    return false
  }
  var hub: HubTensors { configuration.architecture.tensors }
  private var storesInputsFirst: Bool { !isGGUF && hub.storesInputsFirst }
  var fusesGateAndUp: Bool {
    isGGUF ? configuration.architecture.gguf?.fusesGateAndUp == true : hub.fusesGateAndUp
  }
  private var queryKeyValueFusion: HubTensors.Fusion {
    guard isGGUF else { return hub.queryKeyValue }
    return configuration.architecture.gguf?.fusesQueryKeyValue == true ? .stacked : .none
  }

  mutating func norm(_ role: TensorRole, _ layer: Int?, count: Int) throws -> NormWeights {
    if case .rms(_, let offset) = configuration.normalization {
      // Added here once instead of in every step.
      return NormWeights(weight: try vector(name(role, layer), count: count, offset: offset), bias: nil)
    }
    var bias: ParameterVector?
    // Norms of heads have none, where layer norms of states have one.
    if case .layer(_, true) = configuration.normalization, role != .queryNorm, role != .keyNorm {
      bias = try vector(name(role, layer, isBias: true), count: count)
    }
    return NormWeights(weight: try vector(name(role, layer), count: count), bias: bias)
  }

  mutating func vector(_ name: String, count: Int, offset: Float = 0) throws -> ParameterVector {
    let tensor = try stored(name)
    try check(tensor, shape: [count])
    return try ParameterVector(reading: tensor, offset: offset)
  }

  mutating func stored(_ name: String) throws -> StoredTensor {
    guard let tensor = try container.tensor(name) else { throw LanguageModelError.missingTensor(name) }
    used.insert(name)
    return tensor
  }

  /// Notes that a tensor has been read.
  mutating func use(_ name: String) { used.insert(name) }

  func check(_ tensor: StoredTensor?, shape: [Int]) throws {
    guard let tensor, tensor.shape != shape else { return }
    throw LanguageModelError.shape(tensor: tensor.name, found: tensor.shape, wanted: shape)
  }

  func name(_ role: TensorRole, _ layer: Int?, isBias: Bool = false) -> String {
    container.naming.name(role, layer: layer, isBias: isBias)
  }
}
