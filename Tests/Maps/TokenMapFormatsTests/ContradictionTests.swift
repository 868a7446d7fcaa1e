import CMCAlignment
import CMCPrimitives
import CMCSafetensors
import CMCTokenMapFormats
import CMCVocabulary
import Foundation
import Testing

/// Figures of one file that cannot all be true are refused with both of them.
@Suite struct ContradictionTests {
  private static func change(_ root: inout [String: Any], _ side: String, _ values: [String: Any?]) throws {
    var object = try #require(root[side] as? [String: Any])
    for (key, value) in values { object[key] = value }
    root[side] = object
  }

  private static func change(_ root: inout [String: Any], _ column: String, _ row: Int, _ value: Any) throws {
    var list = try #require(root[column] as? [Any])
    list[row] = value
    root[column] = list
  }

  @Test func figuresOfAVocabulary() throws {
    let bare: [String: Any?] = ["kinds": nil, "pieces": nil]
    let cases: [([String: Any?], String)] = [
      (["tokens": 5], "source.tokens is 5, but the number of tokens in source.kinds is 13"),
      (["tokens": 50].merging(bare) { $1 }, "source.tokens is 50, but source.max_id is 13"),
      (
        ["tokens": 50, "max_id": nil].merging(bare) { $1 },
        "source.tokens is 50, but the number of rows is 14"
      ),
      (["max_id": 20].merging(bare) { $1 }, "source.max_id is 20, but the number of rows is 14"),
      (
        ["kinds": String(repeating: "t", count: 14)],
        "source.pieces[3] is null, but the kind of id 3 is text"
      ),
    ]
    for (values, wanted) in cases {
      let message = try OwnMap.message { try Self.change(&$0, "source", values) }
      #expect(message?.hasPrefix(wanted) == true, "\(message ?? "read"), not \(wanted)")
    }
    let message = try OwnMap.message {
      try Self.change(&$0, "target", ["tokens": 7].merging(bare) { $1 })
    }
    #expect(message?.hasPrefix("target.tokens is 7, but target.max_id is 5") == true, "\(message ?? "read")")
  }

  @Test(arguments: [
    (1, 7, "distance[1] is 7, but method[1] is one of equal tokens"),
    (0, 1, "distance[0] is 1, but method[0] is one of equal tokens"),
    (8, 1, "distance[8] is 1, but method[8] is override, whose distance is 0"),
    (3, 0, "distance[3] is 0, but the id of row 3 is -1, no target"),
    (11, 4, "distance[11] is 4, but the id of row 11 is -1, no target"),
  ])
  func distances(_ row: Int, _ distance: Int, _ wanted: String) throws {
    let message = try OwnMap.message { try Self.change(&$0, "distance", row, distance) }
    #expect(message?.hasPrefix(wanted) == true, "\(message ?? "read")")
  }

  /// Formats without distances give maps whose exact entries have none.
  @Test func aDistanceThatIsNotKnownContradictsNothing() throws {
    let message = try OwnMap.message { root in
      for row in [0, 1, 8] { try Self.change(&root, "distance", row, -1) }
    }
    #expect(message == nil)
  }

  @Test func severalTargetsOfAnExactEntry() throws {
    let message = try OwnMap.message { root in
      try Self.change(&root, "method", 7, "exact")
      try Self.change(&root, "distance", 7, 0)
    }
    #expect(message?.hasPrefix("the number of targets of row 7 is 3, but method[7] is") == true)
  }

