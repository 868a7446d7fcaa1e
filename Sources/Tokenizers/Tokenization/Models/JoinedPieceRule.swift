import CMCPrimitives

/// Neighbours merge where their bytes together are a piece; its priority decides which first.
///
/// So tiktoken and SentencePiece define their encodings: no list of merges is needed, and pieces that no merge reaches
/// cost nothing.
struct JoinedPieceRule: PairRule {
  let lookup: ByteStringIndex.Lookup
  /// The priority of each id.
  let priorities: UnsafeBufferPointer<UInt32>
  /// The length of the longest piece.
  let limit: Int

  @inline(__always)
  func merge(_ left: Int32, _ right: Int32, joined: UnsafeBufferPointer<UInt8>) -> PairMerge {
    guard joined.count <= limit, let row = lookup.row(of: joined) else { return .none }
    return PairMerge(priority: priorities[row], result: Int32(truncatingIfNeeded: row))
  }
}

/// Pieces by their bytes, with a priority each.
struct PrioritizedPieces: Sendable {
  let index: ByteStringIndex
  /// The priority of each row.
  let priorities: [UInt32]
  /// The length of the longest piece.
  let limit: Int

  /// Indexes the rows that are included.
  init(_ table: ByteTable, priorities: [UInt32], where isIncluded: (Int) -> Bool) {
    index = ByteStringIndex(table, where: isIncluded)
    self.priorities = priorities
    limit = (0..<table.count).reduce(0) { isIncluded($1) ? max($0, table.length($1)) : $0 }
  }

  /// The pieces as a rule, for the length of one closure.
  func withRule<R>(_ body: (JoinedPieceRule) -> R) -> R {
    index.withUnsafeLookup { lookup in
      priorities.withUnsafeBufferPointer {
        body(JoinedPieceRule(lookup: lookup, priorities: $0, limit: limit))
      }
    }
  }
}
