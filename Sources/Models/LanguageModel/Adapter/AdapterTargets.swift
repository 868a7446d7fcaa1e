internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCRegularExpressions

/// Which modules an adapter's configuration means, by PEFT's rules.
struct AdapterTargets {
  private enum Names {
    /// Names, each a whole name or the end of one from a dot on.
    case list([String])
    /// A pattern for whole names.
    case pattern(NamePattern)
    /// Every linear module but the head.
    case allLinear

    func matches(_ name: String, isHead: Bool, isLinear: Bool) throws -> Bool {
      switch self {
      case .list(let names): names.contains { name == $0 || name.hasSuffix("." + $0) }
      case .pattern(let pattern): try pattern.matches(name)
      case .allLinear: isLinear && !isHead
      }
    }
  }

  /// What `target_modules` says, for errors.
  let shown: String
  private let targets: Names
  private let excluded: Names?
  private let saved: [NamePattern]
  /// Nil for all.
  private let layers: [Int]?
  private let layerPatterns: [NamePattern]
  private let layerNames: [String]

  /// Reads the members that name modules.
  ///
  /// - Throws: ``AdapterError``, `JSONError`, `RegexError`.
  init(_ json: ConfigurationJSON, savedModules: [String]) throws {
    guard let targets = try Self.names(json, "target_modules") else {
      throw AdapterError.setting(
        "target_modules", reason: "is missing: which modules are adapted is not said")
    }
    self.targets = targets
    shown = try json.stringOrStrings("target_modules")?.joined(separator: ", ") ?? ""
    excluded = try Self.names(json, "exclude_modules")
    // A saved module takes the modules inside it with it.
    saved = try savedModules.map { try NamePattern("(?:|.*\\.)(?:\($0))(?:|\\..*)") }
    let layers = try json.intOrInts("layers_to_transform")
    self.layers = layers.flatMap { $0.isEmpty ? nil : $0 }
    layerNames = (try json.stringOrStrings("layers_pattern") ?? []).filter { !$0.isEmpty }
    layerPatterns = try layerNames.map { try NamePattern("(?:|.*?\\.)(?:\($0))") }
  }

  /// Whether a module is meant.
  ///
  /// - Parameters:
  ///   - name: Its whole name.
  ///   - isHead: Whether it makes the logits.
  ///   - isLinear: Whether it is a product; embeddings are not.
  func contains(_ name: String, isHead: Bool, isLinear: Bool) throws -> Bool {
    if try excluded?.matches(name, isHead: isHead, isLinear: isLinear) ?? false { return false }
    if try saved.contains(where: { try $0.matches(name) }) { return false }
    guard try targets.matches(name, isHead: isHead, isLinear: isLinear) else { return false }
    // Layers are looked at for a list of names alone, and not for a name that is given in full.
    guard case .list(let names) = targets, !names.contains(name), let layers else { return true }
    guard let layer = try layer(of: name) else { return false }
    return layers.contains(layer)
  }

  /// The first number in a name that stands after what `layers_pattern` says, or after any name.
  private func layer(of name: String) throws -> Int? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    for index in parts.indices.dropLast() {
      guard let number = Int(parts[index]), index > 0 else { continue }
      let before = parts[..<index].joined(separator: ".")
      if layerPatterns.isEmpty {
        // Two names must stand before the number.
        if index > 1 { return number }
      } else if try layerPatterns.contains(where: { try $0.matches(before) }) {
        return number
      }
    }
    return nil
  }

  private static func names(_ json: ConfigurationJSON, _ key: String) throws -> Names? {
    guard let names = try json.stringOrStrings(key), !names.isEmpty else { return nil }
    guard json.isString(key) else { return .list(names) }
    if names[0].isEmpty { return nil }
    return names[0].lowercased() == "all-linear" ? .allLinear : .pattern(try NamePattern(names[0]))
  }
}
