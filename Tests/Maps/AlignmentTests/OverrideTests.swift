import CMCHashing
import CMCPrimitives
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCAlignment

@Suite struct OverrideTests {
  private func vocabulary(_ specials: [String], _ texts: [String]) throws -> TokenizerDescription {
    var builder = VocabularyBuilder()
    for piece in specials { try builder.addSpecial(id: builder.count, piece: Array(piece.utf8)) }
    for piece in texts { try builder.add(id: builder.count, piece: Array(piece.utf8), spelling: .literal) }
    try builder.addByte(id: builder.count, piece: Array("<0x0A>".utf8), byte: 0x0A)
    builder.assign(.eos, id: 1, isPrimary: true, source: "test")
    return TokenizerDescription(
      name: "v", format: .tokenizerJSON, files: [], vocabulary: try builder.finish(),
      algorithm: .unknown("test"))
  }

  private func resolve(_ texts: String...) throws -> ResolvedOverrides {
    let source = try vocabulary(["<a>", "</s>", "<r_0>", "<r_1>"], ["x", "xy"])
    let target = try vocabulary(["<b>", "<eos>"], ["x", "z"])
    var resolved = ResolvedOverrides.none
    for (place, text) in texts.enumerated() {
      let file = try withFile("f\(place)") { try OverrideReader.read(Array(text.utf8), name: "f\(place)") }
      try resolved.add(file, source: source, target: target)
    }
    return resolved
  }

  @Test func everySelectorFindsItsToken() throws {
    let resolved = try resolve(
      """
      version: 1
      entries:
        - source: {piece: "<a>"}
          target: {id: 0}
        - source: {role: eos}
          target: {role: eos}
        - source: {byte: 0x0A}
          target: {byte: 0x0A}
        - source: {glob: "<r_*>"}
          target: null
        - source: {id: 5}
          target: [{piece: x}, {piece: z}]
          combine: mean
          note: both
      """)
    #expect(resolved.decisions[0]?.targets == [0])
    #expect(resolved.decisions[1]?.targets == [1])
    #expect(resolved.decisions[6]?.targets == [4])
    #expect(resolved.decisions[2]?.targets == [] && resolved.decisions[3]?.targets == [])
    #expect(resolved.decisions[5]?.targets == [2, 3] && resolved.decisions[5]?.combination == .mean)
    #expect(resolved.decisions.count == 6)
  }

  @Test func aSpecificEntryBeatsAGlobAndALaterFileWinsAloud() throws {
    let glob = "version: 1\nentries:\n  - {source: {glob: '<r_*>'}, target: {id: 0}}\n"
    let resolved = try resolve(
      glob + "  - {source: {piece: '<r_1>'}, target: {id: 1}}\n",
      "version: 1\nentries:\n  - {source: {piece: '<r_0>'}, target: null}\n")
    #expect(resolved.decisions[3]?.targets == [1])
    #expect(resolved.decisions[2]?.targets == [])
    #expect(resolved.notes.count == 1 && resolved.notes[0].contains("f1 wins"))
    // In whatever order they stand.
    let other = try resolve(
      "version: 1\nentries:\n  - {source: {piece: '<r_1>'}, target: {id: 1}}\n"
        + "  - {source: {glob: '<r_*>'}, target: {id: 0}}\n")
    #expect(other.decisions[3]?.targets == [1] && other.decisions[2]?.targets == [0])
  }

  /// A byte is its byte token where there is one, else the token of that one byte.
  @Test func aByteNamesItsByteTokenFirst() throws {
    let both = try vocabulary(["<a>", "</s>"], ["x", "\n"]).vocabulary
    #expect(TokenFinder(both).ids(.byte(0x0A)) == [4])
    #expect(TokenFinder(both).ids(.byte(UInt8(ascii: "x"))) == [2])
  }

  /// `?` is one character of any length in bytes, `*` any number.
  @Test func aQuestionMarkIsACharacter() throws {
    let tokens = TokenFinder(try vocabulary(["<a>", "</s>"], ["xéy", "xy", "xééy", "xay"]).vocabulary)
    #expect(tokens.ids(.glob("x?y")) == [2, 5])
    #expect(tokens.ids(.glob("x??y")) == [4])
    #expect(tokens.ids(.glob("x*y")) == [2, 3, 4, 5])
  }

  /// Twelve digits of a fingerprint name a vocabulary; fewer could be another's.
  @Test func aShortFingerprintIsRefused() throws {
    let own = try vocabulary(["<a>", "</s>", "<r_0>", "<r_1>"], ["x", "xy"]).vocabulary.fingerprint.hex
    func file(_ digits: Int) -> String {
      "version: 1\nsource: {fingerprint: '\(own.prefix(digits))'}\nentries: []\n"
    }
    #expect(try resolve(file(12)).files.count == 1)
    #expect(throws: FileError.self) { try resolve(file(11)) }
  }

  /// An apostrophe inside a word opens no quotation in YAML: brackets after it are counted all the same.
  @Test func bracketsBehindAnApostropheAreCounted() throws {
    let text = "version: 1 # it's\nentries: " + String(repeating: "[", count: 300)
    let error = #expect(throws: OverrideError.self) { try OverrideReader.read(Array(text.utf8), name: "f") }
    #expect(error == .syntax(line: 2, reason: "nested too deeply"))
  }

