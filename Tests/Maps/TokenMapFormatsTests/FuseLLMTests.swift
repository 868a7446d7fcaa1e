import CMCAlignment
import CMCFastJSON
import CMCPrimitives
import CMCTokenMapFormats
import CMCVocabulary
import Testing

/// What FuseLLM's code asks of its vocabulary mapping: every source token, under the piece with the target's sign for a space.
@Suite struct FuseLLMTests {
  private let sources = ["<s>", "▁he", "▁", "he", "Ġ", ""]
  private let targets = ["<|endoftext|>", "Ġhe", "Ġ", "he"]

  @Test func everyTokenIsThereUnderTheNameItIsLookedUpBy() throws {
    let output = try TokenMapWriter.files(
      for: map([0, 1, 2, 3, 3, -1]), format: .fusellm, at: "m.json", options: options)
    let document = try JSONDocument(output.files[0].bytes)
    var found: [[String]] = []
    try document.root.forEachMember { key, value in
      found.append([String(decoding: key, as: UTF8.self), value.string ?? "?"])
    }
    // As in a Python dict, the last of two tokens of one name counts, at the first one's place.
    #expect(found == [["<s>", "<|endoftext|>"], ["Ġhe", "Ġhe"], ["Ġ", "he"], ["he", "he"]])
    #expect(output.dropped.contains(.duplicatePieces(1)))
  }

  @Test func theOtherDirectionHasTheOtherSign() throws {
    var turned = map([0, 1, 2, 3, 3, -1])
    turned = TokenMap(
      source: turned.target, target: turned.source,
      entries: [0, 1, 2, 3].map { MapEntry(id: $0, method: .exact, distance: 0) })
    var options = TokenMapWriteOptions()
    (options.sourcePieces, options.targetPieces) = (self.options.targetPieces, self.options.sourcePieces)
    let output = try TokenMapWriter.files(for: turned, format: .fusellm, at: "m.json", options: options)
    let text = String(decoding: output.files[0].bytes, as: UTF8.self)
    #expect(text.contains("\"▁he\": \"▁he\"") && text.contains("\"▁\": \"▁\""))
  }

  @Test func whatHasNoTargetMustBeFilledAndAHoleNeedNot() throws {
    #expect(throws: TokenMapFormatError.unmatched(count: 1, format: .fusellm)) {
      try TokenMapWriter.files(for: map([0, 1, 2, -1, 3, -1]), format: .fusellm, at: "m", options: options)
    }
  }

  @Test func piecesOfAMapAreNotTheTokenizersOwn() {
    for side in ["source", "target"] {
      var options = options
      if side == "source" { options.sourcePieces = nil } else { options.targetPieces = nil }
      #expect(throws: TokenMapFormatError.piecesNeeded(side: side, format: .fusellm)) {
        try TokenMapWriter.files(
          for: map([0, 1, 2, 3, 3, -1]), format: .fusellm, at: "m.json", options: options)
      }
    }
  }

  @Test func eitherSpellingIsRead() throws {
    var read = TokenMapReadOptions()
    (read.source, read.target) = (map([]).source, map([]).target)
    (read.sourcePieces, read.targetPieces) = (options.sourcePieces, options.targetPieces)
    for key in ["Ġhe", "▁he"] {
      let input = try TokenMapReader.parse(
        Array("{\"\(key)\": \"he\"}".utf8), as: .fusellm, options: read)
      #expect(input.map.ids == [-1, 3, -1, -1, -1, -1], "\(key)")
    }
  }

  private var options: TokenMapWriteOptions {
    var options = TokenMapWriteOptions()
    options.sourcePieces = ByteTable(sources.map { Array($0.utf8) })
    options.targetPieces = ByteTable(targets.map { Array($0.utf8) })
    return options
  }

  private func map(_ ids: [Int32]) -> TokenMap {
    TokenMap(
      source: side(sources), target: side(targets),
      entries: ids.map { id in
        MapEntry(id: id, method: id < 0 ? .unmatched : .exact, distance: id < 0 ? TokenMap.noDistance : 0)
      })
  }

  private func side(_ pieces: [String]) -> MapSide {
    MapSide(
      name: "side", tokens: pieces.count { !$0.isEmpty }, maxID: pieces.count - 1, logitsWidth: pieces.count,
      fingerprint: nil, pieces: ByteTable(pieces.map { Array($0.utf8) }),
      kinds: pieces.map { $0.isEmpty ? .hole : $0.hasPrefix("<") ? .special : .text })
  }
}
