/// Which layers have a window, by the members that most families have for it.
struct WindowRule {
  /// What a class makes of a window that is null.
  enum Null {
    /// It looks for the window of a layer that has one, and does not find it.
    case missing
    /// Without a list of kinds no layer has a window.
    case none
  }

  /// The kind of each layer, where there is a list.
  let types: [String]?
  /// The size of a window, or nil where there is none.
  let window: Int?
  /// Why there is none, for errors.
  private let reason: String
  private let null: Null

  /// Reads both members.
  ///
  /// - Parameters:
  ///   - json: The configuration.
  ///   - fallback: The class's window where the member is left out; null says that there is none.
  ///   - null: What the class makes of null.
  ///   - isUsed: Whether the window counts at all, of classes with `use_sliding_window`.
  /// - Throws: `JSONError`.
  init(_ json: ConfigurationJSON, fallback: Int?, null: Null = .missing, isUsed: Bool = true) throws {
    self.null = null
    types = try json.strings("layer_types")
    reason = isUsed ? "sliding_window has none" : "use_sliding_window is not true"
    guard isUsed, !json.isNull("sliding_window") else {
      window = nil
      return
    }
    window = try json.optionalInt("sliding_window") ?? fallback
  }

  /// The window of each layer: the list is what counts, and without one the rule of the family does.
  ///
  /// - Throws: ``LanguageModelError`` for a list of another length or of other kinds, and for layers with a window where
  ///   there is none: transformers refuses those when it makes their mask.
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
    let sliding = (0..<layerCount).map { layer in
      types.map { $0[layer] == "sliding_attention" } ?? isSliding(layer)
    }
    if window == nil, sliding.contains(true), types != nil || null == .missing {
      let names = types == nil ? "the class gives layers a window" : "layer_types names layers with a window"
      throw LanguageModelError.configuration("\(names), \(reason)")
    }
    return sliding.map { $0 ? window : nil }
  }
}
