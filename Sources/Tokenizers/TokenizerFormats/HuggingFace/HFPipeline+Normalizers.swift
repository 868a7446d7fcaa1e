import CMCFastJSON
import CMCPrimitives
import CMCVocabulary

extension HFPipeline {
  /// Reads a normalizer and those inside it.
  mutating func readNormalizer(_ step: JSONValue) throws {
    switch try type(of: step, stage: "normalizer") {
    case "Sequence": try forEach(try step.require("normalizers")) { try readNormalizer($0) }
    case "NFC": normalizers.append(.nfc)
    case "NFD": normalizers.append(.nfd)
    case "NFKC": normalizers.append(.nfkc)
    case "NFKD": normalizers.append(.nfkd)
    case "Lowercase": normalizers.append(.lowercase)
    case "StripAccents": normalizers.append(.stripAccents)
    case "Nmt": normalizers.append(.nmt)
    case "ByteLevel": normalizers.append(.byteLevel)
    case "Replace": normalizers.append(.replace(try pattern(of: step), with: try text(step, "content")))
    case "Prepend": normalizers.append(.prepend(try text(step, "prepend")))
    case "Strip":
      normalizers.append(
        .strip(
          left: try flag(step, "strip_left", default: true),
          right: try flag(step, "strip_right", default: true)))
    case "Precompiled": normalizers.append(.precompiled(try precompiledMap(step)))
    case "BertNormalizer":
      normalizers.append(
        .bert(
          cleanText: try flag(step, "clean_text", default: true),
          handleChineseCharacters: try flag(step, "handle_chinese_chars", default: true),
          stripAccents: present(step["strip_accents"])?.bool,
          lowercase: try flag(step, "lowercase", default: true)))
    case let name: normalizers.append(.unknown(name))
    }
  }

  /// SentencePiece's character map; a null one does nothing.
  private func precompiledMap(_ step: JSONValue) throws -> [UInt8] {
    let value = try step.require("precompiled_charsmap")
    if value.isNull { return [] }
    let text = try value.expect("a string") { $0.stringBytes }
    guard let bytes = Base64.decode(text) else { throw HFTokenizerError.badBase64(path: value.path) }
    return bytes
  }
}
