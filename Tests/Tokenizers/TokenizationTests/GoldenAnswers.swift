import CMCFastJSON
import CMCTokenization
import CMCVocabulary
import Testing

/// An entry of a golden file, `texts` and `ids` with the library's answers, held against a tokenizer.
enum GoldenAnswers {
  /// Compares ids without and with the tokens around a text, with special tokens as text, and what ids decode to; each
  /// in parts too.
  static func compare(_ entry: JSONValue, _ tokenizer: Tokenizer) throws {
    let texts = try entry.require("texts").elements.compactMap(\.stringBytes)
    for (key, options) in [
      ("plain", EncodingOptions(addsSpecial: false, parsesSpecial: true)),
      ("special", EncodingOptions(addsSpecial: true, parsesSpecial: true)),
      ("literal", EncodingOptions(addsSpecial: false, parsesSpecial: false)),
    ] {
      for (text, wanted) in zip(texts, try entry.require(key).elements) {
        let shown = Comment(rawValue: "\(key): \(String(decoding: text, as: UTF8.self).debugDescription)")
        guard wanted.isArray else {
          // Where the library fails by its own fault there is nothing to compare.
          if wanted.string?.hasPrefix("PanicException") == false {
            #expect(throws: TokenizationError.self, shown) { try tokenizer.encode(text, options: options) }
          }
          continue
        }
        let ids = wanted.elements.compactMap(\.int).map(Int32.init)
        #expect(try tokenizer.encode(text, options: options) == ids, shown)
        #expect(try encodedInParts(text, tokenizer, options) == ids, shown)
      }
    }
    try compareDecoding(entry, "decoded", tokenizer, showsSpecial: false)
    try compareDecoding(entry, "shown", tokenizer, showsSpecial: true)
  }

  /// Compares what lists of ids decode to, whole and in parts.
  static func compareDecoding(
    _ entry: JSONValue, _ key: String, _ tokenizer: Tokenizer, showsSpecial: Bool
  ) throws {
    for (list, wanted) in zip(try entry.require("ids").elements, try entry.require(key).elements) {
      let ids = list.elements.compactMap(\.int).map(Int32.init)
      guard let text = wanted.string ?? wanted.elements.first?.string else { continue }
      if wanted.string?.hasPrefix("PanicException") == true { continue }
      if let hole = ids.first(where: { tokenizer.description.vocabulary.kind($0) == .hole }) {
        // The library leaves such ids out; here they are refused by name.
        let error = #expect(throws: TokenizationError.self) { try tokenizer.decode(ids) }
        #expect(error?.description.contains("id \(hole)") == true)
        continue
      }
      let bytes = try tokenizer.decode(ids, showsSpecial: showsSpecial)
      #expect(Array(String(decoding: bytes, as: UTF8.self).utf8) == Array(text.utf8), "\(key): \(ids)")
      var decoder = tokenizer.makeStreamingDecoder(showsSpecial: showsSpecial)
      var streamed: [UInt8] = []
      for id in ids { streamed += try decoder.append(id) }
      streamed += try decoder.finish()
      #expect(streamed == bytes, "\(key) in parts: \(ids)")
    }
  }

  private static func encodedInParts(
    _ text: [UInt8], _ tokenizer: Tokenizer, _ options: EncodingOptions
  ) throws -> [Int32] {
    var encoder = tokenizer.makeStreamingEncoder(options: options, window: 4)
    var ids: [Int32] = []
    for byte in text { ids += try encoder.append(CollectionOfOne(byte)).ids }
    return try ids + encoder.finish().ids
  }
}