  /// Tokens that were added beside a model have no logit: the map is read, and it is said.
  @Test func fewLogitsAreSaid() throws {
    let notes = try OwnMap.read { try Self.change(&$0, "target", ["logits_width": 5]) }.notes
    #expect(
      notes == [
        "the map's target has 5 logits, but its highest token id is 5: the tokens from 5 on have no logit"
      ])
    #expect(try OwnMap.read { _ in }.notes.isEmpty)
  }

  @Test func kindsThatAreNotThoseOfTheVocabulary() throws {
    try withTemporaryFolder { folder in
      let (path, _) = try write(SampleMap.map, .json, in: folder, TokenMapWriteOptions())
      var options = SampleMap.readOptions
      options.source?.kinds?[1] = .fragment
      let error = #expect(throws: FileError.self) { try TokenMapReader.load(path, options: options) }
      #expect(
        error?.description.contains(
          "source.kinds is text for id 1, but the vocabulary of its fingerprint is fragment there") == true)
      // Of another vocabulary nothing is known, and its fingerprint is held against the map's elsewhere.
      options.source?.fingerprint = SampleMap.map.target.fingerprint
      #expect(throws: Never.self) { try TokenMapReader.load(path, options: options) }
    }
  }

  @Test(arguments: ["+0", "00", " 0", "0 ", "-0", "0x0", "", "٠"])
  func keysThatAreNoIDAsItIsWritten(_ key: String) throws {
    for format in [TokenMapFormat.dskd, .tokalign] {
      #expect(throws: MapContentError.notCanonical(path: "member \(key)")) {
        try TokenMapReader.parse(Array("{\"\(key)\": 1}".utf8), as: format)
      }
    }
    #expect(throws: TokenMapFormatError.self) {
      try TokenMapReader.parse(Array("\(key)\t1\n".utf8), as: .pairs)
    }
    #expect(throws: TokenMapFormatError.self) {
      try TokenMapReader.parse(Array("1\t\(key)\n".utf8), as: .pairs)
    }
    let row = key.replacing("0", with: "7")
    guard row != "7", key != "00" else { return }
    #expect(throws: MapContentError.notCanonical(path: "sequences.\(row)")) {
      try OwnMap.read { root in
        var sequences = try #require(root["sequences"] as? [String: Any])
        sequences[row] = sequences.removeValue(forKey: "7")
        root["sequences"] = sequences
      }
    }
  }

  @Test func onePieceWithTwoTargets() throws {
    let text = "\"hello\"\t\"hello\"\n\"hello\"\t\"abd\"\n"
    #expect(throws: TokenMapFormatError.self) {
      try TokenMapReader.parse(Array(text.utf8), as: .pairs, options: SampleMap.readOptions)
    }
    #expect(throws: TokenMapFormatError.self) {
      try TokenMapReader.parse(
        Array("{\"hello\": \"hello\", \"hello\": \"abd\"}".utf8), as: .fusellm, options: SampleMap.readOptions
      )
    }
    let same = "\"hello\"\t\"hello\"\n\"hello\"\t\"hello\"\n"
    #expect(throws: Never.self) {
      try TokenMapReader.parse(Array(same.utf8), as: .pairs, options: SampleMap.readOptions)
    }
  }

  /// tokenkit names special tokens in its own way; a file none of whose names is known is of another vocabulary.
  @Test func distancesOfPiecesThatThereAreNot() throws {
    try withTemporaryFolder { folder in
      var options = SampleMap.writeOptions
      options.fill = .unk
      let (path, _) = try write(SampleMap.map, .tokenkit, in: folder, options)
      let distances = path + "/mined_distances.json"
      func notes(_ text: String) throws -> [String] {
        try AtomicFile.write(Array(text.utf8), to: distances)
        return try TokenMapReader.load(path, options: SampleMap.readOptions).notes
      }
      #expect(try notes("{\"hello\": 0}").isEmpty)
      #expect(try notes("{\"hello\": 0, \"<|<bos>|>\": 1}").first?.contains("1 of 2 distances") == true)
      #expect(throws: FileError.self) { try notes("{\"nothing\": 0}") }
      #expect(throws: FileError.self) { try notes("{\"hello\": 0, \"hello\": 1}") }
    }
  }

  @Test func tokensOfTheReferencesFilesAreTextsOrNull() throws {
    try withTemporaryFolder { folder in
      let (prefix, _) = try write(SampleMap.map, .cmcOneToOne, in: folder, SampleMap.writeOptions)
      try AtomicFile.write(Array("{\"hello\": 7}".utf8), to: prefix + "_token.json")
      let error = #expect(throws: FileError.self) { try TokenMapReader.load(prefix) }
      #expect(error?.description.contains("the token of hello: a string or null expected") == true)
    }
  }
}
