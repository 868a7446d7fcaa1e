internal import CMCFastJSON
internal import CMCLinearAlgebra
internal import CMCModelFiles
internal import CMCPrimitives
internal import CMCSafetensors

extension LanguageModel {
  /// The model and the adapter that an argument such as `MODEL+ADAPTER` names; no adapter where a file has that name.
  public static func splitArgument(_ argument: String) -> (model: String, adapter: String?) {
    guard let plus = argument.lastIndex(of: "+"), PathKind(argument) == .missing else {
      return (argument, nil)
    }
    let adapter = String(argument[argument.index(after: plus)...])
    guard PathKind(adapter) == .directory else { return (argument, nil) }
    return (String(argument[..<plus]), adapter)
  }

  /// The model with a low-rank adapter in PEFT's layout added to its matrices, which become float32.
  ///
  /// - Parameter folder: A folder with `adapter_config.json` and `adapter_model.safetensors`.
  /// - Throws: `FileError` naming the file and the tensor.
  func adding(adapter folder: String) throws -> LanguageModel {
    let scale = try Self.adapterScale(folder + "/adapter_config.json")
    let path = folder + "/adapter_model.safetensors"
    let file = try MappedFile(path: path)
    let merged = try withFile(path) {
      try file.withUnsafeBytes { bytes in
        let header = try SafetensorsHeader(parsing: bytes)
        var merger = AdapterMerger(
          header: header, bytes: bytes, scale: scale, configuration: configuration)
        let layers = try weights.layers.enumerated().map { try merger.merge($1, layer: $0) }
        if let rest = header.tensors.first(where: { !merger.used.contains($0.name) }) {
          throw LanguageModelError.unknownTensor(rest.name)
        }
        return ModelWeights(
          tokenEmbedding: weights.tokenEmbedding, positionEmbedding: weights.positionEmbedding,
          layers: layers,
          finalNorm: weights.finalNorm, head: weights.head)
      }
    }
    return LanguageModel(
      name: name + "+" + (folder.split(separator: "/").last.map(String.init) ?? folder), path: self.path,
      configuration: configuration, weights: merged)
  }

  private static func adapterScale(_ path: String) throws -> Float {
    try withFile(path) {
      let json = try JSONDocument(try readFile(path, limit: 1 << 24)).root
      let rank = try json.require("r").expect("an integer") { $0.int }
      let alpha = try json.require("lora_alpha").expect("a number") { $0.double }
      guard rank > 0, alpha.isFinite else {
        throw LanguageModelError.configuration("r is \(rank), lora_alpha is \(alpha)")
      }
      for key in ["use_dora", "fan_in_fan_out", "rank_pattern", "alpha_pattern"] {
        let isSet = json[key].map { $0.bool ?? !$0.members.isEmpty } ?? false
        if isSet { throw LanguageModelError.unsupported("an adapter with \(key)") }
      }
      let isRankStable = json["use_rslora"]?.bool ?? false
      return Float(alpha / (isRankStable ? Double(rank).squareRoot() : Double(rank)))
    }
  }
}

/// Adds B · A to the matrices it belongs to.
private struct AdapterMerger {
  let header: SafetensorsHeader
  let bytes: UnsafeRawBufferPointer
  let scale: Float
  let configuration: ModelConfiguration
  var used: Set<String> = []

  mutating func merge(_ layer: LayerWeights, layer index: Int) throws -> LayerWeights {
    LayerWeights(
      attentionNorm: layer.attentionNorm, query: try merge(layer.query, .query, index),
      key: try merge(layer.key, .key, index), value: try merge(layer.value, .value, index),
      queryNorm: layer.queryNorm, keyNorm: layer.keyNorm,
      attentionOutput: try merge(layer.attentionOutput, .attentionOutput, index),
      attentionOutputNorm: layer.attentionOutputNorm, feedForwardNorm: layer.feedForwardNorm,
      gate: try layer.gate.map { try merge($0, .gate, index) }, up: try merge(layer.up, .up, index),
      down: try merge(layer.down, .down, index), feedForwardOutputNorm: layer.feedForwardOutputNorm)
  }

