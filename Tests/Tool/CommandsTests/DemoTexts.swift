import CMCFastJSON
import CMCPrimitives
import Foundation
import Testing

/// What the tokenizers library says of some texts: the file that Tests/Scripts/compare_demo_texts.py writes.
struct DemoTexts {
  /// One text in one vocabulary.
  struct Answer {
    /// The text's bytes; not always UTF-8.
    let text: [UInt8]
    /// Its tokens, with special tokens as plain text.
    let ids: [Int]
    /// Its tokens with special ones parsed, and with those that the tokenizer puts around a text.
    let special: [Int]
    /// What `ids` decode to.
    let decoded: String

    /// Whether the text is UTF-8.
    var isValid: Bool { String(validating: text, as: UTF8.self) != nil }
  }

  /// The vocabularies, by the names of their folders.
  static let names = ["harbor", "meadow"]

  /// The answers for one vocabulary.
  static func answers(_ name: String) throws -> [Answer] {
    let url = try #require(Bundle.module.url(forResource: "Golden/demo_texts", withExtension: "json"))
    let root = try JSONDocument(try readFile(url.path)).root
    let texts = try #require(root["texts"]?.elements)
    let rows = try #require(root[name]?.elements)
    try #require(texts.count == rows.count && rows.count >= 10)
    return try zip(texts, rows).map { text, row in
      Answer(
        text: try bytes(try #require(text.string)), ids: try ids(row["ids"]),
        special: try ids(row["special"]),
        decoded: try #require(row["decoded"]?.string))
    }
  }

  private static func ids(_ value: JSONValue?) throws -> [Int] {
    try #require(value).elements.compactMap(\.int)
  }

  private static func bytes(_ hexadecimal: String) throws -> [UInt8] {
    let digits = Array(hexadecimal)
    return try stride(from: 0, to: digits.count, by: 2).map {
      try #require(UInt8(String(digits[$0..<$0 + 2]), radix: 16))
    }
  }
}
