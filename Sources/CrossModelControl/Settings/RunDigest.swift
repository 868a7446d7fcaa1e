internal import CMCAlignment
internal import CMCFastJSON
internal import CMCHashing
internal import CMCResultCoding

/// The digests by which settings hold what is too long to hold itself.
enum RunDigest {
  /// The digest of texts in their order; where one ends and the next begins counts.
  static func of(_ texts: [String]) -> String {
    var json = JSONWriter(.compact)
    json.array { json in for text in texts { json.value(text) } }
    return SHA256Digest(hashing: json.bytes).hex
  }

  /// The digest of where a map sends every id.
  static func of(_ map: TokenMap) -> String {
    map.ids.withUnsafeBytes { SHA256Digest(hashing: $0).hex }
  }

  /// The digest of settings as their files have them.
  ///
  /// - Throws: `ResultCodingError` for a number that JSON cannot say.
  static func of(_ settings: some RunSettings) throws -> String {
    SHA256Digest(hashing: try ResultCoding.encode(settings)).hex
  }

  /// The beginning of that digest, by which results name their run.
  ///
  /// - Throws: `ResultCodingError` for a number that JSON cannot say.
  static func short(of settings: some RunSettings) throws -> String {
    String(try of(settings).prefix(16))
  }
}
