internal import CMCFastJSON
internal import CMCFieldTables

/// How another tool has packed the weights of a model of the hub, as `quantization_config` says it.
///
/// Weights are what the tools' own functions make of them in float32: scales of 16 bits are widened first, so that a
/// weight is rounded once. Inputs are not rounded, as where transformers is told to dequantise.
package struct WeightPacking: Sendable, Equatable {
  /// The layout of the tensors.
  package enum Method: Sendable, Equatable {
    /// Floating point of eight bits in `weight`, and scales in a tensor beside it.
    case eighths
    /// Four bits in `qweight`, eight inputs to a number of 32 bits; `isLess`: zeros are stored less one.
    case gptq(isLess: Bool)
    /// Four bits in `qweight`, eight outputs to a number of 32 bits, in an order of their own.
    case awq(hasZeros: Bool)
    /// Four bits in `weight_packed`, eight inputs of one output to a number of 32 bits.
    case packed(hasZeros: Bool)
  }

  /// The layout of the tensors.
  package var method: Method
  /// How many outputs and inputs have a scale together; nil where the scales' shape says it.
  package var block: BlockShape?
  /// How many inputs have a scale together, where they are not all; nil where the scales' shape says it.
  package var groupSize: Int?
  /// What the results leave out, for people.
  package var note: String?

  /// A number of outputs and one of inputs.
  package struct BlockShape: Sendable, Equatable {
    /// Outputs.
    package var rows: Int
    /// Inputs.
    package var columns: Int
  }

  /// Reads a `quantization_config`.
  ///
  /// - Throws: ``LanguageModelError``, `FieldError`, `JSONError`.
  init(_ root: JSONValue) throws {
    let json = ConfigurationJSON(root)
    let method = try json.string("quant_method") ?? ""
    guard FieldTable.quantization[method] != nil else {
      throw LanguageModelError.unsupported(
        "quantization_config with quant_method \(method.isEmpty ? "left out" : method)")
    }
    try FieldTable.quantization.check(root, in: method)
    switch method {
    case "fp8":
      self.method = .eighths
      block = try Self.block(json, "weight_block_size")
    case "gptq":
      _ = try json.int("bits")
      let forms = try ["checkpoint_format", "format"].compactMap { try json.string($0) }
      guard Set(forms).count < 2 else {
        throw LanguageModelError.configuration("checkpoint_format and format of quantization_config differ")
      }
      let form = forms.first ?? "gptq"
      self.method = .gptq(isLess: form == "gptq")
      groupSize = try Self.groupSize(json)
    case "awq":
      self.method = .awq(hasZeros: try json.bool("zero_point", default: true))
      groupSize = try Self.groupSize(json)
    default: self = try Self.compressed(root)
    }
  }

  private init(_ method: Method, block: BlockShape? = nil, groupSize: Int? = nil) {
    (self.method, self.block, self.groupSize) = (method, block, groupSize)
  }

  private static func block(_ json: ConfigurationJSON, _ key: String) throws -> BlockShape? {
    guard let sizes = try json.intOrInts(key) else { return nil }
    guard sizes.count == 2, sizes.allSatisfy({ $0 > 0 }) else {
      throw LanguageModelError.configuration("\(key) is not two sizes")
    }
    return BlockShape(rows: sizes[0], columns: sizes[1])
  }

  /// −1 is all inputs.
  private static func groupSize(_ json: ConfigurationJSON) throws -> Int? {
    let size = try json.int("group_size", default: 128)
    guard size == -1 || size > 0 else { throw LanguageModelError.configuration("group_size is \(size)") }
    return size == -1 ? nil : size
  }

  /// What compressed-tensors says, which may have groups of modules; all must be packed alike.
  private static func compressed(_ root: JSONValue) throws -> WeightPacking {
    guard let groups = root["config_groups"], groups.isObject else {
      throw JSONError.missing(path: "\(root.path).config_groups")
    }
    var found: WeightPacking?
    for (_, group) in groups.members {
      try FieldTable.quantization.check(group, in: "compressed-tensors: group")
      guard let weights = group["weights"], weights.isObject else {
        throw LanguageModelError.unsupported("\(group.path) without weights")
      }
      try FieldTable.quantization.check(weights, in: "compressed-tensors: weights")
      var packing = try compressed(ConfigurationJSON(weights), at: weights.path)
      if let inputs = group["input_activations"], !inputs.isNull {
        packing.note =
          "quantization_config rounds inputs of products (input_activations); here they are not, as where transformers dequantises"
      }
      if let found, found != packing {
        throw LanguageModelError.unsupported("config_groups of different kinds")
      }
      found = packing
    }
    guard let found else { throw LanguageModelError.unsupported("config_groups without a group") }
    return found
  }

  private static func compressed(_ json: ConfigurationJSON, at path: String) throws -> WeightPacking {
    let bits = try json.int("num_bits", default: 8)
    let kind = try json.string("type") ?? "int"
    let strategy = try json.string("strategy")
    switch (kind, bits) {
    case ("float", 8):
      guard strategy != "group", strategy != "tensor_group" else {
        throw LanguageModelError.unsupported("\(path) with strategy \(strategy ?? "") and type float")
      }
      let block = strategy == "block" ? try block(json, "block_structure") : nil
      return WeightPacking(.eighths, block: block)
    case ("int", 4):
      guard [nil, "group", "channel"].contains(strategy) else {
        throw LanguageModelError.unsupported("\(path) with strategy \(strategy ?? "") and type int")
      }
      let isSymmetric = try json.bool("symmetric", default: true)
      let size = try json.optionalInt("group_size")
      return WeightPacking(.packed(hasZeros: !isSymmetric), groupSize: size == -1 ? nil : size)
    default: throw LanguageModelError.unsupported("\(path) with \(bits) bits of type \(kind)")
    }
  }
}
