internal import CMCPrimitives

/// The sizes of a family: how `config.json` calls them, and the values of transformers' class where they are left out.
///
/// Gemma 3 of 4 billion parameters and more leaves out its heads and its vocabulary, for one.
struct ModelSizes: Sendable {
  /// What the sizes are called; of several names the first one that is there counts.
  struct Names: Sendable {
    var hidden = ["hidden_size"]
    var inner = ["intermediate_size"]
    var layers = ["num_hidden_layers"]
    var heads = ["num_attention_heads"]
    /// None where there are as many as query heads.
    var keyValueHeads: String? = "num_key_value_heads"
    /// None where a head is always the hidden size divided by the heads.
    var headSize: String? = "head_dim"
    var context = ["max_position_embeddings"]
  }

  let vocabulary: Int
  let hidden: Int
  /// Nil for four times the hidden size.
  let inner: Int?
  let layers: Int
  let heads: Int
  /// Nil for as many as query heads.
  let keyValueHeads: Int?
  /// Nil for the hidden size divided by the heads.
  let headSize: Int?
  let context: Int
  var names = Names()

  static let llama = ModelSizes(
    vocabulary: 32_000, hidden: 4096, inner: 11_008, layers: 32, heads: 32, keyValueHeads: nil, headSize: nil,
    context: 2048)

  /// A size under any of its names.
  static func read(
    _ json: ConfigurationJSON, _ names: [String], _ fallback: Int, _ notes: inout [String]
  ) throws -> Int {
    var stated = Stated<Int>("a size", asIn: "transformers")
    for name in names { stated.add("config.json: \(name)", try json.optionalInt(name)) }
    if let note = stated.disagreement { notes.append(note) }
    return stated.chosen ?? fallback
  }
}

/// The norm of a family in its files.
struct NormMembers: Sendable {
  /// What is computed.
  enum Kind: Sendable { case rms, layer }

  var kind = Kind.rms
  /// The member that says ε; none where it is always the same.
  var epsilon: String? = "rms_norm_eps"
  /// ε where it is left out.
  var fallback = 1e-6
  /// What files of the hub store less of in the weights.
  var offset: Float = 0
  /// Whether layer norms have a bias.
  var hasBias = true

  /// The norm of a configuration.
  func read(_ json: ConfigurationJSON) throws -> ModelConfiguration.Normalization {
    let epsilon = Float(try epsilon.map { try json.double($0, default: fallback) } ?? fallback)
    switch kind {
    case .rms: return .rms(epsilon: epsilon, weightOffset: offset)
    case .layer: return .layer(epsilon: epsilon, hasBias: hasBias)
    }
  }
}
