internal import CMCFastJSON
internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a `config.json` says of rotary embeddings, in the newer spelling, the older, or both.
///
/// The order is transformers': `rope_scaling` counts before `rope_parameters`; as a whole, or in Gemma member by member.
struct RotaryJSON {
  private let json: ConfigurationJSON
  private let rules: RotaryRules
  private let headSize: Int
  private let scaling: ConfigurationJSON?
  private let parameters: ConfigurationJSON?

  /// Looks into the text part of a configuration.
  ///
  /// - Parameters:
  ///   - json: The text part.
  ///   - rules: What the family's class does with it.
  ///   - headSize: The elements of a head.
  /// - Throws: ``LanguageModelError``, `JSONError`.
  init(_ json: ConfigurationJSON, _ rules: RotaryRules, headSize: Int) throws {
    self.json = json
    self.rules = rules
    self.headSize = headSize
    let scaling = try json.object("rope_scaling")
    // An empty object says nothing.
    self.scaling = scaling.flatMap { $0.isEmpty ? nil : $0 }
    let parameters =
      try json.object("rope_parameters")
      ?? rules.fallback.map { ConfigurationJSON(try JSONDocument(Array($0.utf8)).root) }
    self.parameters = parameters.flatMap { $0.isEmpty ? nil : $0 }
    let isNested = parameters.map { $0.has("full_attention") || $0.has("sliding_attention") } ?? false
    if let parameters = self.parameters, parameters.isEmpty == false, isNested != rules.byLayer {
      throw LanguageModelError.unsupported(
        rules.byLayer
          ? "rope_parameters without full_attention and sliding_attention"
          : "rope_parameters by kind of layer")
    }
  }

  /// The embedding of layers that see everything.
  ///
  /// - Throws: ``LanguageModelError``, `JSONError`.
  func global() throws -> RotaryEmbedding {
    try embedding(try sources(), base: try json.double(rules.baseName, default: rules.base))
  }

  /// A number of the object that counts, or nil.
  ///
  /// - Throws: `JSONError`.
  func number(_ key: String) throws -> Double? {
    try sources().first { $0.has(key) }.map { try $0.double(key) }
  }

  /// The objects that speak of layers that see everything, the first of which counts.
  private func sources() throws -> [ConfigurationJSON] {
    let own = rules.byLayer ? try parameters?.object("full_attention") : parameters
    return rules.byLayer ? [scaling, own].compactMap { $0 } : (scaling ?? own).map { [$0] } ?? []
  }

  /// The embedding of layers with a window, where the family has one of its own for them.
  ///
  /// - Throws: ``LanguageModelError``, `JSONError`.
  func local() throws -> RotaryEmbedding {
    let own = try parameters?.object("sliding_attention")
    let base = try rules.localBaseName.map { try json.double($0, default: rules.localBase) }
    return try embedding(own.map { [$0] } ?? [], base: base ?? rules.localBase)
  }

  /// Lines where both spellings, or both places of the base, are there and differ.
  ///
  /// - Throws: `JSONError`.
  func disagreements() throws -> [String] {
    let own = rules.byLayer ? try parameters?.object("full_attention") : parameters
    var stated = Stated<String>("how positions are turned", asIn: "transformers")
    for (place, object) in [("config.json: rope_scaling", scaling), ("config.json: rope_parameters", own)] {
      guard let object else { continue }
      let type = try object.string("rope_type") ?? object.string("type") ?? "default"
      let factor = object.has("factor") ? try object.double("factor") : 1
      stated.add(place, "\(type)/\(factor)", shown: type == "default" ? type : "\(type), factor \(factor)")
    }
    var base = Stated<Double>("the base that positions are turned by", asIn: "transformers")
    let place = scaling == nil ? "rope_parameters" : "rope_scaling"
    if json.has(place), let inside = try number("rope_theta") {
      base.add("config.json: rope_theta in \(place)", inside)
    }
    base.add(
      "config.json: \(rules.baseName)", json.has(rules.baseName) ? try json.double(rules.baseName) : nil)
    let sliding = rules.byLayer ? try parameters?.object("sliding_attention") : nil
    let kinds = try [("rope_scaling", scaling), ("rope_parameters", own), ("rope_parameters", sliding)]
      .compactMap { place, object in try object.flatMap { try disagreement(aboutTypeIn: $0, place) } }
    return [stated.disagreement, base.disagreement].compactMap { $0 } + kinds
  }

  /// A line where both names of a scaling's kind are there and differ.
  private func disagreement(aboutTypeIn object: ConfigurationJSON, _ place: String) throws -> String? {
    var stated = Stated<String>("how positions are turned", asIn: "transformers")
    for key in ["rope_type", "type"] {
      guard let type = try object.string(key) else { continue }
      // The first name of longrope.
      stated.add("config.json: \(key) in \(place)", type == "su" ? "longrope" : type, shown: type)
    }
    return stated.disagreement
  }

  private func embedding(_ sources: [ConfigurationJSON], base: Double) throws -> RotaryEmbedding {
    let theta = try sources.first { $0.has("rope_theta") }.map { try $0.double("rope_theta") }
    return RotaryEmbedding(
      base: theta ?? base, scaling: try scaling(sources), turned: try turned(sources))
  }

