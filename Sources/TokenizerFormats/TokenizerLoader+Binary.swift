import ModelFiles
import Primitives
import Vocabulary

extension TokenizerLoader {
  /// Reads the formats that are not JSON or lines of text; nil for every other kind.
  static func readBinary(
    _ kind: FileKind, _ bytes: UnsafeRawBufferPointer, name: String
  ) throws -> TokenizerDescription? {
    switch kind {
    case .sentencePiece: try SentencePieceReader.read(bytes, name: name)
    case .tiktoken: try TiktokenReader.read(bytes, name: name)
    case .gguf, .rwkv, .llama2c: throw NotLinkedError(kind: kind)
    default: nil
    }
  }

  /// Fills in the family and the roles that no file stated.
  static func applyKnownFamilies(to description: inout TokenizerDescription) {
    KnownFamilies.apply(to: &description)
  }
}

/// A format whose reader is not part of this build yet.
struct NotLinkedError: DescribedError {
  let kind: FileKind
  var description: String { "is \(kind.name): not yet linked" }
}
