import CMCAlignment
import CMCFastJSON
import CMCNumPyFiles
import CMCPrimitives
import CMCSafetensors
import CMCTokenMapFormats
import Testing

/// Runs `body`, which must throw one of the project's own errors.
private func expectDescribedError<R>(
  _ comment: Comment, _ body: () throws -> R, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(comment, sourceLocation: sourceLocation) {
    _ = try body()
  } throws: {
    $0 is any DescribedError
  }
}

private func own(_ change: (inout String) -> Void) throws -> TokenMap {
  let output = try TokenMapWriter.files(for: SampleMap.map, format: .json, at: "m.json")
  var text = String(decoding: output.files[0].bytes, as: UTF8.self)
  let before = text
  change(&text)
  #expect(text != before)
  return try TokenMapReader.parse(Array(text.utf8), as: .json).map
}

@Test func ownMapsOfUnknownVersionsAreNamed() {
  #expect(throws: TokenMapFormatError.version(2, read: 1...1)) {
    try own { $0.replace("\"version\": 1", with: "\"version\": 2") }
  }
}

@Test func contradictoryOwnMapsAreErrors() {
  let changes: [(String, String)] = [
    ("\"ids\": [1,", "\"ids\": [1, 1,"), ("\"ids\": [1,", "\"ids\": ["), ("\"ids\": [1,", "\"ids\": [6,"),
    ("\"ids\": [1,", "\"ids\": [-2,"), ("\"ids\": [1,", "\"ids\": [1.5,"),
    ("\"ids\": [1,", "\"ids\": [99999999999999999999,"),
    ("\"ids\": [1,", "\"ids\": [\"1\","), ("[\"role\",", "["), ("[\"role\",", "[\"rôle\","),
    ("[\"role\",", "[\"unmatched\","),
    ("[\"role\",", "[null,"), ("\"distance\": [0,", "\"distance\": ["),
    ("\"distance\": [0,", "\"distance\": [-2,"),
    ("\"distance\": [0,", "\"distance\": [4294967296,"), ("\"max_id\": 13", "\"max_id\": 14"),
    ("\"max_id\": 13", "\"max_id\": 12"), ("\"max_id\": 13", "\"max_id\": 2147483648"),
    ("\"max_id\": 5", "\"max_id\": 4"), ("\"tokens\": 13", "\"tokens\": -1"),
    ("\"kinds\": \"st", "\"kinds\": \"sx"),
    ("\"kinds\": \"st", "\"kinds\": \"stt"), ("\"pieces\": [\"<s>\",", "\"pieces\": ["),
    ("\"pieces\": [\"<s>\",", "\"pieces\": [7,"), ("\"7\": {", "\"70\": {"), ("\"7\": {", "\"x\": {"),
    ("\"7\": {", "\"-7\": {"), ("\"ids\": [2,4,3]", "\"ids\": []"), ("\"ids\": [2,4,3]", "\"ids\": [3,4,3]"),
    ("\"ids\": [2,4,3]", "\"ids\": [2,4]"), ("\"ids\": [2,4,3]", "\"ids\": [2,4,6]"),
    ("\"weights\": [0.5,", "\"weights\": [0.6,"),
    ("\"weights\": [0.5,", "\"weights\": [null,"), ("\"weights\": [0.5,0.5", "\"weights\": [-0.5,1.5"),
    ("\"weights\": [0.5,0.5", "\"weights\": [1e308,-1e308"),
    ("\"combine\": \"mean\"", "\"combine\": \"sum\""),
    ("\"sha256\": \"", "\"sha256\": \"x"), ("\"fingerprint\": \"", "\"fingerprint\": \"0"),
  ]
  for (before, after) in changes {
    for spaced in [before, before.replacing(",", with: ", ")] {
      do {
        let output = try TokenMapWriter.files(for: SampleMap.map, format: .json, at: "m.json")
        guard String(decoding: output.files[0].bytes, as: UTF8.self).contains(spaced) else { continue }
        expectDescribedError("\(before) → \(after)") {
          try own { text in
            if let range = text.firstRange(of: spaced) { text.replaceSubrange(range, with: after) }
          }
        }
      } catch {
        Issue.record(error)
      }
    }
  }
}

@Test func everyTruncationOfEveryFormatIsAnErrorOrAMap() throws {
  var options = SampleMap.writeOptions
  options.fill = .unk
  for format in TokenMapFormat.allCases {
    let name = format == .cmcOneToOne ? "one2one" : "m"
    for file in try TokenMapWriter.files(for: SampleMap.map, format: format, at: name, options: options).files
    {
      for length in 0..<file.bytes.count {
        for named in [nil, format] {
          do {
            _ = try TokenMapReader.parse(
              Array(file.bytes[..<length]), as: named, options: SampleMap.readOptions)
          } catch {
            #expect(error is any DescribedError, "\(error)")
          }
        }
      }
    }
  }
}

