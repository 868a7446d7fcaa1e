/// How files of the hub call and arrange the tensors of a family.
package struct HubTensors: Sendable {
  /// How products that share an input lie in one tensor.
  package enum Fusion: Sendable {
    /// Each has a tensor of its own.
    case none
    /// The rows of queries, then those of keys, then those of values.
    case stacked
    /// For each head its rows of queries, of keys and of values.
    case byHead
  }

  /// What may stand before the names, by the class that a model was saved from; the first where nothing tells.
  package var prefixes: [String]
  /// What stands before the number of a layer.
  package var layers = "layers."
  /// The name of each tensor; a role that is not there does not occur.
  package var names: [TensorRole: String]
  /// Whole names of what newer files may have instead: the tensors as transformers 5 has them in memory.
  var inMemory: [TensorRole: String] = [:]
  /// How queries, keys and values lie.
  package var queryKeyValue = Fusion.none
  /// Whether the rows of the gate and then those of `up` are one tensor.
  package var fusesGateAndUp = false
  /// Whether experts' gate and `up` lie row by row in turn, with inputs first or in blocks of MXFP4.
  var interleavesExperts = false
  /// Whether products are stored as inputs × outputs.
  package var storesInputsFirst = false
  /// Beginnings of names in older files, and what they are now.
  var renames: [(old: String, new: String)] = []

  /// Those of Llama and all that are called alike.
  static let llama = HubTensors(
    prefixes: ["model.", "language_model.model.", "model.language_model.", ""],
    names: [
      .tokenEmbedding: "embed_tokens", .finalNorm: "norm", .head: "lm_head",
      .attentionNorm: "input_layernorm", .query: "self_attn.q_proj", .key: "self_attn.k_proj",
      .value: "self_attn.v_proj", .queryNorm: "self_attn.q_norm", .keyNorm: "self_attn.k_norm",
      .attentionOutput: "self_attn.o_proj", .feedForwardNorm: "post_attention_layernorm",
      .gate: "mlp.gate_proj", .up: "mlp.up_proj", .down: "mlp.down_proj",
    ])

  /// The same with other names for some.
  func naming(_ others: [TensorRole: String]) -> HubTensors {
    var copy = self
    copy.names.merge(others) { $1 }
    return copy
  }

  /// What names begin with behind the prefix, which tells the prefix.
  var beginnings: [String] {
    [layers] + [.tokenEmbedding, .positionEmbedding, .finalNorm].compactMap { names[$0] }
  }

  /// What a tensor is called now that a file may call by an older name.
  func current(_ name: String) -> String {
    guard let rename = renames.first(where: { name.hasPrefix($0.old) }) else { return name }
    return rename.new + name.dropFirst(rename.old.count)
  }
}
