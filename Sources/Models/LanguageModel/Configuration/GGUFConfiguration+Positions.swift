internal import CMCGGUF
internal import CMCLinearAlgebra

/// The tensors of a GGUF file that say how positions are turned.
struct GGUFRotaryTensors {
  /// A divisor of each pair's frequency (`rope_freqs.weight`).
  let divisors: [Float]?
  /// The same of longrope, for texts within its original context (`rope_factors_short.weight`).
  let short: [Float]?
  /// The same for longer texts (`rope_factors_long.weight`).
  let long: [Float]?
}

extension GGUFConfiguration {
  /// How positions enter.
  ///
  /// - Throws: ``LanguageModelError``, `GGUFError`.
  func positions(
    _ architecture: ModelArchitecture, _ form: GGUFForm, headSize: Int, _ tensors: GGUFRotaryTensors
  ) throws -> ModelConfiguration.PositionEncoding {
    switch architecture.positions {
    case .learned(let offset): return .learned(offset: offset)
    case .unmarked: return .unmarked
    case .rotary: break
    }
    let turned = try integer("rope.dimension_count", default: headSize)
    guard turned == headSize || form.reads.contains("rope.dimension_count") else {
      throw LanguageModelError.unsupported("turning \(turned) of \(headSize) elements of a head")
    }
    let part = turned == headSize ? nil : turned
    let base = try number("rope.freq_base", default: 10_000)
    let global = RotaryEmbedding(base: base, scaling: try scaling(form, tensors), turned: part)
    let local = RotaryEmbedding(
      base: try number("rope.freq_base_swa", default: form.localBase ?? base), turned: part)
    return .rotary(layout: form.layout, global: global, local: form.hasLocalRotary ? local : nil)
  }

  private func scaling(
    _ form: GGUFForm, _ tensors: GGUFRotaryTensors
  ) throws -> RotaryEmbedding.Scaling {
    let factor = try number("rope.scaling.attn_factor", default: 1)
    if let short = tensors.short {
      try refuseBesideFactors(tensors)
      let context = try integer("rope.scaling.original_context_length", default: integer("context_length"))
      return .longRope(
        LongRope(short: short, long: tensors.long, attentionFactor: factor, originalContext: context))
    }
    if tensors.long != nil {
      throw LanguageModelError.missingTensor("rope_factors_short.weight")
    }
    guard factor == 1 || factor == 0 else {
      throw LanguageModelError.unsupported("\(name).rope.scaling.attn_factor")
    }
    // llama.cpp divides each angle by the tensor's number and then scales what it gets.
    let stated = try scaling(form)
    return tensors.divisors.map { .divisors($0, over: stated) } ?? stated
  }

  /// Refuses what llama.cpp would do on top of longrope's factors, or instead of them.
  private func refuseBesideFactors(_ tensors: GGUFRotaryTensors) throws {
    let place = "beside rope_factors_short.weight"
    guard tensors.divisors == nil else {
      throw LanguageModelError.unsupported("rope_freqs.weight \(place)")
    }
    let (type, factor) = try statedScaling()
    if type == "none" { return }
    guard ["linear", "longrope"].contains(type) else {
      throw LanguageModelError.unsupported("rotary scaling of type \(type) \(place)")
    }
    guard factor == 0 || factor == 1 else {
      throw LanguageModelError.unsupported("\(name).rope.scaling.factor of \(factor) \(place)")
    }
  }

  /// As llama.cpp reads them: linear where no type is named, the older key where there is no factor, 0 for none.
  private func statedScaling() throws -> (type: String, factor: Double) {
    (
      header["\(name).rope.scaling.type"]?.text ?? "linear",
      try number("rope.scaling.factor", default: try number("rope.scale_linear", default: 0))
    )
  }

  private func scaling(_ form: GGUFForm) throws -> RotaryEmbedding.Scaling {
    let (type, factor) = try statedScaling()
    switch type {
    case "none": return .none
    case "linear": return factor == 0 || factor == 1 ? .none : .linear(factor: factor)
    case "yarn":
      guard factor > 0 else {
        throw LanguageModelError.configuration("rotary scaling of type yarn without a factor")
      }
      let original = try integer("rope.scaling.original_context_length", default: integer("context_length"))
      var yarn = Yarn(factor: factor, originalContext: Double(original))
      yarn.betaFast = try number("rope.scaling.yarn_beta_fast", default: 32)
      yarn.betaSlow = try number("rope.scaling.yarn_beta_slow", default: 1)
      // A scale of all elements, beside which llama.cpp takes 1 for that of the turned ones, or the same where
      // attention is latent.
      let all = try number("rope.scaling.yarn_log_multiplier", default: 0)
      yarn.attentionFactor =
        form.isLatent && all != 0 ? 1 : Yarn.attention(factor: factor, scale: 1, allDimensions: all)
      // llama.cpp takes what it computes itself, whatever the file says.
      let stated = try number("rope.scaling.yarn_attn_factor", default: yarn.attentionFactor)
      guard stated == 1 || abs(stated - yarn.attentionFactor) < 1e-5 else {
        throw LanguageModelError.unsupported("\(name).rope.scaling.yarn_attn_factor of \(stated)")
      }
      return .yarn(yarn)
    default: throw LanguageModelError.unsupported("rotary scaling of type \(type)")
    }
  }
}

extension RotaryEmbedding {
  /// What is said where a file has longrope's divisors for texts within its original context alone.
  static func limitNote(_ limit: Int) -> String {
    "there is no rope_factors_long.weight: rotary scaling of type longrope is carried out for the \(limit) positions "
      + "of its original context alone, longer texts do not fit"
  }
}
