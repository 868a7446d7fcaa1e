import CMCPrimitives
import CMCVocabulary
import Testing

@Suite struct VocabularyEditingTests {
  private func sample() throws -> Vocabulary {
    var builder = VocabularyBuilder()
    try builder.add(id: 0, piece: Array("Ġa".utf8), spelling: .byteLevel)
    try builder.add(id: 1, piece: Array(",".utf8), spelling: .wordPiece(continuation: "##"))
    try builder.addByte(id: 3, piece: Array("<0x0A>".utf8), byte: 10)
    builder.assign(.eos, id: 0, isPrimary: true, source: "test")
    return try builder.finish()
  }

  @Test func `special tokens have the bytes of their piece; the rest stays`() throws {
    let before = try sample()
    let after = try before.editing(
      special: [0, 77], additions: [TokenAddition(id: 5, piece: Array("<x>".utf8), isSpecial: true)])
    #expect(after.kinds == [.special, .text, .hole, .byte, .hole, .special])
    #expect(after.canonical[0].elementsEqual("Ġa".utf8))
    #expect(after.canonical[1].elementsEqual(" ,".utf8))
    #expect(after.canonical[3].elementsEqual([10]))
    #expect(after.optionalSpaceIDs == [1])
    #expect(after.ids(of: .eos) == [0])
    #expect(after.fingerprint != before.fingerprint)
    #expect(try before.editing(special: [], additions: []).fingerprint == before.fingerprint)
  }

  @Test func `an id that is taken, doubled or out of range is refused`() throws {
    let vocabulary = try sample()
    let add = { (ids: [Int32]) in
      try vocabulary.editing(
        special: [], additions: ids.map { TokenAddition(id: $0, piece: [65], isSpecial: false) })
    }
    #expect(throws: VocabularyError.duplicateID(3)) { try add([3]) }
    #expect(throws: VocabularyError.duplicateID(4)) { try add([4, 4]) }
    #expect(throws: VocabularyError.idOutOfRange(-1)) { try add([-1]) }
    #expect(throws: VocabularyError.idOutOfRange(Int(Int32.max))) { try add([.max]) }
  }
}
