import CMCPrimitives
package import CMCVocabulary

/// What is wrong with a SentencePiece model file.
package enum SentencePieceError: DescribedError, Equatable {
  /// The bytes are no protocol buffer of the model's type; the reason is the decoder's.
  case malformed(String)
  /// There are no pieces: an empty file, or a protocol buffer of another type.
  case noPieces
  /// A piece has no text.
  case emptyPiece(id: Int)
  /// A piece of type BYTE is not spelled `<0xNN>`.
  case malformedByte(id: Int, piece: String)
  /// A score is not a number.
  case scoreNotFinite(id: Int)
  /// The pieces are no vocabulary.
  case vocabulary(VocabularyError)

  /// What and where.
  package var description: String {
    switch self {
    case .malformed(let reason): "is not a SentencePiece model: \(reason)"
    case .noPieces: "is not a SentencePiece model: it holds no pieces"
    case .emptyPiece(let id): "piece \(id) is empty"
    case .malformedByte(let id, let piece): "piece \(id) is of type BYTE, but \(piece) is not spelled <0xNN>"
    case .scoreNotFinite(let id): "piece \(id) has a score that is not a finite number"
    case .vocabulary(let error): error.description
    }
  }

  /// What the file may be instead, or how to get a whole one.
  package var hint: String? {
    switch self {
    case .malformed, .noPieces:
      "download the file again, and check that it is the tokenizer.model of the model"
    default: nil
    }
  }
}