  /// How many elements of a head are turned, or nil for all.
  private func turned(_ sources: [ConfigurationJSON]) throws -> Int? {
    let key = "partial_rotary_factor"
    let own = try sources.first { $0.has(key) }.map { try $0.double(key) }
    if rules.allowsProportional, try type(sources) == "proportional" { return nil }
    guard let share = rules.share else {
      guard own == nil || own == 1 else { throw LanguageModelError.unsupported(key) }
      return nil
    }
    let factor = try own ?? json.double(rules.shareName, default: share)
    guard (0...1).contains(factor) else {
      throw LanguageModelError.configuration("\(rules.shareName) is \(factor)")
    }
    return factor == 1 ? nil : Int(saturating: Double(headSize) * factor)
  }

  private func scaling(_ sources: [ConfigurationJSON]) throws -> RotaryEmbedding.Scaling {
    func number(_ key: String) throws -> Double {
      guard let source = sources.first(where: { $0.has(key) }) else {
        throw LanguageModelError.configuration("rotary scaling without \(key)")
      }
      return try source.double(key)
    }
    // Null counts as left out, and as 0 where transformers takes it so.
    func optional(_ key: String) throws -> Double? {
      try sources.first { $0.has(key) }.map { try $0.double(key) }
    }
    // Null is the ratio of both contexts.
    func ratio(_ original: Double, isNeeded: Bool) throws -> Double {
      if let factor = try optional("factor") { return factor }
      guard !isNeeded || sources.contains(where: { $0.isNull("factor") }) else { return try number("factor") }
      return try json.double("max_position_embeddings") / original
    }
    let type = try type(sources)
    switch type {
    // Beyond the model's context alone, which no text here exceeds, `dynamic` is something else.
    case "default": return .none
    case "dynamic":
      guard try number("factor") >= 1 else {
        throw LanguageModelError.configuration("a dynamic factor below 1")
      }
      return .none
    case "yarn":
      let original = try originalContext(sources)
      let factor = try ratio(original, isNeeded: true)
      var yarn = Yarn(factor: factor, originalContext: original)
      if let turns = try optional("beta_fast"), turns != 0 { yarn.betaFast = turns }
      if let turns = try optional("beta_slow"), turns != 0 { yarn.betaSlow = turns }
      // Of kinds of layers transformers looks for it in the wrong place.
      if !rules.byLayer, let source = sources.first {
        yarn.truncates = source.isNull("truncate") ? false : try source.bool("truncate", default: true)
      }
      yarn.attentionFactor =
        try optional("attention_factor")
        ?? Yarn.attention(
          factor: factor, scale: optional("mscale"), allDimensions: optional("mscale_all_dim"))
      return .yarn(yarn)
    case "longrope":
      let original = try originalContext(sources)
      func divisors(_ key: String) throws -> [Float] {
        guard let source = sources.first(where: { $0.has(key) }) else {
          throw LanguageModelError.configuration("rotary scaling without \(key)")
        }
        return try source.doubles(key).map { Float($0) }
      }
      guard original >= 1, original < 1e9 else {
        throw LanguageModelError.configuration("original_max_position_embeddings is \(original)")
      }
      let factor = try ratio(original, isNeeded: false)
      let inferred = factor <= 1 ? 1 : (1 + log(factor) / log(original)).squareRoot()
      return .longRope(
        LongRope(
          short: try divisors("short_factor"), long: try divisors("long_factor"),
          attentionFactor: try optional("attention_factor") ?? inferred, originalContext: Int(original)))
    case "proportional" where rules.allowsProportional:
      for key in ["partial_rotary_factor", "factor"] where sources.contains(where: { $0.isNull(key) }) {
        throw LanguageModelError.configuration("rope_parameters: \(key) is null")
      }
      return .proportional(
        share: try optional("partial_rotary_factor") ?? 1, factor: try optional("factor") ?? 1)
    case "linear": return .linear(factor: try number("factor"))
    case "llama3":
      return .llama3(
        factor: try number("factor"), lowFrequency: try number("low_freq_factor"),
        highFrequency: try number("high_freq_factor"), originalContext: try originalContext(sources))
    default: throw LanguageModelError.unsupported("rotary scaling of type \(type)")
    }
  }

  /// The context before it was stretched, where the scaling has one.
  ///
  /// - Throws: ``LanguageModelError``, `JSONError`.
  func originalContext() throws -> Double? {
    let sources = try sources()
    return ["llama3", "yarn", "longrope"].contains(try type(sources))
      ? try originalContext(sources) : try number("original_max_position_embeddings")
  }

  /// A member outside of the object is believed before the one inside; without either it is the whole context.
  private func originalContext(_ sources: [ConfigurationJSON]) throws -> Double {
    let key = "original_max_position_embeddings"
    let outside = rules.byLayer ? nil : try json.optionalInt(key) ?? rules.originalContext
    if let outside { return Double(outside) }
    if let source = sources.first(where: { $0.has(key) }) { return try source.double(key) }
    guard let context = try json.optionalInt("max_position_embeddings") else {
      throw LanguageModelError.configuration("rotary scaling without \(key)")
    }
    return Double(context)
  }

  private func type(_ sources: [ConfigurationJSON]) throws -> String {
    let type = try statedType(sources)
    guard rules.scalesByLongRopeAlone, type != "default" else { return type }
    guard ["longrope", "su", "yarn"].contains(type) else {
      throw LanguageModelError.unsupported("rotary scaling of type \(type)")
    }
    return "longrope"
  }

  private func statedType(_ sources: [ConfigurationJSON]) throws -> String {
    if let type = try sources.lazy.compactMap({ try $0.string("rope_type") }).first { return type }
    // Gemma's class has begun with `rope_type: default` before it reads the older spelling, which then says nothing.
    if rules.byLayer, parameters == nil { return "default" }
    return try sources.lazy.compactMap { try $0.string("type") }.first ?? "default"
  }
}
