import CMCAlignment
import CMCFastJSON
import CMCVocabulary

extension TokenMapReader {
  /// A target id, or -1.
  ///
  /// Ids are bounded as those of vocabularies are, so that what allocates by id allocates little.
  static func id(_ value: Int64, at place: @autoclosure () -> String) throws(TokenMapFormatError) -> Int32 {
    guard value >= -1, value < VocabularyBuilder.idLimit else {
      throw .value(
        place: place(), reason: "id \(value) is outside -1…\(VocabularyBuilder.idLimit - 1)")
    }
    return Int32(value)
  }

  /// An array of integers within bounds.
  static func integers(
    _ value: JSONValue, _ column: String, in range: ClosedRange<Int>, expected: Int? = nil
  ) throws -> [Int32] {
    var numbers: [Int32] = []
    numbers.reserveCapacity(expected ?? value.countHint)
    try value.forEachElement { index, element in
      guard let number = element.int else {
        throw JSONError.wrongType(path: "\(column)[\(index)]", wanted: "an integer", found: element.typeName)
      }
      guard range.contains(number), let small = Int32(exactly: number) else {
        throw TokenMapFormatError.value(
          place: "\(column)[\(index)]", reason: "\(number) is outside \(range.lowerBound)…\(range.upperBound)"
        )
      }
      numbers.append(small)
    }
    if let expected, numbers.count != expected {
      throw TokenMapFormatError.length(column: column, found: numbers.count, expected: expected)
    }
    return numbers
  }

  /// The id that a key stands for, written as this program writes it; nil where it is another text.
  ///
  /// `+0` and `00` would stand for what `0` stands for, and two keys for one row.
  static func canonicalID(_ key: some Collection<UInt8>) -> Int? {
    guard (1...10).contains(key.count), key.allSatisfy({ (48...57).contains($0) }),
      key.count == 1 || key.first != 48
    else { return nil }
    return key.reduce(0) { $0 * 10 + Int($1 - 48) }
  }

  /// All ids that a target can have.
  static let idRange = -1...VocabularyBuilder.idLimit - 1

  /// A map of ids alone.
  static func bare(_ ids: [Int32]) -> TokenMap {
    TokenMap(
      source: MapSide(name: ""), target: MapSide(name: ""),
      choices: ids.map { id in
        TargetChoice(id: id, method: id < 0 ? .unmatched : .imported, distance: TokenMap.noDistance)
      })
  }
}
