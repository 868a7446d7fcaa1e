import CMCHashing
import CMCPrimitives
public import CMCVocabulary

/// Override files held against two vocabularies: for each source id that a file decides, what it becomes.
public struct ResolvedOverrides: Sendable {
  /// What one source id becomes.
  public struct Decision: Sendable, Equatable {
    /// The target ids; none means "leave unmatched".
    public var targets: [Int32]
    /// How several become one.
    public var combination: TargetSequence.Combination
    /// The file, by its place in ``ResolvedOverrides/files``.
    public var file: Int
    /// The line of its entry.
    public var line: Int
    /// The entry's note.
    public var note: String?
    var isGlob: Bool

    /// The entry of a map that this makes.
    var entry: MapEntry {
      guard let first = targets.first else {
        return MapEntry(id: TokenMap.unmatchedID, method: .override, distance: TokenMap.noDistance)
      }
      if targets.count > 1, let sequence = TargetSequence(ids: targets, combination: combination) {
        return MapEntry(sequence, method: .override, distance: 0)
      }
      return MapEntry(id: first, method: .override, distance: 0)
    }
  }

  /// The decisions by source id.
  public private(set) var decisions: [Int32: Decision] = [:]
  /// The files in the order they were applied.
  public private(set) var files: [OverrideProvenance] = []
  /// What the user should know: later files that changed earlier ones, names that differ.
  public private(set) var notes: [String] = []

  /// No file.
  public static let none = ResolvedOverrides()

  /// Adds a file; it wins over those added before.
  ///
  /// - Throws: ``FileError`` around an ``OverrideError`` for unknown tokens, conflicts and files for other vocabularies.
  public mutating func add(_ file: OverrideFile, source: TokenizerDescription, target: TokenizerDescription)
    throws
  {
    let decided = try withFile(file.name) {
      try check(file.source, is: source, "source", file)
      try check(file.target, is: target, "target", file)
      return try Self.decide(file, index: files.count, source, target)
    }
    var replaced = 0
    for (id, decision) in decided {
      if let before = decisions[id], before.file < files.count, before != decision { replaced += 1 }
      decisions[id] = decision
    }
    if replaced > 0 {
      notes.append(
        "\(file.name) wins over earlier override files for \(replaced) token\(replaced == 1 ? "" : "s")")
    }
    files.append(OverrideProvenance(name: file.name, digest: file.digest))
  }

  private mutating func check(
    _ side: OverrideSide?, is description: TokenizerDescription, _ name: String, _ file: OverrideFile
  ) throws {
    guard let side else { return }
    let fingerprint = description.vocabulary.fingerprint
    if let wanted = side.fingerprint, !fingerprint.hex.hasPrefix(wanted.lowercased()) || wanted.count < 12 {
      throw OverrideError.wrongVocabulary(
        side: name, wanted: "fingerprint \(wanted.prefix(12))",
        found: "\(description.name) (\(fingerprint.short))")
    }
    let known = [description.name, description.family]
    if side.fingerprint == nil, !side.names.isEmpty, !side.names.contains(where: { known.contains($0) }) {
      notes.append(
        "\(file.name) names its \(name) \(side.names.joined(separator: " or ")); it is applied to \(description.name)"
      )
    }
  }

  private static func decide(
    _ file: OverrideFile, index: Int, _ source: TokenizerDescription, _ target: TokenizerDescription
  ) throws(OverrideError) -> [Int32: Decision] {
    let sources = TokenFinder(source.vocabulary)
    let targets = TokenFinder(target.vocabulary)
    var decided: [Int32: Decision] = [:]
    for entry in file.entries {
      let ids = try find(entry.source, sources, "source", entry.line)
      var targetIDs: [Int32] = []
      for selector in entry.targets {
        let found = try find(selector, targets, "target", entry.line)
        if case .glob = selector { targetIDs += found } else { targetIDs.append(found[0]) }
      }
      var isGlob = false
      if case .glob = entry.source { isGlob = true }
      for id in ids {
        let decision = Decision(
          targets: targetIDs, combination: entry.combination, file: index, line: entry.line, note: entry.note,
          isGlob: isGlob)
        if let other = decided[id] {
          if other.isGlob == isGlob { throw .conflict(line: entry.line, otherLine: other.line, id: Int(id)) }
          if isGlob { continue }
        }
        decided[id] = decision
      }
    }
    return decided
  }

  private static func find(
    _ selector: TokenSelector, _ finder: TokenFinder, _ side: String, _ line: Int
  ) throws(OverrideError) -> [Int32] {
    let ids = finder.ids(selector)
    guard !ids.isEmpty else {
      throw .unknownToken(
        line: line, side: side, selector: selector.description, nearest: finder.nearest(to: selector))
    }
    return ids
  }

  /// Puts the decisions into a map.
  func apply(to map: inout TokenMap) {
    for (id, decision) in decisions {
      map[Int(id)] = decision.entry
    }
    map.overrides = files
  }
}
