import CMCPrimitives
import CMCVocabulary

extension Tokenizer {
  /// The tokens of a text.
  ///
  /// - Parameter text: Bytes that should be UTF-8.
  /// - Throws: ``TokenizationError/invalidUTF8(offset:)`` where the options ask for it, `RegexError` where a pattern
  ///   gives up.
  /// - Complexity: O(bytes · log bytes) at worst, linear on ordinary text.
  public func encode(_ text: [UInt8], options: EncodingOptions = .init()) throws -> [Int32] {
    var ids: [Int32] = options.addsSpecial ? prefix : []
    try run(text, options, tracks: false, place: options.place) { token, _ in
      if token.id >= 0 { ids.append(token.id) }
    }
    if options.addsSpecial { ids += suffix }
    return ids
  }

  /// The tokens of a text.
  ///
  /// - Throws: As for bytes.
  public func encode(_ text: String, options: EncodingOptions = .init()) throws -> [Int32] {
    try encode(Array(text.utf8), options: options)
  }

  /// The tokens of a text and where each comes from; slower than the ids alone.
  ///
  /// - Throws: As ``encode(_:options:)-([UInt8],_)``.
  package func encodeWithOffsets(_ text: [UInt8], options: EncodingOptions = .init()) throws -> Encoding {
    var encoding = Encoding()
    if options.addsSpecial {
      encoding.ids = prefix
      encoding.offsets = prefix.map { _ in 0..<0 }
    }
    try run(text, options, tracks: true, place: options.place) { encoding.append($0, at: $1) }
    if options.addsSpecial {
      encoding.ids += suffix
      encoding.offsets += suffix.map { _ in text.count..<text.count }
    }
    return encoding
  }

  /// The tokens of a prompt that is put together from parts: one text, special tokens read in some of its parts only.
  ///
  /// The tokens that the tokenizer puts before a text are added, those that it puts behind one are not.
  ///
  /// - Parameters:
  ///   - parts: The parts in order.
  ///   - addsBeginning: False where the parts already have all tokens that are wanted.
  /// - Throws: As ``encode(_:options:)-([UInt8],_)``.
  public func encode(prompt parts: [PromptPart], addsBeginning: Bool = true) throws -> [Int32] {
    let ids = try encode(parts, EncodingOptions())
    // A template that writes the beginning itself gets no second one.
    return !addsBeginning || !prefix.isEmpty && ids.starts(with: prefix) ? ids : prefix + ids
  }

  /// The tokens of parts that go on after a text: nothing is put before them.
  ///
  /// - Throws: As ``encode(_:options:)-([UInt8],_)``.
  package func encode(continuation parts: [PromptPart]) throws -> [Int32] {
    var options = EncodingOptions()
    options.isContinuation = true
    return try encode(parts, options)
  }

  private func encode(_ parts: [PromptPart], _ options: EncodingOptions) throws -> [Int32] {
    var text: [UInt8] = []
    var ranges: [Range<Int>] = []
    for part in parts {
      let start = text.count
      text += Array(part.text.utf8)
      if part.parsesSpecial { ranges.append(start..<text.count) }
    }
    var options = options
    options.parsesSpecial = true
    options.specialRanges = ranges
    return try encode(text, options: options)
  }

  /// Encodes a text and gives each token with its place in the source, which is right only where it is tracked.
  ///
  /// - Parameters:
  ///   - place: What comes before the text.
  ///   - cut: Where to stop: what follows is looked at, and not encoded.
  func run(
    _ bytes: [UInt8], _ options: EncodingOptions, tracks: Bool, place: TextPlace, cut: Int = .max,
    _ emit: (EncodedToken, Range<Int>) -> Void
  ) throws {
    let tracks = tracks || cut < bytes.count
    var text = TrackedText(bytes, base: 0)
    if !isValidUTF8(bytes) {
      if options.invalid == .error, let offset = bytes.withUnsafeBufferPointer(InvalidUTF8.firstOffset) {
        throw TokenizationError.invalidUTF8(offset: offset)
      }
      text = InvalidUTF8.replacing(text, tracks: tracks)
    }
    try withSession { session in
      // Between added tokens each part may grow, all together no more than a text of the whole's length.
      var length = 0
      let segments =
        rawTokens?.segments(text.bytes, parseSpecial: options.parsesSpecial, within: options.specialRanges)
        ?? [AddedTokenMatcher.Segment(range: 0..<text.bytes.count, id: nil)]
      for segment in segments {
        if cut < bytes.count, text.sourceRange(segment.range).lowerBound >= cut { break }
        if let id = segment.id {
          emit(EncodedToken(id: id, length: Int32(segment.range.count)), text.sourceRange(segment.range))
        } else {
          let part = segment.range.count == text.bytes.count ? text : text.part(segment.range)
          length += try run(
            part, options, session, tracks: tracks,
            place: segment.range.lowerBound == 0 ? place : .afterToken, cut: cut, emit)
          guard length <= text.limit else { throw TokenizationError.growsTooLong(limit: text.limit) }
        }
      }
    }
  }

