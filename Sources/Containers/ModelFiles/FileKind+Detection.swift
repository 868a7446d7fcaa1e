package import CMCFastJSON

extension FileKind {
  /// What the whole content of a file is.
  ///
  /// - Throws: `JSONError` where it begins as JSON does but is none.
  /// - Complexity: O(1) but for JSON, which is parsed; a reader that needs the document anyway calls
  ///   ``withoutParsing(_:)`` and ``of(_:)``.
  package static func detect(_ bytes: UnsafeRawBufferPointer) throws -> FileKind {
    if let kind = withoutParsing(bytes) { return kind }
    return of(try JSONDocument(Array(bytes)).root)
  }

  /// What the content of a file is, nil where it begins as JSON does.
  ///
  /// - Complexity: O(1): at most some tens of lines or entries at the front are looked at.
  package static func withoutParsing(_ bytes: UnsafeRawBufferPointer) -> FileKind? {
    guard !bytes.isEmpty else { return .empty }
    if let kind = binary(bytes) { return kind }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? UnsafeRawBufferPointer(rebasing: bytes[3...]) : bytes
    let first = text.prefix(4096).first { $0 > 0x20 }
    if first == UInt8(ascii: "{") { return nil }
    if first == UInt8(ascii: "<"), isHTML(text) { return .html }
    if SentencePieceSignature.matches(bytes) { return .sentencePiece }
    if Llama2CSignature.matches(bytes) { return .llama2c }
    return beginsArray(text) ? nil : TextSignature.kind(text)
  }

  /// Whether a text begins as a JSON array does, and not as the `[PAD]` of a vocabulary.
  private static func beginsArray(_ text: UnsafeRawBufferPointer) -> Bool {
    let start = text.prefix(4096).drop { $0 <= 0x20 }
    guard start.first == UInt8(ascii: "["), let next = start.dropFirst().first(where: { $0 != 0x20 }) else {
      return false
    }
    return "\"{[-]0123456789".utf8.contains(next)
  }

  /// What a JSON document is.
  ///
  /// - Complexity: O(members of the outermost object).
  package static func of(_ root: JSONValue) -> FileKind {
    guard root.isObject else { return .otherJSON }
    var shape = Shape()
    // The first members of a flat vocabulary settle it; there is no need to walk 262 144 of them.
    try? root.forEachMember { key, value in
      shape.note(key, value)
      if shape.isSurelyVocabulary { throw Stop() }
    }
    return shape.kind
  }

  private struct Stop: Error {}

  /// What the members of an outermost object tell.
  private struct Shape {
    private var members: [String: JSONValue] = [:]
    private var integers = 0
    private var others = 0

    mutating func note(_ key: UnsafeBufferPointer<UInt8>, _ value: JSONValue) {
      if value.int != nil { integers += 1 } else { others += 1 }
      if key.count < 32, members.count < 256 { members[String(decoding: key, as: UTF8.self)] = value }
    }

    var isSurelyVocabulary: Bool { integers >= 64 && others == 0 }

    var kind: FileKind {
      if members["model"]?.isObject == true { return .tokenizerJSON }
      if members["config"]?.isObject == true, members["vocab"]?.isArray == true { return .tekkenJSON }
      if ["source", "target", "ids"].allSatisfy({ members[$0] != nil }) { return .tokenMap }
      if members["weight_map"]?.isObject == true { return .safetensorsIndex }
      if integers > 0, others == 0 { return .vocabularyJSON }
      let keys = ["tokenizer_class", "model_type", "architectures", "bos_token", "eos_token", "eos_token_id"]
      return keys.contains { members[$0] != nil } ? .configurationJSON : .otherJSON
    }
  }

  private static func binary(_ bytes: UnsafeRawBufferPointer) -> FileKind? {
    if bytes.starts(with: "GGUF".utf8) { return .gguf }
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .zip }
    if bytes.starts(with: [0x1F, 0x8B]) { return .gzip }
    if bytes.starts(with: "version https://git-lfs".utf8) { return .gitLFSPointer }
    // Eight bytes of length, then that many of JSON. Before pickles: a length of 0x480 begins as one of them does.
    if bytes.count > 16, bytes[8] == UInt8(ascii: "{") {
      let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
      if length >= 2, length <= UInt64(bytes.count - 8) { return .safetensors }
    }
    if bytes.count > 2, bytes[0] == 0x80, (2...5).contains(bytes[1]) { return .pickle }
    return Llama2CModelSignature.matches(bytes) ? .llama2cModel : nil
  }

  private static func isHTML(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let start = String(decoding: bytes.prefix(256).drop { $0 <= 0x20 }, as: UTF8.self).lowercased()
    return ["<!doctype html", "<html", "<head", "<?xml"].contains { start.hasPrefix($0) }
  }
}
