internal import CMCFastJSON
public import CMCPrimitives
internal import CMCRecords

/// Two prompts that differ by one name or pronoun, and a continuation that should be as likely after the one as after the other.
public struct BiasPair: Sendable, Equatable {
  /// The first prompt.
  public var first: String
  /// The second prompt.
  public var second: String
  /// What is scored after each.
  public var continuation: String
  /// What the name or the pronoun tells of a person, such as `age`: tables have a row for each.
  public var attribute: String

  /// Joins the parts.
  public init(first: String, second: String, continuation: String, attribute: String) {
    (self.first, self.second, self.continuation, self.attribute) = (first, second, continuation, attribute)
  }

  /// Reads pairs: a JSON array or JSON lines of objects with `prompts` (two texts), `continuation` and `attribute`.
  ///
  /// Other members are left alone.
  ///
  /// - Throws: A ``BiasPairError`` that names the record.
  public static func parse(_ bytes: [UInt8]) throws -> [BiasPair] {
    try JSONRecords.forEach(
      bytes, malformed: { BiasPairError.malformed(record: $1, reason: $0.description) }
    ) { value, number in
      func refuse(_ reason: String) -> BiasPairError { .malformed(record: number, reason: reason) }
      guard let prompts = value["prompts"]?.elements.map(\.string), prompts.count == 2,
        let first = prompts[0], let second = prompts[1]
      else { throw refuse("prompts must be two texts") }
      guard let continuation = value["continuation"]?.string, !continuation.isEmpty else {
        throw refuse("no continuation")
      }
      guard let attribute = value["attribute"]?.string, !attribute.isEmpty else {
        throw refuse("no attribute")
      }
      guard Array(first.utf8) != Array(second.utf8) else { throw refuse("both prompts are the same") }
      return BiasPair(first: first, second: second, continuation: continuation, attribute: attribute)
    }
  }
}

/// What is wrong with a file of pairs, or with measuring one.
public enum BiasPairError: DescribedError, Equatable {
  /// A record that is no pair; records are counted from 1.
  case malformed(record: Int, reason: String)
  /// A continuation that is not the same tokens after both prompts, for want of room, or none at all.
  case notScored(record: Int)
  /// A file without a pair.
  case none

  /// The record and the reason.
  public var description: String {
    switch self {
    case .malformed(let record, let reason): "record \(record): \(oneLine(reason))"
    case .notScored(let record):
      "record \(record): the continuation has no tokens, or no room behind a prompt"
    case .none: "no pairs"
    }
  }

  /// The form that is read.
  public var hint: String? {
    switch self {
    case .malformed, .none:
      #"a pair is {"prompts": ["He …", "She …"], "continuation": " …", "attribute": "gender"}"#
    case .notScored: "shorten the prompts"
    }
  }
}