  private mutating func merge(_ linear: LinearWeights, _ role: TensorRole, _ layer: Int) throws
    -> LinearWeights
  {
    let naming = TensorNaming.huggingFace(configuration.architecture, prefix: "model.")
    let stem = "base_model.model." + naming.name(role, layer: layer).dropLast(".weight".count)
    guard let a = try matrix(stem + ".lora_A.weight"), let b = try matrix(stem + ".lora_B.weight") else {
      return linear
    }
    let (rows, columns) = (linear.matrix.rows, linear.matrix.columns)
    guard a.rows == b.columns, a.columns == columns, b.rows == rows else {
      throw LanguageModelError.shape(
        tensor: stem + ".lora_B.weight", found: [b.rows, a.columns], wanted: [rows, columns])
    }
    let owned = OwnedStorage(bytes: rows * columns * 4)
    let out = owned.start.bindMemory(to: Float.self, capacity: rows * columns)
    linear.matrix.widen(rows: 0..<rows, into: out)
    let ordered = order(b, role: role)
    let engine = ComputeEngine(precision: .exact)
    ordered.withUnsafeBufferPointer { b in
      a.values.withUnsafeBufferPointer { values in
        guard let bStart = b.baseAddress, let aStart = values.baseAddress else { return }
        engine.product(
          m: rows, n: columns, k: a.rows, alpha: scale, DenseOperand(bStart, stride: a.rows),
          DenseOperand(aStart, stride: columns), adding: true, to: out, stride: columns)
      }
    }
    let merged = try WeightMatrix(
      named: linear.name, type: .f32, rows: rows, columns: columns, bytes: owned.bytes, owner: owned)
    return LinearWeights(matrix: merged, bias: linear.bias, name: linear.name)
  }

  /// The rows of B as the model's file orders them: adapters have heads in halves, some files in pairs.
  private func order(_ b: (rows: Int, columns: Int, values: [Float]), role: TensorRole) -> [Float] {
    guard role == .query || role == .key, case .rotary(.interleaved, _, _) = configuration.positions else {
      return b.values
    }
    let size = configuration.headSize
    var ordered = b.values
    for row in 0..<b.rows {
      let (head, place) = (row / size, row % size)
      let from = head * size + (place % 2 == 0 ? place / 2 : size / 2 + place / 2)
      for column in 0..<b.columns { ordered[row * b.columns + column] = b.values[from * b.columns + column] }
    }
    return ordered
  }

  private mutating func matrix(_ name: String) throws -> (rows: Int, columns: Int, values: [Float])? {
    guard let tensor = header[name] else { return nil }
    used.insert(name)
    guard tensor.shape.count == 2 else {
      throw LanguageModelError.shape(tensor: name, found: tensor.shape, wanted: [0, 0])
    }
    var values: [Float]
    switch tensor.elementType {
    case .float32: values = try header.floats(tensor, in: bytes)
    case .bfloat16, .float16:
      let slice = UnsafeRawBufferPointer(rebasing: bytes[tensor.bytes])
      let copy = OwnedStorage(copying: slice)
      let matrix = try WeightMatrix(
        named: name, type: tensor.elementType == .bfloat16 ? .bf16 : .f16, rows: tensor.shape[0],
        columns: tensor.shape[1], bytes: copy.bytes, owner: copy)
      values = [Float](repeating: 0, count: tensor.shape[0] * tensor.shape[1])
      values.withUnsafeMutableBufferPointer {
        if let start = $0.baseAddress { matrix.widen(rows: 0..<tensor.shape[0], into: start) }
      }
    default: throw LanguageModelError.elementType(tensor: name, found: tensor.elementType.safetensorsName)
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw LanguageModelError.badValue(tensor: name, at: index)
    }
    return (tensor.shape[0], tensor.shape[1], values)
  }
}
