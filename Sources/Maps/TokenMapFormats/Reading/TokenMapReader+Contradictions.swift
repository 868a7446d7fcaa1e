import CMCAlignment
import CMCPrimitives
import CMCVocabulary

extension TokenMapReader {
  /// Refuses a vocabulary whose figures cannot all be true.
  ///
  /// - Parameters:
  ///   - side: What the file says of the vocabulary.
  ///   - name: How the file's figures begin, such as `source.` or `source_`.
  ///   - rows: How many rows the map has, where they are those of this vocabulary.
  static func checkFigures(_ side: MapSide, _ name: String, rows: Int?) throws(MapContentError) {
    if let kinds = side.kinds {
      let found = kinds.reduce(0) { $0 + ($1 == .hole ? 0 : 1) }
      if let tokens = side.tokens, tokens != found {
        throw .contradiction(
          "\(name)tokens", says: "\(tokens)", but: "the number of tokens in \(name)kinds", saying: "\(found)")
      }
    } else if let tokens = side.tokens {
      if let maxID = side.maxID, tokens > maxID + 1 {
        throw .contradiction("\(name)tokens", says: "\(tokens)", but: "\(name)max_id", saying: "\(maxID)")
      }
      if let count = side.pieces?.count, tokens > count {
        throw .contradiction(
          "\(name)tokens", says: "\(tokens)", but: "the number of \(name)pieces", saying: "\(count)")
      }
    }
    guard let rows else { return }
    let least = [side.tokens, side.kinds?.count, side.pieces?.count, side.maxID.map { $0 + 1 }]
    for (column, least) in zip(["tokens", "kinds", "pieces", "max_id"], least) {
      guard let least, least > rows else { continue }
      let isCount = column == "kinds" || column == "pieces"
      throw .contradiction(
        isCount ? "the number of \(name)\(column)" : "\(name)\(column)",
        says: "\(column == "max_id" ? least - 1 : least)", but: "the number of rows", saying: "\(rows)")
    }
  }

  /// Refuses kinds and pieces that are not one for each id of a vocabulary.
  static func checkLengths(_ side: MapSide, _ name: String) throws(MapContentError) {
    for (column, found) in [("kinds", side.kinds?.count), ("pieces", side.pieces?.count)] {
      guard let found else { continue }
      if let maxID = side.maxID, found != maxID + 1 {
        throw .contradiction(
          "\(name).max_id", says: "\(maxID)", but: "the number of \(name).\(column)", saying: "\(found)")
      }
      if let kinds = side.kinds?.count, found != kinds {
        throw .contradiction(
          "the number of \(name).\(column)", says: "\(found)", but: "the number of \(name).kinds",
          saying: "\(kinds)")
      }
    }
  }

  /// Refuses entries whose method, distance and targets cannot all be true.
  ///
  /// A distance of -1 says that none is known, whatever decided: some formats do not keep it.
  static func checkColumns(_ map: TokenMap, method: (Int) -> String) throws(MapContentError) {
    for row in map.ids.indices where map.distances[row] > 0 || map.ids[row] < 0 {
      let distance = map.distances[row]
      if map.ids[row] < 0 {
        guard distance >= 0 else { continue }
        throw .contradiction(
          "distance[\(row)]", says: "\(distance)", but: "the id of row \(row)", saying: "-1, no target")
      }
      guard isWhole(map.methods[row]) else { continue }
      throw .contradiction(
        "distance[\(row)]", says: "\(distance)", but: method(row),
        saying: map.methods[row] == .override ? "override, whose distance is 0" : "one of equal tokens")
    }
    for (row, sequence) in map.sequences.sorted(by: { $0.key < $1.key }) where sequence.ids.count > 1 {
      let decided = map.methods[Int(row)]
      guard decided == .exact || decided == .role else { continue }
      throw .contradiction(
        "the number of targets of row \(row)", says: "\(sequence.ids.count)", but: method(Int(row)),
        saying: "one of equal tokens, where there is one target")
    }
  }

  private static func isWhole(_ method: MapMethod) -> Bool {
    method == .exact || method == .role || method == .override
  }

  /// Refuses kinds that a file states beside a vocabulary's fingerprint and that are not the vocabulary's.
  static func checkKinds(_ side: MapSide, _ known: MapSide?, _ name: String) throws(MapContentError) {
    guard let stated = side.kinds, let known, let kinds = known.kinds, side.fingerprint != nil,
      side.fingerprint == known.fingerprint, stated != kinds
    else { return }
    let id = zip(stated, kinds).enumerated().first { $1.0 != $1.1 }?.offset
    throw .contradiction(
      "\(name).kinds", says: id.map { "\(stated[$0].name) for id \($0)" } ?? "of \(stated.count) ids",
      but: "the vocabulary of its fingerprint",
      saying: id.map { "\(kinds[$0].name) there" } ?? "of \(kinds.count)")
  }

  /// What the user should know of stated figures that can be true together, though they seldom are.
  ///
  /// Tokenizers with tokens that were added beside their model have more ids than the model has logits.
  static func widthNotes(_ map: TokenMap) -> [String] {
    [("source", map.source), ("target", map.target)].compactMap { name, side in
      guard let width = side.logitsWidth, let maxID = side.maxID, width <= maxID else { return nil }
      return
        "the map's \(name) has \(width) logits, but its highest token id is \(maxID): the tokens from \(width) on have no logit"
    }
  }
}
