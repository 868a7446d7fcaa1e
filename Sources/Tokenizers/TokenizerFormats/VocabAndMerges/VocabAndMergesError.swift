import CMCPrimitives

/// What is wrong with a `vocab.json` and its `merges.txt`, beside JSON itself.
package enum VocabAndMergesError: DescribedError, Equatable {
  /// A line of the merges is not two parts with a space between.
  case malformedMerge(line: Int, text: String)
  /// A part of a merge, or what it makes, is no piece of the vocabulary.
  case unknownMergePiece(line: Int, text: String, piece: String)
  /// There is no `merges.txt` beside the vocabulary.
  case missingMerges

  /// What and where.
  package var description: String {
    switch self {
    case .malformedMerge(let line, let text): "line \(line): \(text) is not two parts with a space between"
    case .unknownMergePiece(let line, let text, let piece):
      "line \(line): \(text) needs \(piece), which is not in vocab.json"
    case .missingMerges: "needs the merges.txt that belongs to it, and there is none beside it"
    }
  }

  /// Where the two come from.
  package var hint: String? { "take vocab.json and merges.txt from the same model" }
}
