public import CMCVocabulary

/// One row of a map with everything a table shows of it.
public struct MapRow: Sendable {
  /// The source id.
  public let id: Int32
  /// The source token's kind, where the map knows it.
  public let kind: TokenKind?
  /// The source token's row in the script table, where the map has pieces.
  public let tokenClass: TokenClass?
  /// The source token in its visible form, where the map has pieces.
  public let piece: String?
  /// The target ids: none, one, or those of a sequence.
  public let targets: [Int32]
  /// The target tokens in their visible form, where the map has pieces.
  public let targetPieces: [String?]
  /// What decided.
  public let method: MapMethod
  /// The distance, or -1.
  public let distance: Int32
}

extension TokenMap {
  /// The row of a source id.
  public func row(_ id: Int32) -> MapRow {
    let index = Int(id)
    let targets = sequences[id]?.ids ?? (ids[index] >= 0 ? [ids[index]] : [])
    return MapRow(
      id: id, kind: source.kind(id), tokenClass: source.tokenClass(id), piece: source.shown(id),
      targets: targets,
      targetPieces: targets.map { target.shown($0) }, method: methods[index], distance: distances[index])
  }

  /// Whether an id has a token, as far as the map knows.
  public func isToken(_ id: Int32) -> Bool { source.kind(id) != .hole }

  /// Whether an id has a target that exists.
  ///
  /// An id beyond the target's tokens, which a reference-compatible map can hold, is read as unmatched.
  public func isMatched(_ id: Int32) -> Bool {
    let target = ids[Int(id)]
    return target >= 0 && target <= Int32(clamping: self.target.maxID ?? Int(Int32.max))
  }
}
