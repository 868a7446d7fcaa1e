import CMCPrimitives

/// Why two maps, or a map and a vocabulary, do not go together.
package enum TokenMapToolError: DescribedError, Equatable {
  /// The vocabulary between two maps, or that of one side of a map, is another one.
  case fingerprint(side: String, expected: String, found: String)
  /// Sizes show that the vocabularies differ.
  case size(side: String, expected: Int, found: Int)
  /// The map has fewer rows than the source vocabulary has ids.
  case tooShort(rows: Int, needed: Int)
  /// An entry goes to an id that the target does not have.
  case idOutOfRange(source: Int, id: Int, limit: Int)
  /// A requirement is about something that the map does not tell.
  case vocabularyNeeded(String, side: String)

  /// What and where in one line.
  package var description: String {
    switch self {
    case .fingerprint(let side, let expected, let found):
      "\(side): another vocabulary (fingerprint \(expected.prefix(12)) expected, found \(found.prefix(12)))"
    case .size(let side, let expected, let found): "\(side): highest id \(expected) expected, found \(found)"
    case .tooShort(let rows, let needed): "the map has \(rows) rows, the source vocabulary \(needed) ids"
    case .idOutOfRange(let source, let id, let limit):
      "entry \(source) goes to id \(id), the target's highest is \(limit)"
    case .vocabularyNeeded(let purpose, let side): "\(purpose) needs the \(side) vocabulary"
    }
  }

  /// What to do about it.
  package var hint: String? {
    switch self {
    case .fingerprint, .size, .tooShort, .idOutOfRange: "align the two vocabularies anew with cmc align"
    case .vocabularyNeeded(_, let side): "give it with --\(side)"
    }
  }
}