  /// Encodes a text without added tokens of the raw kind.
  ///
  /// - Returns: How many bytes the normalised text has.
  private func run(
    _ text: TrackedText, _ options: EncodingOptions, _ session: EncodingSession, tracks: Bool,
    place: TextPlace, cut: Int,
    _ emit: (EncodedToken, Range<Int>) -> Void
  ) throws -> Int {
    let normal = try normalization.apply(to: text, tracks: tracks, isContinuation: place == .continuation)
    guard let normalizedTokens else {
      try encode(normal, session, tracks: tracks, place: place, cut: cut, emit)
      return normal.bytes.count
    }
    for segment in normalizedTokens.segments(
      normal.bytes, parseSpecial: options.parsesSpecial && options.specialRanges == nil)
    {
      // What follows the cut is there to be looked at only.
      if cut < .max, normal.sourceRange(segment.range).lowerBound >= cut { break }
      if let id = segment.id {
        emit(EncodedToken(id: id, length: Int32(segment.range.count)), normal.sourceRange(segment.range))
      } else {
        try encode(
          normal.part(segment.range), session, tracks: tracks,
          place: segment.range.lowerBound == 0 ? place : .afterToken, cut: cut, emit)
      }
    }
    return normal.bytes.count
  }

  private func encode(
    _ text: TrackedText, _ session: EncodingSession, tracks: Bool, place: TextPlace, cut: Int,
    _ emit: (EncodedToken, Range<Int>) -> Void
  ) throws {
    let words = try preTokenization.words(text, matchers: session.matchers, tracks: tracks, place: place)
    var memory = session.takeMemory()
    defer { session.giveBack(memory) }
    try words.text.bytes.withUnsafeBufferPointer { bytes in
      for range in words.ranges {
        if cut < .max, words.text.sourceRange(range).lowerBound >= cut { break }
        let first = memory.tokens.count
        let word = UnsafeBufferPointer(rebasing: bytes[range])
        model.encode(word, scratch: &memory.scratch, into: &memory.tokens)
        if let missingUnknown, memory.tokens[first...].contains(where: { $0.id == EncodedToken.refused }) {
          let place = model.failure == nil ? nil : Self.refusedByte(of: word, memory.tokens[first...])
          throw TokenizationError.noUnknown(
            reason: missingUnknown + (place ?? ""), tokenizer: description.name)
        }
        guard tracks else { continue }
        var place = range.lowerBound
        for token in memory.tokens[first...] {
          if let back = token.missingBack {
            emit(token, words.text.sourceRange(place - back..<place - back + 1))
            continue
          }
          emit(token, words.text.sourceRange(place..<min(range.upperBound, place + Int(token.length))))
          place += Int(token.length)
        }
      }
    }
    guard !tracks else { return }
    memory.tokens.withUnsafeBufferPointer { tokens in
      for token in tokens { emit(token, 0..<0) }
    }
  }
}

extension Tokenizer {
  /// The first byte of a word that is refused, as an error shows it.
  private static func refusedByte(
    of word: UnsafeBufferPointer<UInt8>, _ tokens: ArraySlice<EncodedToken>
  ) -> String? {
    var place = 0
    for token in tokens {
      if token.id == EncodedToken.refused, place < word.count {
        let number = String(word[place], radix: 16, uppercase: true)
        let shown = oneLine(String(decoding: word, as: UTF8.self), limit: 40)
        return ": 0x\(number.count < 2 ? "0" : "")\(number), byte \(place + 1) of \"\(shown)\""
      }
      place += Int(token.length)
    }
    return nil
  }
}

extension TrackedText {
  /// A part of the text, which knows its place in the source.
  func part(_ range: Range<Int>) -> TrackedText {
    var result = TrackedText(Array(bytes[range]), base: base + range.lowerBound)
    if let origins { result.origins = Array(origins[range]) }
    return result
  }
}
