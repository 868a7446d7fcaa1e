/// Which layers have a window, by the members that most families have for it.
struct WindowRule {
  /// The kind of each layer, where there is a list.
  let types: [String]?
  /// The size of a window, or nil where there is none.
  let window: Int?

  /// Reads both members.
  ///
  /// - Parameters:
  ///   - json: The configuration.
  ///   - fallback: The class's window where the member is left out; null says that there is none.
  /// - Throws: `JSONError`.
  init(_ json: ConfigurationJSON, fallback: Int?) throws {
    types = try json.strings("layer_types")
    guard !json.isNull("sliding_window") else {
      window = nil
      return
    }
    window = try json.optionalInt("sliding_window") ?? fallback
  }

  /// The window of each layer: the list is what counts, and without one the rule of the family does.
  ///
  /// - Throws: ``LanguageModelError`` for a list of another length or of other kinds.
  func windows(_ layerCount: Int, isSliding: (Int) -> Bool) throws -> [Int?] {
    // The number of layers is checked later; a hostile one must not cost memory here.
    guard (1...4096).contains(layerCount) else { return [] }
    if let types {
      guard types.count == layerCount else {
        throw LanguageModelError.configuration(
          "layer_types names \(types.count) layers, there are \(layerCount)")
      }
      if let unknown = types.first(where: { $0 != "sliding_attention" && $0 != "full_attention" }) {
        throw LanguageModelError.unsupported("a layer of type \(unknown)")
      }
    }
    return (0..<layerCount).map { layer in
      types.map { $0[layer] == "sliding_attention" } ?? isSliding(layer) ? window : nil
    }
  }
}
