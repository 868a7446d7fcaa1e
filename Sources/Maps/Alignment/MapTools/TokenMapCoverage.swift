import CMCVocabulary

/// How much of the source vocabulary a map places.
public struct TokenMapCoverage: Sendable, Equatable {
  /// What the shares are of.
  public enum Basis: String, Sendable {
    /// Source tokens that are not special; holes do not count.
    case nonSpecial = "non-special source tokens"
    /// All rows of the map, since it does not tell their kinds.
    case allRows = "all rows, since the map does not tell special tokens"
  }

  /// What the shares are of.
  public var basis: Basis
  /// How many there are.
  public var total: Int
  /// How many of them have a target.
  public var mapped: Int
  /// How many of them have a target with equal bytes.
  public var exact: Int

  /// How many have a target of which the map does not tell whether its bytes are equal: it was imported or placed by an
  /// override file, and the text of the tokens is not known.
  public var unknown: Int

  /// The share with a target, 0 for an empty vocabulary.
  public var coverage: Double { total == 0 ? 0 : Double(mapped) / Double(total) }
  /// The share with a target of equal bytes, as far as is known: see ``unknown``.
  public var exactShare: Double { total == 0 ? 0 : Double(exact) / Double(total) }

  /// Counts the entries of a map.
  ///
  /// - Complexity: O(rows).
  public init(_ map: TokenMap) {
    basis = map.source.kinds == nil ? .allRows : .nonSpecial
    (total, mapped, exact, unknown) = (0, 0, 0, 0)
    for source in map.ids.indices {
      if let kinds = map.source.kinds {
        guard source < kinds.count, kinds[source] != .hole, kinds[source] != .special else { continue }
      }
      total += 1
      guard map.isMatched(Int32(source)) else { continue }
      mapped += 1
      switch map.isExact(Int32(source)) {
      case true: exact += 1
      case false: break
      case nil: unknown += 1
      }
    }
  }
}
