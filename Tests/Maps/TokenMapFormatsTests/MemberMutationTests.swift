import CMCAlignment
import CMCPrimitives
import CMCTokenMapFormats
import Foundation
import Testing

/// Every member of an own map taken out, renamed, and of every other type: an error that names it, or harmless as the
/// format's table says.
@Suite struct MemberMutationTests {
  /// A member, whether the map can do without it, and which of the values below it can have.
  struct Member: Sendable, CustomTestStringConvertible {
    let path: [String]
    let canBeLeftOut: Bool
    let takes: Set<String>

    var testDescription: String { path.joined(separator: ".") }

    init(_ path: String, leftOut: Bool, takes: Set<String> = []) {
      self.path = path.split(separator: ".").map(String.init)
      canBeLeftOut = leftOut
      self.takes = takes
    }
  }

  static let members: [Member] =
    [
      Member("version", leftOut: false, takes: ["1"]), Member("tool", leftOut: true, takes: [#""1""#]),
      Member("source", leftOut: false, takes: ["{}"]), Member("target", leftOut: false, takes: ["{}"]),
      Member("ids", leftOut: false), Member("method", leftOut: false), Member("distance", leftOut: false),
      Member("sequences", leftOut: true, takes: ["{}"]), Member("overrides", leftOut: true, takes: ["[]"]),
      Member("sequences.7.ids", leftOut: false), Member("sequences.7.weights", leftOut: false),
      Member("sequences.7.combine", leftOut: false),
      Member("overrides.name", leftOut: false, takes: [#""1""#]),
      Member("overrides.sha256", leftOut: false),
    ]
    + ["source", "target"].flatMap { side in
      [
        Member("\(side).name", leftOut: true, takes: [#""1""#]),
        Member("\(side).tokens", leftOut: true, takes: ["null"]),
        Member("\(side).max_id", leftOut: true, takes: ["null"]),
        Member("\(side).logits_width", leftOut: true, takes: ["null", "1"]),
        Member("\(side).fingerprint", leftOut: true), Member("\(side).kinds", leftOut: true),
        Member("\(side).pieces", leftOut: true),
      ]
    }

  /// One value of each type.
  private static var values: [(name: String, value: Any)] {
    [
      ("null", NSNull()), ("true", true), ("1", 1), ("1.5", 1.5), (#""1""#, "1"), ("[]", [Any]()),
      ("{}", [String: Any]()),
    ]
  }

  @Test(arguments: members) func whatIsTakenOutIsMissedOrHarmless(_ member: Member) throws {
    let message = try OwnMap.message { try OwnMap.set(nil, at: member.path[...], in: &$0) }
    if member.canBeLeftOut {
      #expect(message == nil)
    } else {
      #expect(message?.contains("\(member.path.last ?? "") is missing") == true, "\(message ?? "read")")
    }
  }

  @Test(arguments: members) func whatIsRenamedIsRefused(_ member: Member) throws {
    let name = try #require(member.path.last)
    let wrong = String(name.dropLast())
    let message = try OwnMap.message { try OwnMap.rename(member.path, to: wrong, in: &$0) }
    // Without a version nothing of the file is known.
    guard name != "version" else {
      #expect(message?.contains("version is missing") == true, "\(message ?? "read")")
      return
    }
    #expect(
      message?.contains("\(wrong): not a known member of token-map.json") == true, "\(message ?? "read")")
    #expect(message?.contains("did you mean '\(name)'?") == true, "\(message ?? "read")")
  }

  @Test(arguments: members) func whatIsOfAnotherTypeIsRefused(_ member: Member) throws {
    for (shown, value) in Self.values {
      let message = try OwnMap.message { try OwnMap.set(value, at: member.path[...], in: &$0) }
      if member.takes.contains(shown) {
        #expect(message == nil, "\(shown)")
      } else {
        let comment = "\(shown): \(message ?? "read")"
        // Another version is named as such, and a list of no ids by the lengths that it contradicts.
        let names = [
          member.path.last ?? "", member.path == ["ids"] ? "number of rows" : "a token map of version",
        ]
        #expect(names.contains { message?.contains($0) == true }, "\(comment)")
      }
    }
  }

  @Test func whatALaterVersionWroteIsNamedWithItsProgram() throws {
    let message = try OwnMap.message {
      $0["tool"] = "cmc 9.1.0"
      $0["later"] = ["x": [1]]
    }
    #expect(
      message?.hasPrefix(
        "later: not a known member of token-map.json (written by cmc 9.1.0); what it says would be lost")
        == true, "\(message ?? "read")")
  }

  @Test(arguments: [
    ("{", "{\"version\": 1,", "version"), ("\"name\": \"sample-source\",", "\"name\": \"a\",", "source.name"),
    ("\"sequences\": {", "\"sequences\": {},\n\"sequences\": {", "sequences"),
    ("\"7\": {", "\"7\": {\"combine\": \"max\",", "sequences.7.combine"),
    ("\"9\": {", "\"7\": {", "sequences.7"),
  ])
  func whatStandsTwiceIsRefused(_ before: String, _ more: String, _ path: String) throws {
    let file = try TokenMapWriter.files(for: SampleMap.map, format: .json, at: "m.json").files[0]
    var text = String(decoding: file.bytes, as: UTF8.self)
    let range = try #require(text.firstRange(of: before))
    let replaced = more.hasSuffix("{") || more.hasPrefix(before) ? more : more + "\n" + before
    text.replaceSubrange(range, with: replaced)
    #expect(throws: MapContentError.twice(path: path)) { try TokenMapReader.parse(Array(text.utf8)) }
  }

  @Test func aTextOfTensorsThatStandsTwiceIsRefused() throws {
    let bytes = try TokenMapWriter.files(for: SampleMap.map, format: .safetensors, at: "m.safetensors").files[
      0
    ].bytes
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    var header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    let range = try #require(header.firstRange(of: #""__metadata__":{"#))
    header.insert(contentsOf: #""source_name":"a","#, at: range.upperBound)
    let count = UInt64(header.utf8.count)
    let changed =
      (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + Array(header.utf8)
      + bytes[(8 + length)...]
    #expect(throws: MapContentError.twice(path: "__metadata__.source_name")) {
      try TokenMapReader.parse(changed)
    }
  }
}
