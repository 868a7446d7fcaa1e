internal import CMCGGUF
internal import CMCVocabulary

/// The entries of a GGUF header that a tokenizer is made of.
struct GGUFTokenizerMetadata {
  let header: GGUFHeader
  private let bytes: UnsafeRawBufferPointer

  init(_ header: GGUFHeader, _ bytes: UnsafeRawBufferPointer) {
    self.header = header
    self.bytes = bytes
  }

  /// `tokenizer.ggml.pre`: the name of the cuts that come before byte-pair encoding.
  var pre: String? { header["tokenizer.ggml.pre"]?.text }

  /// `general.name`, where it is fit to be shown: no path, no commit.
  var name: String? {
    guard let name = header["general.name"]?.text, !name.isEmpty, name.utf8.count <= 80 else { return nil }
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.value >= 0x20 && $0.value != 0x7F && $0 != "/" && $0 != "\\"
    }
    let isDigest = name.utf8.count >= 32 && name.utf8.allSatisfy { HexDigit.value($0) != nil }
    return isPlain && !isDigest ? name : nil
  }

  func model() throws(GGUFTokenizerError) -> GGUFTokenizerModel {
    guard let value = header["tokenizer.ggml.model"] else { throw .noTokenizer }
    guard let name = value.text else {
      throw .container(.wrongType(key: "tokenizer.ggml.model", wanted: "a string"))
    }
    guard let model = GGUFTokenizerModel(rawValue: name) else {
      throw .unsupportedModel(shownPiece(name.utf8))
    }
    return model
  }

  /// How a model works: the cuts of Gemma 4 make one of GPT-2's kind a Gemma, as in llama.cpp.
  func working(_ model: GGUFTokenizerModel) -> GGUFTokenizerModel {
    model == .gpt2 && pre == "gemma4" ? .gemma4 : model
  }

  func tokens() throws(GGUFTokenizerError) -> GGUFStrings {
    guard let tokens = try strings("tokens"), tokens.underestimatedCount > 0 else { throw .noTokenizer }
    let limit = VocabularyBuilder.idLimit
    guard tokens.underestimatedCount <= limit else { throw .vocabulary(.idOutOfRange(limit)) }
    return tokens
  }

  func merges() throws(GGUFTokenizerError) -> GGUFStrings {
    guard let merges = try strings("merges") else { throw .container(.missing(key: "tokenizer.ggml.merges")) }
    return merges
  }

  /// One whole number a token, or nil where the entry is missing.
  func int32s(_ name: String, count: Int) throws(GGUFTokenizerError) -> [Int32]? {
    let key = "tokenizer.ggml.\(name)"
    guard let value = header[key] else { return nil }
    guard let numbers = value.array?.int32s(in: bytes) else {
      throw .container(.wrongType(key: key, wanted: "an array of whole numbers"))
    }
    guard numbers.count == count else { throw .lengthMismatch(key: key, count: numbers.count, tokens: count) }
    return numbers
  }

  /// The scores of the first `count` tokens, all 0 where the entry is missing; rows beyond are padding.
  func scores(count: Int) throws(GGUFTokenizerError) -> [Float] {
    let key = "tokenizer.ggml.scores"
    guard let value = header[key] else { return [Float](repeating: 0, count: count) }
    guard let scores = value.array?.floats(in: bytes) else {
      throw .container(.wrongType(key: key, wanted: "an array of 32-bit floating-point numbers"))
    }
    guard scores.count >= count else { throw .lengthMismatch(key: key, count: scores.count, tokens: count) }
    if let place = scores.prefix(count).firstIndex(where: { !$0.isFinite }) {
      throw .scoreNotFinite(id: place)
    }
    return Array(scores.prefix(count))
  }

  /// How many logits the model gives, by the tensor that makes them, and where the file disagrees with itself.
  func logitsWidth(tokens: Int) -> (LogitsWidth, [String]) {
    var stated: [LogitsWidth] = []
    for name in ["output.weight", "token_embd.weight"] {
      guard let tensor = header.tensor(name), tensor.shape.count == 2 else { continue }
      stated.append(LogitsWidth(count: tensor.shape[1], source: "rows of \(name)"))
    }
    if let architecture = header["general.architecture"]?.text,
      let count = header["\(architecture).vocab_size"]?.integer, count > 0
    {
      stated.append(LogitsWidth(count: count, source: "\(shownPiece(architecture.utf8)).vocab_size"))
    }
    stated.append(LogitsWidth(count: tokens, source: "tokenizer.ggml.tokens"))
    let used = stated[0]
    let notes = stated.dropFirst().filter { $0.count != used.count }.map {
      "\($0.source) says \($0.count) logits, \(used.source) says \(used.count), which is used"
    }
    return (used, notes)
  }

  /// The bytes of an array of bytes.
  func byteArray(_ name: String) -> [UInt8]? { header["tokenizer.ggml.\(name)"]?.array?.bytes(in: bytes) }

  /// A truth value, or what holds where the entry is missing.
  func flag(_ name: String, default value: Bool) -> Bool {
    header["tokenizer.ggml.\(name)"]?.boolean ?? value
  }

  private func strings(_ name: String) throws(GGUFTokenizerError) -> GGUFStrings? {
    let key = "tokenizer.ggml.\(name)"
    guard let value = header[key] else { return nil }
    guard let strings = value.array?.strings(in: bytes) else {
      throw .container(.wrongType(key: key, wanted: "an array of strings"))
    }
    return strings
  }
}
