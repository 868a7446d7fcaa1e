import CMCPrimitives
import CMCRegularExpressions
import CMCVocabulary

/// One decoder of the HF library, ready to run.
enum DecoderStep: Sendable {
  /// The bytes of all pieces; where a step follows, it reads them as text, with U+FFFD for what is none.
  case byteLevel(isLast: Bool)
  case byteFallback
  case fuse
  case metaspace([UInt8], dropsFirst: Bool)
  case replace([UInt8], [UInt8])
  case replaceMatches(TextRegex, [UInt8])
  /// Of each piece, or of the joined text.
  case strip([UInt8], start: Int, stop: Int, isJoined: Bool)
  case wordPiece(prefix: [UInt8], cleansUp: Bool)
  case bpe(suffix: [UInt8])
  case ctc(padding: [UInt8], delimiter: [UInt8], cleansUp: Bool)
  /// Without a decoder the pieces are joined by blanks.
  case join

  /// Whether byte pieces are put together.
  var isByteFallback: Bool { if case .byteFallback = self { true } else { false } }

  /// - Parameters:
  ///   - isJoined: Whether an earlier step made one text of all pieces.
  ///   - isLast: Whether no other step follows.
  /// - Throws: ``TokenizationError`` for a step or a pattern that is not supported.
  init(_ decoder: Decoder, isJoined: Bool, isLast: Bool, name: String) throws(TokenizationError) {
    switch decoder {
    case .byteLevel: self = .byteLevel(isLast: isLast)
    case .byteFallback: self = .byteFallback
    case .fuse: self = .fuse
    case .metaspace(let mark, let prepend): self = .metaspace(Array(mark.utf8), dropsFirst: prepend != .never)
    case .replace(.literal(let text), let content):
      guard !text.isEmpty else {
        throw .unsupported(part: "decoder", name: "Replace of nothing", tokenizer: name)
      }
      self = .replace(Array(text.utf8), Array(content.utf8))
    case .replace(.regex(let pattern), let content):
      do {
        self = .replaceMatches(try TextRegex(pattern), Array(content.utf8))
      } catch {
        throw .badPattern(error, tokenizer: name)
      }
    case .strip(let content, let start, let stop):
      self = .strip(Array(content.utf8), start: start, stop: stop, isJoined: isJoined)
    case .wordPiece(let prefix, let cleanup): self = .wordPiece(prefix: Array(prefix.utf8), cleansUp: cleanup)
    case .bpe(let suffix):
      guard !suffix.isEmpty else {
        throw .unsupported(part: "decoder", name: "BPEDecoder of no suffix", tokenizer: name)
      }
      self = .bpe(suffix: Array(suffix.utf8))
    case .ctc(let padding, let delimiter, let cleanup):
      self = .ctc(padding: Array(padding.utf8), delimiter: Array(delimiter.utf8), cleansUp: cleanup)
    case .unknown(let step): throw .unsupported(part: "decoder", name: step, tokenizer: name)
    }
  }

  /// Runs the step over the pieces of a group.
  ///
  /// - Parameter limit: The most bytes that the pieces may come to together.
  /// - Throws: `RegexError` where a pattern gives up, `TokenizationError.growsTooLong`.
  func apply(to pieces: [[UInt8]], isBeginning: Bool, isEnd: Bool, limit: Int) throws -> [[UInt8]] {
    switch self {
    case .byteLevel(let isLast):
      let bytes = pieces.reduce(into: []) { $0 += Self.bytes(ofByteLevel: $1) }
      return [isLast ? bytes : bytes.withUnsafeBufferPointer { InvalidUTF8.replacing($0) }]
    case .byteFallback: return Self.joiningBytes(pieces)
    case .fuse: return [Array(pieces.joined())]
    case .metaspace(let mark, let dropsFirst):
      return pieces.enumerated().map { place, piece in
        Self.replaced(piece, mark, dropsFirst && isBeginning && place == 0 ? [] : [0x20])
      }
    case .replace(let from, let to):
      var room = limit
      return try pieces.map { try Self.replaced($0, from, to, room: &room, limit: limit) }
    case .replaceMatches(let regex, let content):
      let matcher = RegexMatcher(regex)
      var room = limit
      return try pieces.map { try Self.replaced($0, matcher, content, room: &room, limit: limit) }
    case .strip(let content, let start, let stop, let isJoined):
      let start = isJoined && !isBeginning ? 0 : start
      return try pieces.map { try Self.stripped($0, content, start: start, stop: stop) }
    case .wordPiece(let prefix, let cleansUp):
      return pieces.enumerated().map { place, piece in
        var piece = piece
        if place > 0 || !isBeginning {
          piece = piece.starts(with: prefix) ? Array(piece.dropFirst(prefix.count)) : [0x20] + piece
        }
        return cleansUp ? Self.cleaned(piece) : piece
      }
    case .bpe(let suffix):
      return pieces.enumerated().map { place, piece in
        Self.replaced(piece, suffix, isEnd && place == pieces.count - 1 ? [] : [0x20])
      }
    case .ctc(let padding, let delimiter, let cleansUp):
      return pieces.enumerated().compactMap { place, piece in
        guard place == 0 || pieces[place - 1] != piece else { return nil }
        var text = Self.replaced(piece, padding, [])
        if cleansUp { text = Self.replaced(Self.cleaned(text), delimiter, [0x20]) }
        return text.isEmpty ? nil : text
      }
    case .join:
      return pieces.enumerated().map { place, piece in place > 0 || !isBeginning ? [0x20] + piece : piece }
    }
  }

