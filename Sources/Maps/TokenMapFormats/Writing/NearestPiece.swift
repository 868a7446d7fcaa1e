import CMCAlignment
import CMCVocabulary

/// The target piece with the least edit distance to a source piece, found by looking at every candidate.
///
/// For the few entries of a map that a format cannot leave out; the alignment engine has the fast way.
struct NearestPiece {
  private let sources: [[Unicode.Scalar]]
  private let targets: [(id: Int32, scalars: [Unicode.Scalar])]
  private let specials: [(id: Int32, scalars: [Unicode.Scalar])]
  private let placeOfTarget: [Int32: Int]

  init(_ map: TokenMap, _ options: TokenMapWriteOptions, format: TokenMapFormat) throws {
    let sources = try Self.names(
      map.source, options.sourcePieces == nil ? nil : options, isSource: true, format)
    let targets = try Self.names(
      map.target, options.targetPieces == nil ? nil : options, isSource: false, format)
    self.sources = (0..<sources.count).map { Self.scalars(sources[$0]) }
    let all = (0..<targets.count).filter { targets.isToken($0) }
    let isSpecial = { (id: Int) in targets.kinds.map { id < $0.count && $0[id] == .special } ?? false }
    self.targets = all.filter { !isSpecial($0) }.map { (Int32($0), Self.scalars(targets[$0])) }
    specials = all.filter(isSpecial).map { (Int32($0), Self.scalars(targets[$0])) }
    placeOfTarget = Dictionary(uniqueKeysWithValues: self.targets.enumerated().map { ($1.id, $0) })
  }

  /// The nearest target; the lowest id on ties; nil where there is no target at all.
  func target(of source: Int) -> Int32? { nearest(to: source, in: targets) }

  /// The nearest special target; the lowest id on ties; nil where the target has no special token.
  func specialTarget(of source: Int) -> Int32? { nearest(to: source, in: specials) }

  private func nearest(to source: Int, in targets: [(id: Int32, scalars: [Unicode.Scalar])]) -> Int32? {
    let piece = source < sources.count ? sources[source] : []
    var best: (id: Int32, distance: Int)?
    for target in targets {
      let limit = best.map { $0.distance } ?? Int.max
      guard abs(target.scalars.count - piece.count) < limit else { continue }
      let distance = Self.distance(piece, target.scalars)
      if distance < limit { best = (target.id, distance) }
    }
    return best?.id
  }

  /// The distance between a source and a target, or -1 where the target is special.
  func distance(_ source: Int, _ id: Int32) -> Int32 {
    guard let place = placeOfTarget[id] else { return TokenMap.noDistance }
    return Int32(
      clamping: Self.distance(source < sources.count ? sources[source] : [], targets[place].scalars))
  }

  /// Levenshtein's distance, one row of the table at a time.
  ///
  /// - Complexity: O(n · m).
  static func distance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
    var row = Array(0...second.count)
    for (i, scalar) in first.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in second.enumerated() {
        let substituted = diagonal + (scalar == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
      }
    }
    return row[second.count]
  }

  /// Displayed pieces before raw ones: they are spelled alike on both sides.
  private static func names(
    _ side: MapSide, _ options: TokenMapWriteOptions?, isSource: Bool, _ format: TokenMapFormat
  ) throws -> PieceNames {
    let raw = isSource ? options?.sourcePieces : options?.targetPieces
    return try PieceNames.raw(
      side, side.pieces == nil ? raw : nil, side: isSource ? "source" : "target", format: format)
  }

  private static func scalars(_ piece: ArraySlice<UInt8>) -> [Unicode.Scalar] {
    Array(String(decoding: piece, as: UTF8.self).unicodeScalars)
  }
}
