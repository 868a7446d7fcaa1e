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
  /// A piece has the character U+0000.
  case nulInPiece(id: Int)
  /// Two pieces that are looked up together have the same text.
  case duplicatePiece(String, earlier: Int, later: Int)
  /// Two pieces are of type UNKNOWN.
  case secondUnknown(earlier: Int, later: Int)
  /// A piece of type BYTE is not spelled `<0xNN>` with digits in upper case.
  case malformedByte(id: Int, piece: String)
  /// A piece is of type BYTE in a model that is not said to fall back on bytes.
  case byteWithoutFallback(id: Int, piece: String)
  /// A model that falls back on bytes does not have all 256 of them.
  case missingBytes(found: Int)
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
    case .nulInPiece(let id): "piece \(id) has the character U+0000"
    case .duplicatePiece(let piece, let earlier, let later):
      "piece \(later) is \(piece), as piece \(earlier) is already"
    case .secondUnknown(let earlier, let later): "pieces \(earlier) and \(later) are both of type UNKNOWN"
    case .malformedByte(let id, let piece): "piece \(id) is of type BYTE, but \(piece) is not spelled <0xNN>"
    case .byteWithoutFallback(let id, let piece):
      "piece \(id), \(piece), is of type BYTE, but trainer_spec.byte_fallback is false"
    case .missingBytes(let found):
      "trainer_spec.byte_fallback is true, but of the 256 pieces of type BYTE there are \(found)"
    case .scoreNotFinite(let id): "piece \(id) has a score that is not a finite number"
    case .vocabulary(let error): error.description
    }
  }

  /// What the file may be instead, or how to get a whole one.
  package var hint: String? {
    switch self {
    case .malformed, .noPieces:
      "download the file again, and check that it is the tokenizer.model of the model"
    case .nulInPiece, .duplicatePiece, .secondUnknown, .malformedByte, .byteWithoutFallback, .missingBytes:
      "sentencepiece does not load such a model either; take the file as its trainer wrote it"
    default: nil
    }
  }
}
