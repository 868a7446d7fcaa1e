extension ModelConfiguration {
  /// The lengths of texts up to which positions turn by one set of angles, and beyond by another, ascending (``LongRope``).
  private var turningLengths: [Int] {
    guard case .rotary(_, let global, let local) = positions else { return [] }
    return Set([global, local].compactMap { $0?.shortContext }).sorted()
  }

  /// Which angles the positions of a text of some length turn by: texts with the same number have the same ones.
  func turning(ofTextsOf length: Int) -> Int { turningLengths.count { length > $0 } }

  /// The pieces in which positions are to be read so that the logits of each are those of the text up to it.
  ///
  /// - Parameters:
  ///   - positions: The new positions of a history.
  ///   - first: The first whose logits are wanted: what comes before needs no pieces of its own.
  func turningPieces(_ positions: Range<Int>, rowsFrom first: Int) -> [Range<Int>] {
    let ends = turningLengths.filter { $0 > first && positions.contains($0) } + [positions.upperBound]
    return zip([positions.lowerBound] + ends, ends).map { $0..<$1 }
  }
}
