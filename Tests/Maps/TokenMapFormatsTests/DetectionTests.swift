import CMCAlignment
import CMCPrimitives
import CMCSafetensors
import CMCTokenMapFormats
import CMCVocabulary
import Testing

@Test func contentThatSeveralFormatsShareNeedsAName() {
  #expect(throws: TokenMapFormatError.ambiguous([.dskd, .tokalign])) {
    try TokenMapReader.parse(Array("{\"0\": 1}".utf8))
  }
  #expect(throws: TokenMapFormatError.ambiguous([.fusellm])) {
    try TokenMapReader.parse(Array("{\"a\": \"b\"}".utf8))
  }
  #expect(throws: TokenMapFormatError.unrecognised) { try TokenMapReader.parse(Array("{\"a\": [1]}".utf8)) }
  for text in ["", "\n", "hello", "7", "\"x\" y"] {
    #expect(throws: TokenMapFormatError.unrecognised, "\(text)") {
      try TokenMapReader.parse(Array(text.utf8))
    }
  }
}

/// Commands that cannot be told the format must not ask for an option that they do not have.
@Test func whoCannotNameTheFormatIsToldToConvert() throws {
  let ambiguous = TokenMapFormatError.ambiguous([.dskd, .tokalign])
  #expect(ambiguous.hint?.contains("cmc map convert FILE --from dskd|tokalign") == true)
  #expect(TokenMapFormatError.unrecognised.hint?.contains("cmc map convert") == true)
  let asking = try #require(UntoldMapFormat(ambiguous))
  #expect(asking.hint?.hasPrefix("name it with --from dskd|tokalign") == true)
  #expect(asking.description == ambiguous.description)
  #expect(UntoldMapFormat(TokenMapFormatError.noSuchMap) == nil)
}

@Test func prefixesFilesAndFoldersAreToldApart() throws {
  try withTemporaryFolder { folder in
    let (prefix, _) = try write(SampleMap.map, .cmcOneToOne, in: folder, SampleMap.writeOptions)
    #expect(try TokenMapReader.load(prefix).format == .cmcOneToOne)
    #expect(try TokenMapReader.load(prefix + "_id.json").map == TokenMapReader.load(prefix).map)
    let (many, _) = try write(SampleMap.map, .cmcOneToMany, in: folder, SampleMap.writeOptions)
    #expect(try TokenMapReader.load(many).format == .cmcOneToMany)
    do {
      _ = try TokenMapReader.load(folder)
      Issue.record("a folder without a map was read")
    } catch let error as FileError {
      #expect(error.path == folder)
    }
    do {
      _ = try TokenMapReader.load(folder + "/none")
      Issue.record("a missing file was read")
    } catch let error as FileError {
      #expect(error.underlying as? TokenMapFormatError == .noSuchMap)
    }
  }
}

@Test func prefixesThatTheReferenceWouldMistakeAreCorrected() {
  let options = SampleMap.writeOptions
  #expect(
    throws: TokenMapFormatError.prefix(given: "a.one/m", format: .cmcOneToOne, corrected: "a.one/m_one2one")
  ) {
    try TokenMapWriter.files(for: SampleMap.map, format: .cmcOneToOne, at: "a.one/m", options: options)
  }
  #expect(
    throws: TokenMapFormatError.prefix(given: "one2one/m", format: .cmcOneToMany, corrected: "one2many/m")
  ) {
    try TokenMapWriter.files(for: SampleMap.map, format: .cmcOneToMany, at: "one2one/m", options: options)
  }
}

@Test func unmatchedEntriesStopFormatsWithoutAWordForThem() {
  #expect(throws: TokenMapFormatError.unmatched(count: 4, format: .dskd)) {
    try TokenMapWriter.files(for: SampleMap.map, format: .dskd, at: "m.json")
  }
  var options = TokenMapWriteOptions()
  options.fill = .unk
  #expect(throws: TokenMapFormatError.nothingToFillWith(.unk)) {
    try TokenMapWriter.files(for: SampleMap.map, format: .dskd, at: "m.json", options: options)
  }
}

@Test func nearestFillsByEditDistanceAndTheCallersFunctionGoesFirst() throws {
  var options = SampleMap.writeOptions
  options.fill = .nearest
  options.fillNearest = { $0 == 13 ? 1 : nil }
  let output = try TokenMapWriter.files(for: SampleMap.map, format: .dskd, at: "m.json", options: options)
  let map = try TokenMapReader.parse(output.files[0].bytes, as: .dskd).map
  #expect(map.ids[13] == 1)
  // Two characters: " wö" and "abd" are three edits away, and the lower id wins.
  #expect(map.ids[10] == 3)
}

