import CMCAlignment
import CMCPrimitives
import CMCTokenMapFormats
import CMCVocabulary
import Foundation
import Testing

/// Runs `body` with a folder that is gone afterwards.
func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("cmc-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(url.path)
}

/// Writes a map as a user would and gives the path to read it from.
func write(
  _ map: TokenMap, _ format: TokenMapFormat, in folder: String, _ options: TokenMapWriteOptions
) throws -> (path: String, output: TokenMapOutput) {
  let name = format == .cmcOneToOne ? "m_one2one" : "m"
  let path = "\(folder)/\(name)" + (format.fileExtension.isEmpty ? "" : ".\(format.fileExtension)")
  if format == .tokenkit { try makeDirectory(path) }
  let output = try TokenMapWriter.files(for: map, format: format, at: path, options: options)
  try AtomicFile.writeAll(output.files)
  return (path, output)
}

@Test func ownFormatKeepsEverything() throws {
  try withTemporaryFolder { folder in
    let (path, output) = try write(SampleMap.map, .json, in: folder, TokenMapWriteOptions())
    #expect(output.notes.isEmpty)
    let input = try TokenMapReader.load(path)
    #expect(input.format == .json)
    #expect(input.map == SampleMap.map)
  }
}

@Test func ownFormatWithoutPiecesDropsNothingElse() throws {
  var options = TokenMapWriteOptions()
  options.includesPieces = false
  let output = try TokenMapWriter.files(for: SampleMap.map, format: .json, at: "m.json", options: options)
  #expect(output.dropped == [.pieces])
  var expected = SampleMap.map
  expected.source.pieces = nil
  expected.target.pieces = nil
  #expect(try TokenMapReader.parse(output.files[0].bytes).map == expected)
}

/// Own, another format, own again: what the notes do not name is equal, and what they name is what they say.
@Test(arguments: TokenMapFormat.allCases) func whatIsNotNamedAsDroppedIsKept(_ format: TokenMapFormat) throws
{
  try withTemporaryFolder { folder in
    var options = SampleMap.writeOptions
    options.fill = .nearest
    let original = SampleMap.map
    let (path, output) = try write(original, format, in: folder, options)
    let dropped = output.dropped
    let named: TokenMapFormat? = [.dskd, .tokalign, .fusellm].contains(format) ? format : nil
    let read = try TokenMapReader.load(path, from: named, options: SampleMap.readOptions)
    #expect(read.format == format)
    // And on to the own format and back.
    let again = try TokenMapWriter.files(for: read.map, format: .json, at: "m.json")
    #expect(try TokenMapReader.parse(again.files[0].bytes).map == read.map)

    let isFilled = dropped.contains { if case .unmatched = $0 { true } else { false } }
    #expect(isFilled == !format.canSayUnmatched)
    for id in original.ids.indices {
      if original.ids[id] >= 0 {
        #expect(read.map.ids[id] == original.ids[id], "\(id)")
      } else {
        // A hole has no piece to be filled under.
        let isNamed = format != .fusellm || original.source.kind(Int32(id)) != .hole
        #expect((read.map.ids[id] >= 0) == (isFilled && isNamed), "\(id)")
      }
    }
    if !dropped.contains(.methods), !dropped.contains(.methodsButMatch) {
      #expect(read.map.methods == original.methods)
    }
    if dropped.contains(.methodsButMatch) {
      #expect(original.ids.indices.allSatisfy { original.isMatch($0) == read.map.isMatch($0) })
    }
    if !dropped.contains(.distances) {
      for id in original.ids.indices where original.ids[id] >= 0 {
        #expect(read.map.distances[id] == original.distances[id], "\(id)")
      }
    }
    if dropped.contains(.sequences(2)) {
      #expect(read.map.sequences.isEmpty)
    } else {
      #expect(read.map.sequences.mapValues(\.ids) == original.sequences.mapValues(\.ids))
      if !dropped.contains(.weights) { #expect(read.map.sequences == original.sequences) }
    }
    if !dropped.contains(.overrides) { #expect(read.map.overrides == original.overrides) }
  }
}

@Test func safetensorsBindToTheVocabulariesByFingerprint() throws {
  let output = try TokenMapWriter.files(for: SampleMap.map, format: .safetensors, at: "m.safetensors")
  #expect(!output.dropped.contains(.vocabularies))
  let read = try TokenMapReader.parse(output.files[0].bytes).map
  #expect(read.source.fingerprint == SampleMap.map.source.fingerprint)
  #expect(read.target.maxID == SampleMap.map.target.maxID)
}

@Test func whatTensorsDoNotSayIsFilledFromTheVocabularies() throws {
  try withTemporaryFolder { folder in
    var map = SampleMap.map
    // An override with one target is a match, but one of other bytes.
    map[2] = MapEntry(id: 2, method: .override, distance: 0)
    let (path, _) = try write(map, .safetensors, in: folder, TokenMapWriteOptions())
    #expect(try TokenMapReader.load(path).map.source.kinds == nil)
    let read = try TokenMapReader.load(path, options: SampleMap.readOptions).map
    #expect(read.source == map.source && read.target == map.target)
    #expect([0, 1, 2, 4, 8].map { read.methods[$0] } == [.role, .exact, .override, .exact, .role])
    #expect(map.ids.indices.allSatisfy { map.isMatch($0) == read.isMatch($0) })
    // Nothing is taken from a vocabulary that the file is not of.
    var other = SampleMap.readOptions
    other.source?.fingerprint = map.target.fingerprint
    #expect(try TokenMapReader.load(path, options: other).map.source.kinds == nil)
  }
}

@Test func oneIDMayBeGivenByItsDuplicatePiece() throws {
  var map = SampleMap.map
  map[2].place(at: 3)
  var options = SampleMap.writeOptions
  var pieces = (0..<SampleMap.sourcePieces.count).map { Array(SampleMap.sourcePieces[$0]) }
  pieces[2] = pieces[1]
  options.sourcePieces = ByteTable(pieces)
  let output = try TokenMapWriter.files(for: map, format: .cmcOneToOne, at: "one2one", options: options)
  #expect(output.dropped.contains(.duplicatePieces(1)))
  // As in a Python dict: the last value at the first key's place.
  let text = String(decoding: output.files[2].bytes, as: UTF8.self)
  #expect(text.contains("\"<s>\": \"<bos>\",\n    \"hello\": \"\\u2581w\\u00f6\",\n    \"<0x0A>\""))
}
