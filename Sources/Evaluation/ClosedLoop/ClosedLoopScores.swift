extension ClosedLoopResult {
  /// How well answers to task A's prompts are.
  public struct Scores: Sendable, Equatable {
    /// The whole answer is right, and ended.
    public var exactMatch: Estimate
    /// The answer has the frame of a record.
    public var format: Estimate
    /// The record has the right name.
    public var name: Estimate
    /// The record has the right key with the right value.
    public var value: Estimate
    /// Exact matches by what was asked, the names ascending.
    public var attributes: [Attribute]

    /// Scores answers.
    ///
    /// - Parameters:
    ///   - answers: What was written, and whether it was ended, in the order of the right answers.
    ///   - references: The right answers, at least one.
    /// - Returns: nil where there are none.
    public init?(
      _ answers: [(text: String, isEnded: Bool)], references: [String], resampling: Resampling
    ) {
      precondition(answers.count == references.count, "an answer to every prompt")
      let pairs = zip(answers, references).map {
        ($0.text, $0.isEnded, TaskARecord($0.text), $1, TaskARecord($1))
      }
      func share(_ holds: (String, Bool, TaskARecord?, String, TaskARecord?) -> Bool) -> Estimate? {
        resampling.mean(pairs.map { holds($0.0, $0.1, $0.2, $0.3, $0.4) ? 1 : 0 })
      }
      func isRight(_ text: String, _ isEnded: Bool, _ reference: String) -> Bool {
        isEnded && TaskARecord.trimmed(text).utf8.elementsEqual(reference.utf8)
      }
      guard let exactMatch = share({ text, isEnded, _, reference, _ in isRight(text, isEnded, reference) }),
        let format = share({ _, _, record, _, _ in record != nil }),
        let name = share({ _, _, record, _, right in record != nil && record?.name == right?.name }),
        let value = share({ _, _, record, _, right in
          record != nil && record?.key == right?.key && record?.value == right?.value
        })
      else { return nil }
      (self.exactMatch, self.format, self.name, self.value) = (exactMatch, format, name, value)
      attributes = Set(pairs.compactMap(\.4?.key)).sorted().compactMap { key in
        let own = pairs.filter { $0.4?.key == key }.map { isRight($0.0, $0.1, $0.3) ? 1.0 : 0 }
        return resampling.mean(own).map { Attribute(name: key, exactMatch: $0) }
      }
    }
  }
}

/// A record as task A asks for it: `{ "name": NAME, "key": VALUE }`.
struct TaskARecord: Equatable {
  let name: String
  let key: String
  let value: String

  /// The record of a text; nil where it has another form.
  init?(_ text: String) {
    let text = Self.trimmed(text)
    let (open, close, quote) = ("{ \"name\": ", " }", "\": ")
    guard text.hasPrefix(open), text.hasSuffix(close), text.count > open.count + close.count else {
      return nil
    }
    let inner = text.dropFirst(open.count).dropLast(close.count)
    guard let comma = inner.firstRange(of: ", \"") else { return nil }
    let rest = inner[comma.upperBound...]
    guard let end = rest.firstRange(of: quote) else { return nil }
    name = String(inner[..<comma.lowerBound])
    key = String(rest[..<end.lowerBound])
    value = String(rest[end.upperBound...])
  }

  /// A text without blanks at its ends.
  static func trimmed(_ text: String) -> String {
    let isBlank = { (character: Character) in character.isWhitespace }
    guard let first = text.firstIndex(where: { !isBlank($0) }),
      let last = text.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(text[first...last])
  }
}
