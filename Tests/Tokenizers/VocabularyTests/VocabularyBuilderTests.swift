import CMCHashing
import CMCPrimitives
import CMCVocabulary
import Testing

@Suite struct VocabularyBuilderTests {
  @Test func bytesAndKindsFollowFromTheSpelling() throws {
    var builder = VocabularyBuilder()
    try builder.add(id: 5, piece: Array("▁a▁".utf8), spelling: .sentencePiece)
    try builder.add(id: 1, piece: Array("Ġé".utf8), spelling: .byteLevel)
    try builder.add(id: 2, piece: Array("漢x".utf8), spelling: .byteLevel)
    try builder.add(id: 3, piece: Array("##ing".utf8), spelling: .wordPiece(continuation: "##"))
    try builder.add(id: 4, piece: Array(",".utf8), spelling: .wordPiece(continuation: "##"))
    let vocabulary = try builder.finish()
    #expect(vocabulary.kinds == [.hole, .fragment, .text, .text, .text, .text])
    #expect(Array(vocabulary.canonical[5]) == Array(" a ".utf8))
    #expect(Array(vocabulary.canonical[1]) == [0x20, 0xE9])
    #expect(Array(vocabulary.canonical[2]) == Array("漢x".utf8), "outside the table: taken literally")
    #expect(Array(vocabulary.canonical[3]) == Array("ing".utf8))
    #expect(vocabulary.forms(of: 4).map { Array($0) } == [[0x2C], [0x20, 0x2C]])
    #expect(vocabulary.tokenCount == 5 && vocabulary.idLimit == 6)
  }

  /// BERT's pre-tokeniser isolates all of ASCII's punctuation, signs of sums and money included.
  @Test(arguments: Array("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"))
  func punctuationMayStandWithoutASpace(sign: Character) throws {
    var builder = VocabularyBuilder()
    try builder.add(id: 0, piece: Array(sign.utf8), spelling: .wordPiece(continuation: "##"))
    try builder.add(id: 1, piece: Array("a\(sign)".utf8), spelling: .wordPiece(continuation: "##"))
    #expect(try builder.finish().optionalSpaceIDs == [0])
  }

  @Test func theOrderOfAddingDoesNotShow() throws {
    func fingerprint(_ ids: [Int]) throws -> String {
      var builder = VocabularyBuilder()
      for id in ids { try builder.add(id: id, piece: Array("t\(id)".utf8), spelling: .literal) }
      return try builder.finish().fingerprint.hex
    }
    #expect(try fingerprint([0, 1, 2]) == fingerprint([2, 0, 1]))
    #expect(try fingerprint([0, 1, 2]) != fingerprint([0, 1, 3]))
  }

  @Test func impossibleIDsAreRefused() throws {
    var builder = VocabularyBuilder()
    for id in [-1, VocabularyBuilder.idLimit, .max] {
      #expect(throws: VocabularyError.idOutOfRange(id)) { try builder.addSpecial(id: id, piece: []) }
    }
    try builder.addSpecial(id: 7, piece: [])
    #expect(throws: VocabularyError.duplicateID(7)) { try builder.addSpecial(id: 7, piece: []) }
    builder.assign(.eos, id: 3, isPrimary: true, source: "x")
    #expect(throws: VocabularyError.roleWithoutToken(.eos, 3, "x")) { try builder.finish() }
    #expect(throws: VocabularyError.empty) { try VocabularyBuilder().finish() }
  }

  @Test func theByteTableIsGPT2s() {
    #expect(ByteLevelAlphabet.piece(of: [0x20, 0x0A, 0x41, 0x7F, 0xAD, 0xFF]) == "ĠĊAġŃÿ")
    #expect(Set(ByteLevelAlphabet.scalars).count == 256)
  }
}
