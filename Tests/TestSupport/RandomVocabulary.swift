package import CMCPrimitives
package import CMCVocabulary

/// Small random vocabularies in which everything that alignment distinguishes happens often.
package enum RandomVocabulary {
  /// A vocabulary over a tiny alphabet with all kinds, duplicates, holes, optional spaces and roles.
  package static func make(_ generator: inout SeededGenerator, size: Int) throws -> Vocabulary {
    var builder = VocabularyBuilder()
    var id = 0
    let alphabet: [[UInt8]] = [
      [0x20], [0x61], [0x62], Array("é".utf8), Array("漢".utf8), [0xC3], [0xA9], [0xE6],
    ]
    while builder.count < size {
      id += generator.below(20) == 0 ? 2 : 1
      switch generator.below(20) {
      case 0:
        let names = ["<s>", "</s>", "<pad>", "<unk>", "<|end|>", "<|x|>"]
        try builder.addSpecial(id: id, piece: Array(names[generator.below(names.count)].utf8))
        for role in TokenRole.allCases where generator.below(3) == 0 {
          builder.assign(role, id: Int32(id), isPrimary: generator.below(2) == 0, source: "test")
        }
      case 1:
        try builder.addByte(id: id, piece: [], byte: UInt8([0x20, 0x61, 0xC3, 0xE6][generator.below(4)]))
      case 2:
        try builder.add(
          id: id, piece: Array(["a", ",", "b", "漢"][generator.below(4)].utf8),
          spelling: .wordPiece(continuation: "##"))
      case 3:
        try builder.add(
          id: id, piece: [UInt8](repeating: 0x20, count: 1 + generator.below(4)), spelling: .literal)
      default:
        var piece: [UInt8] = []
        for _ in 0..<generator.below(6) { piece += alphabet[generator.below(alphabet.count)] }
        try builder.add(id: id, piece: piece, spelling: .literal)
      }
    }
    return try builder.finish()
  }
}
