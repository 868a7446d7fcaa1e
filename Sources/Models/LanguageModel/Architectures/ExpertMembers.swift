internal import CMCFieldTables

/// How `config.json` speaks of experts in the families that have them.
struct ExpertMembers {
  /// What their number is called; of several names the first one that is there counts.
  let names: [String]
  /// Their number where it is left out.
  let experts: Int
  /// How many a position goes through where it is left out.
  let chosen: Int

  /// Reads what all of these families have.
  ///
  /// - Parameters:
  ///   - json: The configuration.
  ///   - size: The elements inside an expert.
  /// - Throws: ``LanguageModelError``, `JSONError`.
  func read(_ json: ConfigurationJSON, size: Int) throws -> Mixture {
    var notes: [String] = []
    let count = try ModelSizes.read(json, names, experts, &notes)
    guard notes.isEmpty else { throw LanguageModelError.configuration(notes[0]) }
    return Mixture(
      experts: count, chosen: try json.int("num_experts_per_tok", default: chosen), expertSize: size)
  }

  /// The layers without experts, as Qwen's classes choose them.
  ///
  /// - Throws: ``LanguageModelError``, `JSONError`.
  static func denseLayers(_ json: ConfigurationJSON, layers: Int, experts: Int) throws -> Set<Int> {
    guard (1...4096).contains(layers) else { return [] }
    let step = try json.int("decoder_sparse_step", default: 1)
    guard step > 0 else { throw LanguageModelError.configuration("decoder_sparse_step is \(step)") }
    let named = Set(try json.intOrInts("mlp_only_layers") ?? [])
    return Set((0..<layers).filter { named.contains($0) || experts == 0 || ($0 + 1) % step != 0 })
  }
}

extension FieldRow {
  /// Members of all families with experts.
  static let experts: [FieldRow] = [
    .carriedOut("num_experts_per_tok", "how many experts a position goes through"),
    .harmless("output_router_logits", "what Python returns"),
    .harmless("router_aux_loss_coef", "training only"),
  ]

  /// Those that choose layers without experts.
  static let denseLayers: [FieldRow] = [
    .carriedOut("decoder_sparse_step", "every so many layers one has experts"),
    .carriedOut("mlp_only_layers", "layers without experts"),
    .carriedOut("moe_intermediate_size", "inside an expert"),
    .carriedOut("norm_topk_prob", "whether the weights of the chosen are divided by their sum"),
  ]
}
