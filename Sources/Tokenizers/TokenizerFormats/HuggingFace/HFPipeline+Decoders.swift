import CMCFastJSON
import CMCVocabulary

extension HFPipeline {
  /// Reads a decoder and those inside it.
  mutating func readDecoder(_ step: JSONValue) throws {
    switch try type(of: step, stage: "decoder") {
    case "Sequence": try forEach(try step.require("decoders")) { try readDecoder($0) }
    case "ByteLevel": decoders.append(.byteLevel)
    case "ByteFallback": decoders.append(.byteFallback)
    case "Fuse": decoders.append(.fuse)
    case "Metaspace":
      decoders.append(
        .metaspace(replacement: try text(step, "replacement"), prepend: try prependScheme(of: step)))
    case "Replace": decoders.append(.replace(try pattern(of: step), with: try text(step, "content")))
    case "Strip":
      decoders.append(
        .strip(
          content: try text(step, "content"), start: try count(step, "start"), stop: try count(step, "stop")))
    case "WordPiece":
      decoders.append(
        .wordPiece(prefix: try text(step, "prefix"), cleanup: try flag(step, "cleanup", default: true)))
    case "BPEDecoder": decoders.append(.bpe(suffix: try text(step, "suffix")))
    case "CTC":
      decoders.append(
        .ctc(
          padding: try text(step, "pad_token"), wordDelimiter: try text(step, "word_delimiter_token"),
          cleanup: try flag(step, "cleanup", default: true)))
    case let name: decoders.append(.unknown(name))
    }
  }

  /// A whole number that must be there.
  func count(_ step: JSONValue, _ key: String, from lowest: Int = 0) throws -> Int {
    let value = try step.require(key)
    let number = try value.expect("an integer") { $0.int }
    guard (lowest...1 << 20).contains(number) else {
      throw HFTokenizerError.numberOutOfRange(path: value.path)
    }
    return number
  }
}