  /// An override to one target is as good as a match; to several it is not, as no single token stands for it.
  @Test func anOverrideToSeveralTargetsIsNoMatch() throws {
    let map = try TokenMap(
      source: MapSide(name: "u"), target: MapSide(name: "d"), ids: [0, 1, -1],
      methods: [.override, .override, .override], distances: [0, 0, -1],
      sequences: [1: try #require(TargetSequence(ids: [1, 2], weights: [0.5, 0.5], combination: .max))])
    #expect(map.ids.indices.map(map.isMatch) == [true, false, false])
  }

  @Test(arguments: [
    ("version: 2\nentries: []", "f0: line 1: version 2"),
    (
      "version: 1\nentries:\n  - {source: {piece: q}, target: null}",
      "f0: line 3: the source has no token with piece"
    ),
    (
      "version: 1\nentries:\n  - {source: {id: 99}, target: null}",
      "f0: line 3: the source has no token with id 99"
    ),
    ("version: 1\nentries:\n  - {sorce: {id: 0}, target: null}", "f0: line 3: unknown key 'sorce'"),
    ("version: 1\nentries:\n  - {source: {id: -1}, target: null}", "f0: line 3: 'id' must be"),
    ("version: 1\nentries:\n  - {source: {byte: 256}, target: null}", "f0: line 3: 'byte' must be"),
    ("version: 1\nentries:\n  - {source: {role: boss}, target: null}", "f0: line 3: 'role' must be"),
    (
      "version: 1\nentries:\n  - {source: {id: 0, piece: x}, target: null}",
      "f0: line 3: 'source' must be exactly one"
    ),
    ("version: 1\nentries:\n  - {source: {id: 0}}", "f0: line 3: 'target' is missing"),
    (
      "version: 1\nentries:\n  - {source: {id: 0}, target: null}\n  - {source: {piece: '<a>'}, target: {id: 1}}",
      "f0: line 4: source id 0 is already decided by line 3"
    ),
    ("version: 1\nentries: [", "f0: line"), ("", "f0: line 1: 'version' is missing"),
    ("version: 1\na: &x [1]\nentries: []", "f0: line 2: not valid YAML: anchors"),
    ("version: 1\nentries: " + String(repeating: "[", count: 5000), "f0: line 2: not valid YAML: nested"),
    ("version: 1\ntarget: {fingerprint: 000000000000}\nentries: []", "f0: is written for target fingerprint"),
  ])
  func whatIsWrongIsSaidWithItsLine(_ text: String, _ message: String) throws {
    do {
      _ = try resolve(text)
      Issue.record("taken: \(text)")
    } catch let error as FileError {
      #expect("\(error)".hasPrefix(message), "\(error)")
    }
  }

  /// YAML has many ways to write a number, and its versions read some of them as different ones.
  @Test(arguments: ["010", "0o10", "0x1", "1_0", "+1", "1.0", "1e0", "-1", "1:30", "00", "99999999999"])
  func anIDIsDigitsAlone(_ id: String) {
    let error = #expect(throws: FileError.self) {
      try resolve("version: 1\nentries:\n  - {source: {id: \(id)}, target: null}")
    }
    #expect(error?.description.contains("line 3: 'id' must be a token id") == true)
  }

  @Test func aByteIsTwoHexadecimalDigitsOrDecimal() throws {
    func entry(_ byte: String) -> String {
      "version: 1\nentries:\n  - {source: {byte: \(byte)}, target: null}"
    }
    for byte in ["0x0A", "0x0a", "0xA", "10"] {
      #expect(try resolve(entry(byte)).decisions[6] != nil, "\(byte)")
    }
    for byte in ["012", "0b1010", "0x+A", "0x00A", "0x", "+10", "1_0"] {
      #expect(throws: FileError.self, "\(byte)") { try resolve(entry(byte)) }
    }
  }

  @Test func aByteOrderMarkIsNoPartOfTheFile() throws {
    #expect(try resolve("\u{FEFF}version: 1\nentries: []\n").files.count == 1)
    let bytes: [[UInt8]] = [
      [0xFF, 0xFE, 0x76, 0], [0xFE, 0xFF, 0, 0x76], [0x76, 0, 0x65, 0], [0, 0x76, 0, 0x65],
    ]
    for bytes in bytes {
      let error = #expect(throws: OverrideError.self) { try OverrideReader.read(bytes, name: "f") }
      #expect(error?.description == "the file is UTF-16, not UTF-8" && error?.hint == "save it as UTF-8")
    }
    let error = #expect(throws: OverrideError.self) {
      try OverrideReader.read([0xFF, 0xFE, 0, 0, 0x76, 0, 0, 0], name: "f")
    }
    #expect(error?.description == "the file is UTF-32, not UTF-8")
  }

  @Test func overridesDecideBeforeTheRules() throws {
    let source = try vocabulary(["<a>", "</s>"], ["x", "xy"])
    let target = try vocabulary(["<b>", "<eos>"], ["x", "z"])
    var resolved = ResolvedOverrides.none
    let text =
      "version: 1\nentries:\n  - {source: {piece: x}, target: {piece: z}}\n  - {source: {piece: xy}, target: null}\n"
    try resolved.add(
      try OverrideReader.read(Array(text.utf8), name: "f"), source: source, target: target)
    let map = try TokenMap.aligning(source, to: target, overrides: resolved)
    #expect(map.ids == [-1, 1, 3, -1, 4])
    #expect(map.methods == [.unmatched, .role, .override, .override, .exact])
    #expect(map.distances == [-1, 0, 0, -1, 0])
    #expect(map.overrides.map(\.name) == ["f"])
  }
}
