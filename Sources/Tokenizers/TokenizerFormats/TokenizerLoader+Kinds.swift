import CMCModelFiles
import CMCVocabulary

extension TokenizerLoader {
  /// Reads the formats that are not JSON, by the kind of the file; nil for every other kind.
  static func readPlain(
    _ kind: FileKind, _ bytes: UnsafeRawBufferPointer, name: String
  ) throws -> TokenizerDescription? {
    switch kind {
    case .sentencePiece: try SentencePieceReader.read(bytes, name: name)
    case .tiktoken: try TiktokenReader.read(bytes, name: name)
    case .gguf: try GGUFTokenizerReader.read(bytes, name: name)
    case .rwkv: try RWKVReader.read(bytes, name: name)
    case .llama2c: try Llama2CReader.read(bytes, name: name)
    case .vocabularyText: try WordPieceTextReader.read(bytes, name: name)
    default: nil
    }
  }
}
