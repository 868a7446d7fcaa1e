import CMCPrimitives

/// Encodes a text that arrives in parts, to the tokens that it has as a whole.
///
/// What is held grows with the longest stretch that has no certain cut in it, a word mostly, not with the text. For
/// tokenizers with no such cuts, Unigram models among them, the whole text is held: ``Tokenizer/encodesInParts(_:)``.
public struct StreamingEncoder {
  private let tokenizer: Tokenizer
  private let options: EncodingOptions
  private let tracksOffsets: Bool
  private let window: Int
  private let encodesInParts: Bool
  private var pending: [UInt8] = []
  private var limit: Int
  private var place: TextPlace
  private var hasBegun = false
  /// Where `pending` begins in the text.
  private var offset = 0

  init(_ tokenizer: Tokenizer, _ options: EncodingOptions, tracksOffsets: Bool, window: Int) {
    self.tokenizer = tokenizer
    self.options = options
    self.tracksOffsets = tracksOffsets
    self.window = max(1, window)
    encodesInParts = tokenizer.encodesInParts(options)
    limit = self.window
    place = options.place
  }

  /// Takes more of the text and gives the tokens that are certain by now; their offsets are those in the whole text.
  ///
  /// - Throws: As ``Tokenizer/encode(_:options:)-([UInt8],_)``; offsets in errors are those in the whole text.
  /// - Complexity: Linear in the text, all calls taken together.
  package mutating func append(_ bytes: some Collection<UInt8>) throws -> Encoding {
    pending.append(contentsOf: bytes)
    var result = Encoding()
    guard encodesInParts else { return result }
    while pending.count >= limit {
      guard let cut = try tokenizer.lastCut(in: pending, options, place: place), cut.offset > 0 else {
        // Twice as much before the next look, so that looking stays linear.
        limit = pending.count * 2
        break
      }
      try encode(cut.offset, then: cut.place, into: &result)
      limit = max(window, pending.count * 2)
    }
    return result
  }

  /// Gives the tokens of what was held back, and those after the text.
  ///
  /// - Throws: As ``append(_:)``.
  package mutating func finish() throws -> Encoding {
    var result = Encoding()
    try encode(pending.count, then: .continuation, into: &result)
    if options.addsSpecial {
      result.ids += tokenizer.suffix
      if tracksOffsets { result.offsets += tokenizer.suffix.map { _ in offset..<offset } }
    }
    return result
  }

  private mutating func encode(_ count: Int, then next: TextPlace, into result: inout Encoding) throws {
    if options.addsSpecial, !hasBegun {
      result.ids += tokenizer.prefix
      if tracksOffsets { result.offsets += tokenizer.prefix.map { _ in 0..<0 } }
    }
    hasBegun = true
    // What a word is can depend on what follows it, so that is shown too.
    let part = count == pending.count || !tokenizer.cutRule.looksAhead ? Array(pending[..<count]) : pending
    let offset = offset
    do {
      try tokenizer.run(
        part, options, tracks: tracksOffsets, place: place, cut: count < part.count ? count : .max
      ) { token, range in
        if tracksOffsets {
          result.append(token, at: offset + range.lowerBound..<offset + range.upperBound)
        } else if token.id >= 0 {
          result.ids.append(token.id)
        }
      }
    } catch TokenizationError.invalidUTF8(let place) {
      throw TokenizationError.invalidUTF8(offset: offset + place)
    }
    pending.removeFirst(count)
    self.offset += count
    place = next
  }
}

extension Tokenizer {
  /// An encoder for a text that arrives in parts.
  ///
  /// - Parameters:
  ///   - tracksOffsets: Whether encodings have offsets; ids alone are faster.
  ///   - window: How many bytes are gathered before a cut is looked for.
  public func makeStreamingEncoder(
    options: EncodingOptions = .init(), tracksOffsets: Bool = false, window: Int = 1 << 20
  ) -> StreamingEncoder {
    StreamingEncoder(self, options, tracksOffsets: tracksOffsets, window: window)
  }
}
