internal import CMCPrimitives
internal import CMCVocabulary

/// Finds special tokens by their piece; of several with one piece the lowest id.
struct SpecialTokenIndex {
  private var ids: [[UInt8]: Int32] = [:]

  init(_ vocabulary: Vocabulary) {
    for (id, kind) in vocabulary.kinds.enumerated() where kind == .special {
      let piece = Array(vocabulary.canonical[id])
      if ids[piece] == nil { ids[piece] = Int32(id) }
    }
  }

  /// The token with the given piece.
  func id(of piece: String) -> Int32? { ids[Array(piece.utf8)] }
}
