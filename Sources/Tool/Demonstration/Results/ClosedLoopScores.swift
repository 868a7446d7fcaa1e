package import CMCEvaluation

extension ClosedLoopResult {
  /// How well answers to task A's prompts are.
  package struct Scores: Sendable, Equatable {
    /// The whole answer is right, and ended.
    package var exactMatch: Estimate
    /// The answer has the frame of a record.
    package var format: Estimate
    /// The record has the right name.
    package var name: Estimate
    /// The record has the right key with the right value.
    package var value: Estimate
    /// The right value stands anywhere in the answer, whatever its form.
    package var mention: Estimate
    /// Exact matches by what was asked, the names ascending.
    package var attributes: [Attribute]

    /// Scores answers; intervals are Wilson's.
    ///
    /// - Parameters:
    ///   - answers: What was written, and whether it was ended, in the order of the right answers.
    ///   - references: The right answers, at least one.
    /// - Returns: nil where there are none.
    package init?(_ answers: [(text: String, isEnded: Bool)], references: [String]) {
      precondition(answers.count == references.count, "an answer to every prompt")
      let pairs = zip(answers, references).map { Pair($0, reference: $1) }
      func share(_ holds: (Pair) -> Bool) -> Estimate? { Estimate.share(pairs.map(holds)) }
      guard let exactMatch = share(\.isRight), let format = share({ $0.record != nil }),
        let name = share({ $0.record != nil && $0.record?.name == $0.right?.name }),
        let value = share({
          $0.record != nil && $0.record?.key == $0.right?.key && $0.record?.value == $0.right?.value
        }), let mention = share({ pair in pair.right.map { pair.text.contains($0.value) } ?? false })
      else { return nil }
      (self.exactMatch, self.format, self.name, self.value) = (exactMatch, format, name, value)
      self.mention = mention
      attributes = Set(pairs.compactMap(\.right?.key)).sorted().compactMap { key in
        Estimate.share(pairs.filter { $0.right?.key == key }.map(\.isRight)).map {
          Attribute(name: key, exactMatch: $0)
        }
      }
    }

    /// An answer beside the right one.
    private struct Pair {
      let text: String
      let record: TaskARecord?
      let right: TaskARecord?
      /// Whether it is exactly the right one, and ended.
      let isRight: Bool

      init(_ answer: (text: String, isEnded: Bool), reference: String) {
        text = answer.text
        record = TaskARecord(answer.text)
        right = TaskARecord(reference)
        isRight = answer.isEnded && trimmed(answer.text) == trimmed(reference)
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
    let text = String(decoding: trimmed(text), as: UTF8.self)
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
}
