import CMCAlignment
import CMCPrimitives
import CMCTokenMapFormats
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

/// A token is spelled one way, whoever is asked: its vocabulary, a map made of it, or a map read from a file.
@Suite struct ShownTokenTests {
  @Test(arguments: ["harbor", "meadow"]) func aFileSaysOfTokensWhatTheirVocabularySays(name: String) throws {
    let description = try TokenizerLoader.load(RealData.checkout + "/Vocabs/demo/" + name)
    let vocabulary = description.vocabulary
    let map = try TokenMap.aligning(description, to: description)
    let file = try #require(try TokenMapWriter.files(for: map, format: .json, at: "m").files.first)
    let read = try TokenMapReader.parse(file.bytes).map
    #expect(read == map)
    for id in 0..<Int32(vocabulary.idLimit) where vocabulary.kind(id) != .hole {
      let token = vocabulary.token(id)
      #expect(token.bytes == Array(vocabulary.canonical[Int(id)]))
      #expect(map.source.token(id) == token && read.source.token(id) == token)
      #expect(map.source.tokenClass(id) == read.source.tokenClass(id))
    }
  }

  @Test func whatAMapDoesNotHoldIsNotKnown() {
    var side = MapSide(
      name: "v", pieces: ByteTable(["a", "\\xFF"].map { Array($0.utf8) }), kinds: [.text, .fragment])
    #expect(side.token(1) == ShownToken(id: 1, piece: "\\xFF", kind: .fragment, bytes: [0xFF]))
    #expect(side.token(2) == ShownToken(id: 2, kind: .hole))
    side.pieces = nil
    #expect(side.token(1) == ShownToken(id: 1, kind: .fragment) && side.token(1).label.isEmpty)
    side.kinds = nil
    #expect(side.token(1) == ShownToken(id: 1))
  }

  @Test func piecesThatAreReplacedTakeTheirBytesAlong() throws {
    let description = try TokenizerLoader.load(RealData.checkout + "/Vocabs/demo/harbor")
    var side = MapSide(description)
    let whole = side
    side.pieces = ByteTable(Array(repeating: Array("x".utf8), count: description.vocabulary.idLimit))
    let text = try #require(description.vocabulary.kinds.firstIndex(of: .text))
    #expect(side.bytes(Int32(text)) == Array("x".utf8) && side != whole)
  }
}