@Test func idsBeyondAllVocabulariesAreRefusedEverywhere() {
  for value in [-2, 1 << 22, 1 << 31, Int64.max, Int64.min] as [Int64] {
    #expect(throws: TokenMapFormatError.self) { try TokenMapReader.parse(NumPyArray([value]).encoded()) }
    var writer = SafetensorsWriter()
    writer.add("user_to_delta", [value])
    #expect(throws: TokenMapFormatError.self) { try TokenMapReader.parse(writer.encoded()) }
    #expect(throws: TokenMapFormatError.self) {
      try TokenMapReader.parse(Array("[\(value)]".utf8), as: .cmcOneToOne)
    }
    #expect(throws: TokenMapFormatError.self) {
      try TokenMapReader.parse(Array("[[\(value)]]".utf8), as: .cmcOneToMany)
    }
    #expect(throws: TokenMapFormatError.self) {
      try TokenMapReader.parse(Array("{\"0\":\(value)}".utf8), as: .dskd)
    }
    #expect(throws: TokenMapFormatError.self) { try TokenMapReader.parse(Array("0\t\(value)\n".utf8)) }
    #expect(throws: TokenMapFormatError.self) { try TokenMapReader.parse(Array("\(value)\t0\n".utf8)) }
  }
}

@Test func idObjectsMustBeAscendingAndComplete() {
  for text in [
    "{\"1\":0}", "{\"0\":0,\"2\":0}", "{\"0\":0,\"0\":1}", "{\"0\":-1}", "{\"0\":null}", "{\"x\":0}", "[]",
  ] {
    expectDescribedError("\(text)") {
      try TokenMapReader.parse(Array(text.utf8), as: .tokalign)
    }
  }
}

@Test func badLinesOfPairsAreNamedByNumber() {
  for text in ["0\t1\n1\n", "0\t1\n1\t2\t3\n", "0\t1\nx\t2\n", "0\t1\n-1\t2\n", "0\t1\n1\t\n"] {
    do {
      _ = try TokenMapReader.parse(Array(text.utf8))
      Issue.record("\(text) was read")
    } catch let error as TokenMapFormatError {
      #expect(error.description.hasPrefix("line 2: "), "\(error)")
    } catch {
      Issue.record(error)
    }
  }
  #expect(throws: TokenMapFormatError.value(place: "id 0", reason: "is mapped to 1 and to 2")) {
    try TokenMapReader.parse(Array("0\t1\n0\t2\n".utf8))
  }
}

@Test func tensorsOfUnequalShapesOrBadWeightsAreErrors() {
  func map(_ fill: (inout SafetensorsWriter) -> Void) throws -> TokenMap {
    var writer = SafetensorsWriter()
    writer.add("user_to_delta", [Int64(1), -1])
    fill(&writer)
    return try TokenMapReader.parse(writer.encoded()).map
  }
  let cases: [(inout SafetensorsWriter) -> Void] = [
    { $0.add("match", [UInt8(1)]) }, { $0.add("match", [UInt8(1), 1]) }, { $0.add("match", [UInt8(2), 0]) },
    { $0.add("distance", [Int32(0)]) }, { $0.add("distance", [Int32(-2), 0]) },
    { $0.add("indices", [Int64(1), 2, -1, -1], shape: [2, 2]) },
    {
      $0.add("indices", [Int64(1), 2, -1, -1], shape: [2, 2])
      $0.add("weights", [Float.nan, 0.5, 0, 0], shape: [2, 2])
    },
    {
      $0.add("indices", [Int64(1), 2, -1, -1], shape: [2, 2])
      $0.add("weights", [Float(0.9), 0.5, 0, 0], shape: [2, 2])
    },
    {
      $0.add("indices", [Int64(-1), 2, -1, -1], shape: [2, 2])
      $0.add("weights", [Float(0.5), 0.5, 0, 0], shape: [2, 2])
    },
    {
      $0.add("indices", [Int64(1), 2, -1, -1])
      $0.add("weights", [Float(0.5), 0.5, 0, 0])
    },
    {
      $0.add("indices", [Int64](), shape: [2, 0])
      $0.add("weights", [Float](), shape: [2, 0])
    },
  ]
  for (index, fill) in cases.enumerated() {
    expectDescribedError("case \(index)") { try map(fill) }
  }
  #expect(throws: Never.self) { try map { _ in } }
}
