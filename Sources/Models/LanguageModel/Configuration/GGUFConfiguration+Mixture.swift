internal import CMCGGUF

extension GGUFConfiguration {
  /// The experts; sizes are those of llama.cpp where they are left out.
  ///
  /// - Throws: ``LanguageModelError``, `GGUFError`.
  func mixture(_ form: GGUFForm, _ c: ModelConfiguration, _ notes: inout [String]) throws -> Mixture {
    let chosen = try integer("expert_used_count")
    // Mixtral's files and OLMoE's name the size of an expert as others do that of the whole part.
    let own = try integer("expert_feed_forward_length", default: c.feedForwardSize)
    var mixture = Mixture(experts: try integer("expert_count"), chosen: chosen, expertSize: own)
    if form.hasSharedExpert {
      mixture.sharedSize = try integer("expert_shared_feed_forward_length", default: c.feedForwardSize)
    } else if form.reads.contains("expert_shared_count") {
      let count = try integer("expert_shared_count")
      // A product that wraps around is refused with the sizes.
      mixture.sharedSize = count == 0 ? nil : own &* count
    } else if tensors["blk.0.ffn_down_shexp.weight"] != nil {
      mixture.sharedSize = try integer("expert_shared_feed_forward_length")
    }
    let scale = try number("expert_weights_scale", default: 0)
    if scale != 0 { mixture.scale = Float(scale) }
    if form.reads.contains("expert_weights_norm") {
      mixture.normalizes = try flag("expert_weights_norm", default: false)
    }
    if form.reads.contains("leading_dense_block_count") {
      let count = try integer("leading_dense_block_count", default: 0)
      mixture.denseLayers = Set(0..<max(0, min(c.layerCount, 4096, count)))
    }
    if form.reads.contains("expert_gating_func") { try setRouter(&mixture, c, &notes) }
    return mixture
  }

  /// How experts are chosen, of a family whose files say it.
  private func setRouter(
    _ mixture: inout Mixture, _ c: ModelConfiguration, _ notes: inout [String]
  ) throws {
    switch try integer("expert_gating_func", default: 0) {
    case 0:
      // The first files of GLM-4.7-Flash do not say it, and llama.cpp tells them by their size.
      let isFlash = [47, 48].contains(c.layerCount) && c.vocabularySize == 154_880
      mixture.scores = isFlash ? .sigmoid : .softmax
    case 1: mixture.scores = .softmax
    case 2: mixture.scores = .sigmoid
    case let other: throw LanguageModelError.unsupported("\(name).expert_gating_func of \(other)")
    }
    let first = mixture.denseLayers.count
    mixture.hasCorrection = tensors["blk.\(first).exp_probs_b.bias"] != nil
    let groups = try integer("expert_group_count", default: 0)
    guard groups > 1 else { return }
    // llama.cpp takes the two best of a group, whatever the scores.
    mixture.groups = Mixture.Groups(
      count: groups, chosen: try integer("expert_group_used_count"),
      best: min(2, max(1, mixture.experts / groups)))
    if mixture.scores == .softmax {
      notes.append(
        "\(name).expert_group_count of \(groups): a group counts by its two best experts, as in llama.cpp; "
          + "DeepSeek-V2's own class takes the best one")
    }
  }
}
