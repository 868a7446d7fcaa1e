public import CMCAlignment
internal import CMCHashing
internal import CMCPrimitives

/// Two runs that can be compared: the same prompts, and a way from the first's columns to the second's.
public struct RunPair: Sendable {
  /// The run whose columns are kept.
  public let first: CaptureRun
  /// The run whose columns are looked up through the map.
  public let second: CaptureRun
  /// The map and its file, where the vocabularies differ.
  public let map: (map: TokenMap, path: String)?
  let mapping: ColumnMapping
  /// What could not be checked.
  public let notes: [String]

  /// Checks two runs against each other and a map.
  ///
  /// - Parameter map: The map from the first vocabulary to the second and the name of its file; nil for one vocabulary.
  /// - Throws: ``LogitShiftError``.
  public init(_ first: CaptureRun, _ second: CaptureRun, map: (map: TokenMap, path: String)?) throws {
    self.first = first
    self.second = second
    self.map = map
    let (one, other) = (first.description, second.description)
    try Self.comparePrompts(one, other)
    var notes: [String] = []
    if let map {
      notes += try Self.check(map.map, from: one, to: other)
      mapping = ColumnMapping(map.map, secondWidth: other.width)
    } else {
      if let a = one.fingerprint, let b = other.fingerprint {
        guard a == b else { throw LogitShiftError.mapNeeded(first: first.label, second: second.label) }
      } else {
        guard one.width == other.width else {
          throw LogitShiftError.widthsDiffer(first: one.width, second: other.width)
        }
        notes.append(
          "nothing but their widths says that \(first.label) and \(second.label) share a vocabulary")
      }
      mapping = ColumnMapping(identity: other.width)
    }
    self.notes = notes
  }

  /// The paper's rule for such a pair.
  public var defaultRule: RankingRule { map == nil ? .base : .tuned }

  /// What results say of the map.
  public var mapSummary: MapSummary? {
    map.map { map in
      MapSummary(
        path: map.path, source: map.map.source.name, target: map.map.target.name,
        matched: map.map.ids.count { $0 >= 0 }, total: map.map.count)
    }
  }

  private static func comparePrompts(_ one: RunDescription, _ other: RunDescription) throws(LogitShiftError) {
    // Another prompt says more of what went wrong than another number of them: it is looked for first.
    let count = min(one.prompts.count, other.prompts.count)
    func differ(_ prompt: Int, _ reason: String) -> LogitShiftError {
      .promptsDiffer(first: one.label, second: other.label, prompt: prompt, reason: reason)
    }
    if let prompt = (0..<count).first(where: { one.prompts[$0] != other.prompts[$0] }) {
      throw differ(
        prompt,
        "'\(oneLine(one.prompts[prompt], limit: 40))' and '\(oneLine(other.prompts[prompt], limit: 40))'")
    }
    guard one.prompts.count == other.prompts.count else {
      throw differ(count, "there are \(one.prompts.count) and \(other.prompts.count) prompts")
    }
  }

  /// Checks that a map goes from one run's vocabulary to another's, and says what could not be checked.
  ///
  /// - Throws: ``LogitShiftError/otherVocabulary(side:map:run:)``.
  public static func check(
    _ map: TokenMap, from first: RunDescription, to second: RunDescription
  ) throws(LogitShiftError) -> [String] {
    try check("source", map.source, first) + check("target", map.target, second)
  }

  private static func check(
    _ name: String, _ side: MapSide, _ run: RunDescription
  ) throws(LogitShiftError) -> [String] {
    if let own = side.fingerprint, let fingerprint = run.fingerprint {
      guard own.hex == fingerprint else {
        throw .otherVocabulary(
          side: name, map: "\(side.name) (\(own.short))", run: "\(run.tokenizer) (\(fingerprint.prefix(12)))")
      }
      return []
    }
    if let maxID = side.maxID, maxID >= run.width {
      throw .otherVocabulary(side: name, map: "ids up to \(maxID)", run: "\(run.width) columns")
    }
    return [
      "whether the map's \(name) side is the vocabulary of \(run.label) could not be checked by fingerprint"
    ]
  }
}
