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
    case .gguf: try GGUFTokenizerReader.read(bytes, name: name)
    case .rwkv: try RWKVReader.read(bytes, name: name)
    case .llama2c: try Llama2CReader.read(bytes, name: name)
    default: nil
    }
  }

  /// Fills in the family and the roles that no file stated.
  static func applyKnownFamilies(to description: inout TokenizerDescription) {
    KnownFamilies.apply(to: &description)
  }
}
