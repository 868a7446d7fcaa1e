internal import CMCGGUF

extension GGUFConfiguration {
  /// The lengths of a head's keys and values where attention is latent, and whether the file is of the newer form.
  ///
  /// The newer form describes heads as llama.cpp computes them, all with the short vector as their keys and values, and
  /// has the lengths of the heads themselves under keys of their own.
  ///
  /// - Throws: ``LanguageModelError``, `GGUFError`.
  func latentLengths(default fallback: Int) throws -> (key: Int, value: Int, isShared: Bool) {
    let key = try integer("attention.key_length_mla", default: 0)
    let value = try integer("attention.value_length_mla", default: 0)
    guard (key == 0) == (value == 0) else {
      throw LanguageModelError.configuration(
        "\(name).attention.key_length_mla is \(key), value_length_mla is \(value)")
    }
    if key != 0 { return (key, value, true) }
    return (
      try integer("attention.key_length", default: fallback),
      try integer("attention.value_length", default: fallback), false
    )
  }

  /// Latent attention, and what its scores are multiplied by.
  ///
  /// - Throws: ``LanguageModelError``, `GGUFError`.
  func setLatent(_ c: inout ModelConfiguration) throws {
    let lengths = try latentLengths(default: c.headCount > 0 ? c.hiddenSize / c.headCount : 0)
    let turned = try integer("rope.dimension_count")
    let rank = try integer("attention.kv_lora_rank")
    // DeepSeek-V2-Lite's files have no such key, and llama.cpp takes 0 for the same.
    let queryRank = try integer("attention.q_lora_rank", default: 0)
    var latent = LatentAttention(
      queryRank: queryRank == 0 ? nil : queryRank, rank: rank, turned: turned, plain: lengths.key &- turned,
      valueSize: lengths.value)
    // llama.cpp has one number for all norms, other than the classes.
    if case .rms(let epsilon, _) = c.normalization { latent.epsilon = epsilon }
    c.latent = latent
    var stated = [("attention.head_count_kv", lengths.isShared ? 1 : c.headCount)]
    if lengths.isShared {
      stated += [("attention.key_length", rank &+ turned), ("attention.value_length", rank)]
    }
    for (key, wanted) in stated {
      let found = try integer(key, default: key.hasSuffix("count_kv") ? c.headCount : nil)
      guard found == wanted else {
        throw LanguageModelError.unsupported(
          "\(name).\(key) of \(found), where latent attention has \(wanted)")
      }
    }
    guard case .rotary(_, let global, _) = c.positions else { return }
    switch global.scaling {
    case .none: break
    case .yarn(let yarn):
      // What the file has is a tenth of the scale. Without one llama.cpp multiplies scores by the factor of the turned
      // part once more.
      let scale = Float(try number("rope.scaling.yarn_log_multiplier", default: 0)) / 0.1
      let factor = Yarn.scaled(factor: yarn.factor, scale: Double(scale)) * yarn.attentionFactor
      c.attentionScale *= Float(factor * factor)
    case .linear, .llama3, .proportional, .divisors, .longRope:
      throw LanguageModelError.unsupported("latent attention with rotary scaling \(global.scaling.name)")
    }
  }
}
