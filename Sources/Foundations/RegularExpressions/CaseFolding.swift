/// What characters are the same when case is ignored, in the version of Unicode that the original libraries know.
enum CaseFolding {
  /// The other scalars that fold to the same one, for each scalar that has such.
  static let others: [UInt32: [UInt32]] = {
    var result: [UInt32: [UInt32]] = [:]
    for members in CaseFoldingTable.alike.split(separator: 0) {
      for member in members { result[member] = members.filter { $0 != member } }
    }
    return result
  }()

  /// What a scalar folds to that does not fold to one scalar, as `ß` to `ss`.
  static let expansions: [UInt32: [UInt32]] = {
    let entries = CaseFoldingTable.expansions.split(separator: 0).compactMap { entry in
      entry.first.map { ($0, Array(entry.dropFirst())) }
    }
    return Dictionary(entries) { first, _ in first }
  }()

  /// The scalars that fold to a sequence, ascending.
  static let scalars: [[UInt32]: [UInt32]] = Dictionary(grouping: expansions.keys.sorted()) {
    expansions[$0] ?? []
  }

  /// One scalar for all that fold to the same one: the one that the sequences are written in.
  static func simple(_ scalar: UInt32) -> UInt32 {
    guard expansions[scalar] == nil, let others = others[scalar] else { return scalar }
    return others.first(where: sequenceScalars.contains) ?? scalar
  }

  private static let sequenceScalars = Set(expansions.values.joined())
}

extension ScalarSet {
  /// The set with all scalars that equal one of its own when case is ignored: simple folding, one scalar to one.
  ///
  /// - Complexity: O(cased scalars, or those of the set where they are fewer).
  var ignoringCase: ScalarSet {
    var added: [ClosedRange<UInt32>] = []
    if count <= 256 {
      for value in ranges.joined() { added += (CaseFolding.others[value] ?? []).map { $0...$0 } }
    } else {
      for (value, others) in CaseFolding.others where contains(value) { added += others.map { $0...$0 } }
    }
    return ScalarSet(ranges + added)
  }
}
