internal import CMCFieldTables

extension ModelArchitecture {
  /// EXAONE 4: norms as OLMo 2 has them, but of each head; layers that see everything are not turned.
  package static let exaone4 = ModelArchitecture(
    "exaone4", "EXAONE 4", ["Exaone4ForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + [
      .carriedOut(
        "sliding_window",
        "how many positions back a layer with a window sees; null: none has one, which layer_types must say too"
      ),
      .carriedOut("sliding_window_pattern", "every so many layers one has no window; a text is refused"),
      .carriedOut("layer_types", "which layers have a window"),
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 102_400, hidden: 4096, inner: 16_384, layers: 32, heads: 32, keyValueHeads: 32,
      headSize: nil, context: 2048)
    $0.norm.fallback = 1e-5
    $0.tensors = olmo2.tensors
    $0.gguf = GGUFForm("exaone4") {
      $0.windowPattern = 4
      $0.windowIsOptional = true
      $0.impliedWindow = (layers: 64, size: 4096)
      $0.turnsWindowsAlone = true
      $0.configure = { c in
        c.normsInputs = false
        c.normsOutputs = true
        c.queryKeyNorm = .shared
      }
    }
    $0.configure = { c, json in
      c.normsInputs = false
      c.normsOutputs = true
      c.queryKeyNorm = .shared
      let rule = try WindowRule(json, fallback: 4096)
      guard rule.window != nil else {
        // Without a list the class divides by a pattern of 0.
        c.windows = try rule.windows(c.layerCount) { _ in true }
        return
      }
      // With a list the pattern says nothing, and may be a text such as LLLG.
      let pattern = rule.types == nil ? try json.int("sliding_window_pattern", default: 4) : 1
      guard pattern > 0 else {
        throw LanguageModelError.configuration("sliding_window_pattern is \(pattern)")
      }
      c.windows = try rule.windows(c.layerCount) { ($0 + 1) % pattern != 0 }
      c.unturnedLayers = Set(c.windows.indices.filter { c.windows[$0] == nil })
    }
  }
}
