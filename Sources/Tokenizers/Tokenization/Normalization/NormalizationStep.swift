import CMCRegularExpressions
import CMCUnicode
import CMCVocabulary

/// One step of normalisation, ready to run; names and meanings are those of the HF library.
enum NormalizationStep: Sendable {
  /// A form of Unicode, in the version of the HF library or the latest.
  case form(NormalizationForm, isLatest: Bool)
  case lowercase
  case stripAccents
  case nmt
  /// Each byte as GPT-2's character for it.
  case byteLevel
  case replace([UInt8], [UInt8])
  case replaceMatches(TextRegex, [UInt8])
  case prepend([UInt8])
  case strip(left: Bool, right: Bool)
  /// SentencePiece's character map, the longest match at each place.
  case characterMap(PrecompiledMap, frozen: ByteTrie?)
  /// The same map as the HF library walks it.
  case characterMapByGrapheme(PrecompiledMap)
  case bert(BERTNormalization)
  case spaces(SentencePieceSpaces)

  /// Runs the step.
  func apply(to text: TrackedText, tracks: Bool) throws -> TrackedText {
    switch self {
    case .form(let form, let isLatest):
      return Self.applyForm(form, isLatest: isLatest, to: text, tracks: tracks)
    case .lowercase: return Self.lowercased(text, tracks: tracks)
    case .stripAccents:
      return Self.mapScalars(text, tracks: tracks) { CharacterPredicates.isMark($0) ? [] : nil }
    case .nmt: return Self.mapScalars(text, tracks: tracks, Self.nmt)
    case .byteLevel:
      var rewriter = TextRewriter(text, tracks: tracks)
      for place in text.bytes.indices {
        rewriter.put(Self.spelledBytes[Int(text.bytes[place])], for: place..<place + 1)
      }
      return rewriter.finish()
    case .replace(let from, let to): return try Self.replaced(text, from, to, tracks: tracks)
    case .replaceMatches(let regex, let replacement):
      var rewriter = TextRewriter(text, tracks: tracks)
      var place = 0
      try text.bytes.withUnsafeBufferPointer { bytes in
        try RegexMatcher(regex).forEachMatch(in: bytes) { range in
          rewriter.keep(place..<range.lowerBound)
          rewriter.put(replacement, for: range)
          place = range.upperBound
          if rewriter.isTooLong { throw TokenizationError.growsTooLong(limit: text.limit) }
        }
      }
      rewriter.keep(place..<text.bytes.count)
      return rewriter.finish()
    case .prepend(let prefix):
      guard !text.bytes.isEmpty else { return text }
      var rewriter = TextRewriter(text, tracks: tracks)
      rewriter.put(prefix, for: 0..<0)
      rewriter.keep(0..<text.bytes.count)
      return rewriter.finish()
    case .strip(let left, let right): return Self.stripped(text, left: left, right: right, tracks: tracks)
    case .characterMap(let map, let frozen):
      return map.applyLongest(to: text, frozen: frozen, tracks: tracks)
    case .characterMapByGrapheme(let map): return map.applyByGrapheme(to: text, tracks: tracks)
    case .bert(let bert): return bert.apply(to: text, tracks: tracks)
    case .spaces(let spaces): return spaces.apply(to: text, tracks: tracks)
    }
  }

  private static let spelledBytes = (0...255).map { Array(ByteLevelAlphabet.piece(of: [UInt8($0)]).utf8) }

  /// A normalisation form of Unicode.
  static func applyForm(
    _ form: NormalizationForm, isLatest: Bool = false, to text: TrackedText, tracks: Bool
  ) -> TrackedText {
    text.bytes.withUnsafeBufferPointer { bytes in
      guard form.mayChange(bytes) else { return text }
      let inert = isLatest ? [] : OriginalCharacterSets.inert
      var rewriter = TextRewriter(text, tracks: tracks)
      form.rewrite(bytes, inert: inert) {
        rewriter.keep($0)
      } change: {
        rewriter.put($1, for: $0)
      }
      return rewriter.finish()
    }
  }

  /// Every character in lower case, each by itself: no rule looks at its neighbours, as in the HF library.
  static func lowercased(_ text: TrackedText, tracks: Bool) -> TrackedText {
    mapScalars(text, tracks: tracks) { scalar in
      if scalar.value < 0x80 {
        return (0x41...0x5A).contains(scalar.value) ? [UInt8(scalar.value) | 0x20] : nil
      }
      let properties = scalar.properties
      return properties.changesWhenLowercased || scalar.value == 0x130
        ? Array(properties.lowercaseMapping.utf8) : nil
    }
  }

  /// Rewrites scalars one by one; nil keeps one.
  static func mapScalars(
    _ text: TrackedText, tracks: Bool, _ map: (Unicode.Scalar) -> [UInt8]?
  ) -> TrackedText {
    var rewriter = TextRewriter(text, tracks: tracks)
    var kept = 0
    forEachScalar(in: text.bytes) { scalar, range in
      guard let replacement = map(scalar) else { return }
      if kept < range.lowerBound { rewriter.keep(kept..<range.lowerBound) }
      rewriter.put(replacement, for: range)
      kept = range.upperBound
    }
    if kept == 0 { return text }
    if kept < text.bytes.count { rewriter.keep(kept..<text.bytes.count) }
    return rewriter.finish()
  }

  /// The clean-up of SentencePiece's `nmt` rules as the HF library has it.
  private static func nmt(_ scalar: Unicode.Scalar) -> [UInt8]? {
    switch scalar.value {
    case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: []
    case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD: [0x20]
    default: nil
    }
  }

  private static func replaced(
    _ text: TrackedText, _ from: [UInt8], _ to: [UInt8], tracks: Bool
  ) throws -> TrackedText {
    var rewriter = TextRewriter(text, tracks: tracks)
    var kept = 0
    try text.bytes.withUnsafeBufferPointer { bytes in
      try forEachOccurrence(of: from, in: bytes) { range in
        if kept < range.lowerBound { rewriter.keep(kept..<range.lowerBound) }
        rewriter.put(to, for: range)
        kept = range.upperBound
        if rewriter.isTooLong { throw TokenizationError.growsTooLong(limit: text.limit) }
      }
    }
    if kept == 0 { return text }
    if kept < text.bytes.count { rewriter.keep(kept..<text.bytes.count) }
    return rewriter.finish()
  }

  private static func stripped(_ text: TrackedText, left: Bool, right: Bool, tracks: Bool) -> TrackedText {
    var first: Int?
    var end = 0
    forEachScalar(in: text.bytes) { scalar, range in
      guard !CharacterPredicates.isWhiteSpace(scalar) else { return }
      if first == nil { first = range.lowerBound }
      end = range.upperBound
    }
    let lower = left ? (first ?? text.bytes.count) : 0
    let upper = right ? max(end, lower) : text.bytes.count
    var rewriter = TextRewriter(text, tracks: tracks)
    rewriter.keep(lower..<max(lower, upper))
    return rewriter.finish()
  }
}