/// Text is never sent to a special token, however near its name.
@Test func nearestFillsWithOrdinaryTokens() throws {
  var source = MapSide(name: "u", maxID: 0, pieces: ByteTable([Array("<bos".utf8)]))
  source.kinds = [.text]
  var target = MapSide(name: "d", maxID: 1, pieces: ByteTable(["<bos>", "bus"].map { Array($0.utf8) }))
  target.kinds = [.special, .text]
  let map = try TokenMap(source: source, target: target, ids: [-1], methods: [.unmatched], distances: [-1])
  var options = TokenMapWriteOptions()
  options.fill = .nearest
  let output = try TokenMapWriter.files(for: map, format: .dskd, at: "m.json", options: options)
  #expect(try TokenMapReader.parse(output.files[0].bytes, as: .dskd).map.ids == [1])
}

@Test func idsBeyondTheTargetStayInTheReferencesFilesOnly() throws {
  var map = SampleMap.map
  map[8].place(at: 8)
  let kept = try TokenMapWriter.files(
    for: map, format: .cmcOneToOne, at: "one2one", options: SampleMap.writeOptions)
  let ids = try TokenMapReader.parse(kept.files[0].bytes, as: .cmcOneToOne).map.ids
  #expect(ids[8] == 8)
  let dropped = try TokenMapWriter.files(for: map, format: .npy, at: "m.npy")
  #expect(dropped.dropped.first == .idsBeyondTarget(1))
  #expect(try TokenMapReader.parse(dropped.files[0].bytes).map.ids[8] == -1)
  try withTemporaryFolder { folder in
    try AtomicFile.writeAll(kept.files.map { ("\(folder)/\($0.path)", $0.bytes) })
    let read = try TokenMapReader.load("\(folder)/one2one", options: SampleMap.readOptions)
    #expect(read.map.ids[8] == -1)
    #expect(read.notes.contains { $0.hasPrefix("1 ids beyond") })
  }
}

@Test func formatsAboutPiecesSayWhichVocabularyTheyLack() {
  var map = SampleMap.map
  map.source.pieces = nil
  for format in [TokenMapFormat.fusellm, .pairs] {
    var options = TokenMapWriteOptions()
    options.pairsOfPieces = true
    #expect(throws: TokenMapFormatError.piecesNeeded(side: "source", format: format)) {
      try TokenMapWriter.files(for: map, format: format, at: "m.json", options: options)
    }
  }
  #expect(throws: TokenMapFormatError.piecesNeeded(side: "source", format: .fusellm)) {
    try TokenMapReader.parse(Array("{\"a\": \"b\"}".utf8), as: .fusellm)
  }
  #expect(throws: TokenMapFormatError.unknownPiece(side: "source", piece: "zzz", place: "member zzz")) {
    try TokenMapReader.parse(Array("{\"zzz\": \"b\"}".utf8), as: .fusellm, options: SampleMap.readOptions)
  }
}

@Test func mapsAreToldFromTokenizers() throws {
  try withTemporaryFolder { folder in
    var options = SampleMap.writeOptions
    options.fill = .unk
    for format in TokenMapFormat.allCases {
      let (path, _) = try write(SampleMap.map, format, in: folder, options)
      let isToldByContent = ![.dskd, .tokalign, .fusellm].contains(format)
      #expect(TokenMapReader.isMap(path) == isToldByContent, "\(format)")
    }
    var writer = SafetensorsWriter()
    writer.add("model.embed_tokens.weight", [Float(0)])
    for (name, bytes) in [
      ("tokenizer.json", Array("{\"version\": \"1.0\", \"model\": {}}".utf8)),
      ("vocab.txt", Array("[PAD]\n0\n".utf8)),
      ("ranks", Array("IQ== 0\nIg== 1\n".utf8)), ("model.safetensors", writer.encoded()), ("empty", []),
    ] {
      try AtomicFile.write(bytes, to: "\(folder)/\(name)")
      #expect(!TokenMapReader.isMap("\(folder)/\(name)"), "\(name)")
    }
    #expect(!TokenMapReader.isMap("\(folder)/none"))
  }
}
