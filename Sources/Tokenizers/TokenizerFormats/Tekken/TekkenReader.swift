package import CMCFastJSON
import CMCFieldTables
import CMCPrimitives
package import CMCVocabulary

/// Reads Mistral's Tekken files: byte-pair encoding by rank, the special tokens before the others.
///
/// The file lists more tokens than are used: of `vocab` the first `default_vocab_size - default_num_special_tokens`
/// take part, and the id of a token is its rank plus the number of special tokens. The first 256 of them are the bytes,
/// so that every text has tokens. Source: mistral-common 1.13.
package enum TekkenReader {
  /// Reads a parsed file.
  ///
  /// - Throws: ``TekkenError``, `JSONError`, `VocabularyError`.
  package static func read(_ document: JSONDocument, name: String) throws -> TokenizerDescription {
    let root = document.root
    try FieldTable.tekken.check(root)
    let config = try root.require("config")
    try FieldTable.tekken.check(config, in: "config")
    let size = try count(config, "default_vocab_size")
    let specialCount = try count(config, "default_num_special_tokens")
    guard specialCount <= size else {
      throw TekkenError.badCount(path: "config.default_num_special_tokens", count: specialCount)
    }
    let rankCount = size - specialCount
    let pattern = config["pattern"]?.string
    let vocab = try root.require("vocab")

    var builder = VocabularyBuilder(capacity: min(size, vocab.countHint + specialCount))
    let specials = try specialNames(root["special_tokens"], count: specialCount)
    for (id, special) in specials.enumerated() { try builder.addSpecial(id: id, piece: special) }
    try addTokens(vocab, count: rankCount, firstID: specialCount, to: &builder)
    assignRoles(specials, to: &builder)

    let vocabulary = try builder.finish()
    let index = ByteStringIndex(vocabulary.canonical, where: { $0 >= specialCount })
    if let (earlier, later) = index.firstDuplicate {
      throw TekkenError.duplicateToken(index: later - specialCount, earlier: earlier - specialCount)
    }
    var description = TokenizerDescription(
      name: name, format: .tekken, files: [], vocabulary: vocabulary,
      algorithm: .rankedBPE(
        RankedBPEModel(firstID: Int32(specialCount), rankCount: rankCount, pattern: pattern)))
    if let pattern {
      description.preTokenizers = [.split(.regex(pattern), behavior: .isolated, invert: false)]
    } else {
      description.notes.append("config.pattern is missing, so text cannot be split into words.")
    }
    description.addedTokens = specials.enumerated().map {
      AddedToken(id: Int32($0.offset), content: String(decoding: $0.element, as: UTF8.self), isSpecial: true)
    }
    description.logitsWidth = LogitsWidth(count: size, source: "config.default_vocab_size")
    return description
  }

  /// Reads a file's bytes.
  ///
  /// - Throws: As for a parsed file.
  package static func read(_ bytes: UnsafeRawBufferPointer, name: String) throws -> TokenizerDescription {
    try read(JSONDocument(Array(bytes)), name: name)
  }

  private static func count(_ config: JSONValue, _ key: String) throws -> Int {
    let value = try config.require(key)
    let count = try value.expect("an integer") { $0.int }
    guard (0...VocabularyBuilder.idLimit).contains(count) else {
      throw TekkenError.badCount(path: value.path, count: count)
    }
    return count
  }

  /// The names of the special ids: those of the file, else the published ones, and fillers for the rest.
  private static func specialNames(_ listed: JSONValue?, count: Int) throws -> [[UInt8]] {
    guard let listed, !listed.isNull else {
      return (0..<count).map { id in
        Array((id < TekkenSpecials.names.count ? TekkenSpecials.names[id] : TekkenSpecials.filler(id)).utf8)
      }
    }
    var names = [[UInt8]?](repeating: nil, count: count)
    try listed.forEachElement { index, value in
      try FieldTable.tekken.check(value, in: "special_tokens")
      let rank = try value.require("rank").expect("an integer") { $0.int }
      guard rank >= 0, rank < count, names[rank] == nil else {
        throw TekkenError.badSpecial(index: index, rank: rank, count: count)
      }
      names[rank] = try value.require("token_str").expect("a string") { $0.stringBytes }
    }
    return names.enumerated().map { $0.element ?? Array(TekkenSpecials.filler($0.offset).utf8) }
  }

  private struct Done: Error {}

  private static func addTokens(
    _ vocab: JSONValue, count: Int, firstID: Int, to builder: inout VocabularyBuilder
  ) throws {
    var bytes: [UInt8] = []
    var listed = 0
    do {
      try vocab.forEachElement { index, value in
        guard index < count else { throw Done() }
        let rank = try value.require("rank").expect("an integer") { $0.int }
        guard rank == index else { throw TekkenError.rankOutOfOrder(index: index, rank: rank) }
        bytes.removeAll(keepingCapacity: true)
        let isValid = try value.require("token_bytes").withStringBytes { Base64.decode($0, to: &bytes) }
        guard isValid == true else { throw TekkenError.badBase64(index: index) }
        guard !bytes.isEmpty else { throw TekkenError.emptyToken(index: index) }
        guard index > 0xFF || bytes == [UInt8(index)] else { throw TekkenError.notTheByte(index: index) }
        try bytes.withUnsafeBufferPointer {
          try builder.add(id: firstID + index, piece: $0, spelling: .literal)
        }
        listed += 1
      }
    } catch is Done {
      return
    }
    guard listed == count else { throw TekkenError.tooFewTokens(wanted: count, listed: listed) }
  }

  private static func assignRoles(_ specials: [[UInt8]], to builder: inout VocabularyBuilder) {
    let known: [(TokenRole, String)] = [(.unk, "<unk>"), (.bos, "<s>"), (.eos, "</s>"), (.pad, "<pad>")]
    for (role, name) in known {
      guard let id = specials.firstIndex(of: Array(name.utf8)) else { continue }
      builder.assign(role, id: Int32(id), isPrimary: true, source: "tekken.json: special_tokens")
    }
  }
}
