import CMCHashing
public import CMCVocabulary

extension TokenMap {
  /// Checks that the map belongs to two vocabularies; either may be nil.
  ///
  /// A side with a fingerprint must have that of the vocabulary. A side without one is checked by size.
  ///
  /// - Returns: Notes on what could only be checked by size.
  /// - Throws: ``TokenMapToolError``.
  public func validate(source: TokenizerDescription?, target: TokenizerDescription?) throws -> [String] {
    var notes: [String] = []
    if let source {
      let limit = source.vocabulary.idLimit
      notes += try Self.compare("source", self.source, source)
      guard count >= limit else { throw TokenMapToolError.tooShort(rows: count, needed: limit) }
      let width = Swift.max(limit, source.logitsWidth?.count ?? limit)
      guard count <= width || source.logitsWidth == nil else {
        throw TokenMapToolError.size(side: "source", expected: width - 1, found: count - 1)
      }
    }
    if let target {
      notes += try Self.compare("target", self.target, target)
      let limit = target.vocabulary.idLimit
      if let entry = entry(beyond: limit - 1) {
        throw TokenMapToolError.idOutOfRange(source: entry.source, id: entry.id, limit: limit - 1)
      }
    }
    return notes
  }

  /// The first entry with a target id beyond a limit.
  func entry(beyond limit: Int) -> (source: Int, id: Int)? {
    for source in ids.indices {
      if Int(ids[source]) > limit { return (source, Int(ids[source])) }
    }
    for (source, sequence) in sequences.sorted(by: { $0.key < $1.key }) {
      if let id = sequence.ids.first(where: { Int($0) > limit }) { return (Int(source), Int(id)) }
    }
    return nil
  }

  private static func compare(
    _ name: String, _ side: MapSide, _ description: TokenizerDescription
  ) throws -> [String] {
    let vocabulary = description.vocabulary
    if let fingerprint = side.fingerprint {
      guard fingerprint == vocabulary.fingerprint else {
        throw TokenMapToolError.fingerprint(
          side: name, expected: fingerprint.hex, found: vocabulary.fingerprint.hex)
      }
      return []
    }
    if let maxID = side.maxID, maxID != vocabulary.idLimit - 1 {
      throw TokenMapToolError.size(side: name, expected: maxID, found: vocabulary.idLimit - 1)
    }
    return [
      "the map has no fingerprint of its \(name) vocabulary: only sizes could be compared with \(description.name)"
    ]
  }
}
