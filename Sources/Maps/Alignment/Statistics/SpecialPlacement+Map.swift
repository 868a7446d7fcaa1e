import CMCVocabulary

extension SpecialPlacement {
  /// The placements of all special tokens as far as a map alone tells: without roles, with the method for a reason.
  ///
  /// - Complexity: O(rows).
  package static func all(in map: TokenMap) -> [SpecialPlacement] {
    (0..<Int32(map.count)).filter { map.source.kind($0) == .special }.map { id in
      let isMatched = map.isMatched(id)
      return SpecialPlacement(
        token: map.source.token(id), roles: [], targets: isMatched ? map.row(id).targets : [],
        reason: isMatched || map.methods[Int(id)] == .override
          ? "by \(map.methods[Int(id)].name)" : "no special token of the target shares its role or piece")
    }
  }
}
