package import CMCPrimitives
package import CMCVocabulary

/// The pieces of a tokenizer as the reference scripts see them: the strings of the HF vocabulary.
///
/// Files that hold bytes (tiktoken, Tekken, RWKV) are spelled through GPT-2's byte table, as their HF conversions are.
package enum ReferencePieces {
  /// One row an id; holes are empty.
  package static func table(_ description: TokenizerDescription) -> ByteTable {
    let vocabulary = description.vocabulary
    switch description.format {
    case .tiktoken, .tekken, .rwkv: break
    default: return vocabulary.pieces
    }
    var table = ByteTable(rows: vocabulary.idLimit, bytes: vocabulary.pieces.bytes.count * 3 / 2)
    for id in 0..<vocabulary.idLimit {
      if vocabulary.kinds[id] == .special {
        table.append(vocabulary.canonical[id])
      } else {
        table.append(ByteLevelAlphabet.piece(of: vocabulary.canonical[id]).utf8)
      }
    }
    return table
  }
}
