import CMCPrimitives
package import CMCVocabulary

/// What a vocabulary amounts to, in figures.
package struct VocabularySummary: Sendable {
  /// Tokens of the same bytes and kind.
  package struct Duplicate: Sendable, Equatable {
    /// The ids, ascending, at least two.
    package let ids: [Int32]
    /// The visible form they share.
    package let piece: String
  }

  /// How many tokens there are of each kind, in the order of ``TokenKind``; holes are those below the highest id.
  package let kinds: [(kind: TokenKind, count: Int)]
  /// How many tokens belong to each row of the script table, the largest first.
  package let classes: [(tokenClass: TokenClass, count: Int)]
  /// How many tokens have each length in bytes, ascending; special tokens are left out.
  package let lengths: [(bytes: Int, count: Int)]
  /// The ids that have no token, as ascending ranges.
  package let holes: [ClosedRange<Int32>]
  /// Tokens that cannot be told apart by kind and bytes, by their lowest id.
  package let duplicates: [Duplicate]
  /// Byte values that no combination of tokens can write.
  package let missingBytes: [UInt8]

  /// Counts a vocabulary.
  ///
  /// - Complexity: O(bytes of the vocabulary).
  package init(_ vocabulary: Vocabulary) {
    var kindCounts: [TokenKind: Int] = [:]
    var classCounts: [TokenClass: Int] = [:]
    var lengthCounts: [Int: Int] = [:]
    var holes: [ClosedRange<Int32>] = []
    var idsByBytes: [ArraySlice<UInt8>: [Int32]] = [:]
    var writable = Set<UInt8>()
    for id in 0..<Int32(vocabulary.idLimit) {
      let kind = vocabulary.kind(id)
      let bytes = vocabulary.canonical[Int(id)]
      kindCounts[kind, default: 0] += 1
      guard kind != .hole else {
        if let last = holes.last, last.upperBound == id - 1 {
          holes[holes.count - 1] = last.lowerBound...id
        } else {
          holes.append(id...id)
        }
        continue
      }
      classCounts[TokenClass(bytes, kind), default: 0] += 1
      guard kind != .special else { continue }
      lengthCounts[bytes.count, default: 0] += 1
      idsByBytes[bytes, default: []].append(id)
      if bytes.count == 1, let byte = bytes.first { writable.insert(byte) }
    }
    kinds = TokenKind.allCases.compactMap { kind in kindCounts[kind].map { (kind: kind, count: $0) } }
    classes = classCounts.map { (tokenClass: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.tokenClass.name) < ($0.count, $1.tokenClass.name) }
    lengths = lengthCounts.map { (bytes: $0.key, count: $0.value) }.sorted { $0.bytes < $1.bytes }
    self.holes = holes
    duplicates = Self.duplicates(idsByBytes, vocabulary)
    missingBytes = (UInt8.min...UInt8.max).filter { !writable.contains($0) }
  }

  private static func duplicates(
    _ idsByBytes: [ArraySlice<UInt8>: [Int32]], _ vocabulary: Vocabulary
  ) -> [Duplicate] {
    var found: [Duplicate] = []
    for ids in idsByBytes.values where ids.count > 1 {
      for same in Dictionary(grouping: ids, by: { vocabulary.kind($0) }).values where same.count > 1 {
        found.append(Duplicate(ids: same, piece: vocabulary.token(same[0]).label))
      }
    }
    return found.sorted { $0.ids[0] < $1.ids[0] }
  }
}
