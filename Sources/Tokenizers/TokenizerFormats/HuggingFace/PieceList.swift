import CMCFastJSON
import CMCPrimitives
import CMCVocabulary

/// The pieces of a model in the order of its file, each with its id.
struct PieceList {
  private(set) var pieces: ByteTable
  private(set) var ids: [Int32]
  /// One score a piece where the file gives scores.
  private(set) var scores: [Float] = []
  /// The same in double precision, where single precision does not hold one of them; else empty.
  private(set) var exactScores: [Double] = []

  /// Reads an object from piece to id.
  ///
  /// - Throws: ``HFTokenizerError/badID(path:found:)``, `JSONError`.
  init(object: JSONValue) throws {
    let hint = min(object.countHint, VocabularyBuilder.idLimit)
    var pieces = ByteTable(rows: hint, bytes: hint * 8)
    var ids: [Int32] = []
    ids.reserveCapacity(hint)
    try object.forEachInteger { key, id in
      guard id >= 0, id < VocabularyBuilder.idLimit else {
        throw HFTokenizerError.badID(path: "\(object.path)[\(quoted(key))]", found: "\(id)")
      }
      pieces.append(key)
      ids.append(Int32(truncatingIfNeeded: id))
    } otherwise: { key, value in
      throw HFTokenizerError.badID(path: "\(object.path)[\(quoted(key))]", found: shown(value))
    }
    self.pieces = pieces
    self.ids = ids
  }

  /// Reads an array of pairs of piece and score; the id is the index.
  ///
  /// - Throws: `JSONError` naming the element.
  init(scored array: JSONValue) throws {
    let hint = min(array.countHint, VocabularyBuilder.idLimit)
    var pieces = ByteTable(rows: hint, bytes: hint * 8)
    var scores: [Float] = []
    scores.reserveCapacity(hint)
    var exact: [Double] = []
    try array.forEachElement { index, pair in
      var found = 0
      try pair.forEachElement { place, value in
        found += 1
        if place == 0, value.withStringBytes({ pieces.append($0) }) != nil { return }
        if place == 1, let score = value.double.map(LibraryNumber.read) {
          scores.append(Float(score))
          if !exact.isEmpty || Double(Float(score)) != score {
            if exact.isEmpty { exact = scores.dropLast().map(Double.init) }
            exact.append(score)
          }
          return
        }
        throw JSONError.wrongType(
          path: "\(array.path)[\(index)][\(place)]", wanted: place == 0 ? "a piece" : "a score",
          found: value.typeName)
      }
      guard found == 2 else {
        throw JSONError.wrongType(
          path: "\(array.path)[\(index)]", wanted: "piece and score", found: "\(found) values")
      }
      guard index < VocabularyBuilder.idLimit else { throw VocabularyError.idOutOfRange(index) }
    }
    self.pieces = pieces
    self.scores = scores
    exactScores = exact
    ids = (0..<Int32(pieces.count)).map { $0 }
  }

  /// The number of pieces.
  var count: Int { ids.count }

  /// An index from piece to row.
  func index() -> ByteStringIndex { ByteStringIndex(pieces) }

  /// The exact scores by id, where there are any.
  func exactScoresByID(limit: Int) -> [Double] {
    exactScores.isEmpty
      ? [] : exactScores + [Double](repeating: 0, count: max(0, limit - exactScores.count))
  }

  /// The scores by id.
  func scoresByID(limit: Int) -> [Float] {
    scores + [Float](repeating: 0, count: max(0, limit - scores.count))
  }
}

/// A value in a few words: numbers and strings as they are, others by their type.
private func shown(_ value: JSONValue) -> String {
  if let int = value.int { return "\(int)" }
  if let text = value.stringBytes { return quoted(text) }
  if let number = value.double { return "\(number)" }
  return value.typeName
}