  /// The bytes that a piece spells, or itself where a character of it spells none.
  private static func bytes(ofByteLevel piece: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    return piece.withUnsafeBufferPointer { ByteLevelAlphabet.appendBytes(of: $0, to: &bytes) } ? bytes : piece
  }

  /// The byte that a piece such as `<0x0A>` spells, in capitals or not.
  static func byte(of piece: [UInt8]) -> UInt8? {
    guard piece.count == 6, piece.starts(with: [0x3C, 0x30, 0x78]), piece[5] == 0x3E else { return nil }
    return UInt8(String(decoding: piece[3...4], as: UTF8.self), radix: 16)
  }

  /// Runs of byte pieces as their text; where a run is not UTF-8, U+FFFD for each of its bytes.
  private static func joiningBytes(_ pieces: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var run: [UInt8] = []
    func close() {
      guard !run.isEmpty else { return }
      if isValidUTF8(run) {
        result.append(run)
      } else {
        result += run.map { _ in [0xEF, 0xBF, 0xBD] }
      }
      run = []
    }
    for piece in pieces {
      if let byte = byte(of: piece) {
        run.append(byte)
      } else {
        close()
        result.append(piece)
      }
    }
    close()
    return result
  }

  private static func replaced(_ text: [UInt8], _ from: [UInt8], _ to: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var kept = 0
    text.withUnsafeBufferPointer { text in
      forEachOccurrence(of: from, in: text) { range in
        result += text[kept..<range.lowerBound]
        result += to
        kept = range.upperBound
      }
      result += text[kept...]
    }
    return result
  }

  /// With something in the place of each occurrence.
  ///
  /// - Parameter room: How many bytes may still be written; less by the result afterwards.
  private static func replaced(
    _ text: [UInt8], _ from: [UInt8], _ to: [UInt8], room: inout Int, limit: Int
  ) throws -> [UInt8] {
    var count = text.count
    if to.count > from.count {
      text.withUnsafeBufferPointer { text in
        forEachOccurrence(of: from, in: text) { _ in count += to.count - from.count }
      }
    }
    try take(count, from: &room, limit: limit)
    return replaced(text, from, to)
  }

  private static func take(_ count: Int, from room: inout Int, limit: Int) throws {
    guard count <= room else { throw TokenizationError.growsTooLong(limit: limit) }
    room -= count
  }

  private static func replaced(
    _ text: [UInt8], _ matcher: RegexMatcher, _ content: [UInt8], room: inout Int, limit: Int
  ) throws -> [UInt8] {
    // Of an empty text the library gives the text, whatever the pattern matches.
    guard !text.isEmpty else { return [] }
    var result: [UInt8] = []
    var kept = 0
    try text.withUnsafeBufferPointer { text in
      try matcher.forEachMatch(in: text) { range in
        try take(range.lowerBound - kept + content.count, from: &room, limit: limit)
        result += text[kept..<range.lowerBound]
        result += content
        kept = range.upperBound
      }
      try take(text.count - kept, from: &room, limit: limit)
      result += text[kept...]
    }
    return result
  }

  private struct TooShort: Error, CustomStringConvertible {
    let description: String
  }

  /// Up to so many copies of one character taken from each end.
  private static func stripped(_ piece: [UInt8], _ content: [UInt8], start: Int, stop: Int) throws -> [UInt8]
  {
    var low = 0
    var taken = 0
    while taken < start, piece[low...].starts(with: content) {
      low += content.count
      taken += 1
    }
    var high = piece.count
    var left = stop
    while left > 0 {
      guard high > 0 else {
        throw TooShort(
          description: "the decoder Strip takes \(stop) characters from the end of a shorter text")
      }
      guard piece[..<high].reversed().starts(with: content.reversed()) else { break }
      high -= content.count
      left -= 1
    }
    guard low <= high else {
      throw TooShort(description: "the decoder Strip takes the same characters from both ends of a text")
    }
    return Array(piece[low..<high])
  }

  /// BERT's clean-up within one piece.
  private static func cleaned(_ piece: [UInt8]) -> [UInt8] {
    guard piece.contains(0x20) else { return piece }
    return cleanups.reduce(piece) { replaced($0, $1.from, $1.to) }
  }

  private static let cleanups: [(from: [UInt8], to: [UInt8])] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
    (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ].map { (Array($0.0.utf8), Array($0.1.utf8)) }
}
