/// How FuseLLM names the tokens of a source vocabulary.
///
/// Its code puts the target's sign for a space in the place of the source's before it looks a token up (`▁` of
/// SentencePiece, `Ġ` of byte-level vocabularies), and ends with a KeyError where the name is not there. So a file that it
/// can use has that name for every token.
struct FuseLLMSpelling {
  private static let marks = ["▁", "Ġ"].map { Array($0.utf8) }

  private let sourceMark: [UInt8]?
  private let targetMark: [UInt8]?

  init(_ sources: PieceNames, _ targets: PieceNames) {
    sourceMark = Self.mark(of: sources)
    targetMark = Self.mark(of: targets)
  }

  /// The name under which FuseLLM looks a source token up.
  func key(_ piece: some Collection<UInt8>) -> [UInt8] {
    guard let sourceMark, let targetMark, sourceMark != targetMark else { return Array(piece) }
    return Array(piece).replacing(sourceMark, with: targetMark)
  }

  /// The sign for a space that more of the pieces begin with; nil where none does.
  private static func mark(of names: PieceNames) -> [UInt8]? {
    let tokens = (0..<names.count).filter(names.isToken)
    let counted = marks.map { mark in (mark, tokens.count { names[$0].starts(with: mark) }) }
    return counted.filter { $0.1 > 0 }.max { $0.1 < $1.1 }?.0
  }
}
