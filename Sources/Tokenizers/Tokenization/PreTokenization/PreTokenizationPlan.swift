import CMCRegularExpressions
import CMCVocabulary

/// The steps of a tokenizer's pre-tokenisation, compiled.
struct PreTokenizationPlan: Sendable {
  private(set) var steps: [PreTokenizationStep] = []
  /// Whether the model sees bytes rather than the characters of pieces.
  private(set) var isByteLevel = false

  /// Compiles the steps of a description.
  ///
  /// - Throws: ``TokenizationError`` for a step or a pattern that is not supported.
  init(_ description: TokenizerDescription) throws(TokenizationError) {
    let name = description.name
    if case .rankedBPE(let model) = description.algorithm {
      isByteLevel = true
      guard let pattern = model.pattern else { throw .missingPattern(tokenizer: name) }
      steps = [.matches(try Self.regex(pattern, .rust, name))]
      return
    }
    // Text is in GPT-2's characters from the first ByteLevel on; the model sees bytes where nothing writes after the last.
    var isMapped = description.normalizers.contains(.byteLevel)
    var isLast = isMapped && description.normalizers.last == .byteLevel
    for (index, step) in description.preTokenizers.enumerated() {
      if case .metaspace(_, .first, _) = step, !Self.keepsBeginning(description, before: index) {
        throw .unsupported(
          part: "pre-tokenizer",
          name: "Metaspace with prepend_scheme \"first\" after steps that move the beginning",
          tokenizer: name)
      }
      try add(step, name)
      if case .metaspace = step { isLast = false }
      guard case .byteLevel = step else { continue }
      isLast = true
      isMapped = index + 1 < description.preTokenizers.count
      if isMapped { steps.append(.toAlphabet) }
    }
    if case .gguf = description.preTokenizers.first { return }
    isByteLevel = isLast && Self.takesBytes(description.algorithm)
    let endsInBytes = isLast && !isMapped
    if isByteLevel, !endsInBytes { steps.append(.fromAlphabet) }
    if !isByteLevel, endsInBytes { steps.append(.toAlphabet) }
  }

  /// Whether the first characters of a text are still where they were before a step.
  private static func keepsBeginning(_ description: TokenizerDescription, before index: Int) -> Bool {
    let isKept = description.normalizers.allSatisfy { step in
      switch step {
      case .lowercase: true
      case .replace(.literal(let text), let content): text.unicodeScalars.count == 1 && !content.isEmpty
      default: false
      }
    }
    return isKept
      && description.preTokenizers.prefix(index).allSatisfy {
        switch $0 {
        case .byteLevel, .metaspace: false
        default: true
        }
      }
  }

  /// Whether an algorithm can work on bytes in place of the characters that stand for them.
  private static func takesBytes(_ algorithm: EncodingAlgorithm) -> Bool {
    guard case .bpe(let model) = algorithm else { return false }
    return model.continuingSubwordPrefix.isEmpty && model.endOfWordSuffix.isEmpty && !model.byteFallback
  }

  private mutating func add(_ step: PreTokenizer, _ name: String) throws(TokenizationError) {
    switch step {
    case .byteLevel(let addPrefixSpace, let useRegex):
      if addPrefixSpace { steps.append(.prefixSpace) }
      if useRegex {
        steps.append(.regex(try Self.regex(GGUFSplits.gpt2, .oniguruma, name), .isolated, invert: false))
      }
    case .metaspace(let replacement, let scheme, let split):
      let mark = Array(replacement.utf8)
      steps.append(.metaspace(mark, scheme))
      if split { steps.append(.literal(mark, .mergedWithNext, invert: false)) }
    case .split(.literal(""), let behavior, let invert):
      steps.append(.regex(try Self.regex("", .oniguruma, name), behavior, invert: invert))
    case .split(.literal(let text), let behavior, let invert):
      steps.append(.literal(Array(text.utf8), behavior, invert: invert))
    case .split(.regex(let pattern), let behavior, let invert):
      steps.append(.regex(try Self.regex(pattern, .oniguruma, name), behavior, invert: invert))
    case .digits(let individual):
      steps.append(.characters(CharacterPredicates.isNumeric, individual ? .isolated : .contiguous))
    case .punctuation(let behavior): steps.append(.characters(CharacterPredicates.isPunctuation, behavior))
    case .whitespace:
      steps.append(.regex(try Self.regex(#"\w+|[^\w\s]+"#, .rust, name), .removed, invert: true))
    case .whitespaceSplit: steps.append(.characters(CharacterPredicates.isWhiteSpace, .removed))
    case .bert:
      steps.append(.characters(CharacterPredicates.isWhiteSpace, .removed))
      steps.append(.characters(CharacterPredicates.isPunctuation, .isolated))
    case .charDelimiter(let text): steps.append(.literal(Array(text.utf8), .removed, invert: false))
    case .gguf(let preset):
      isByteLevel = preset != "gemma4"
      guard let patterns = GGUFSplits.patterns(preset) else {
        throw .unsupported(part: "tokenizer.ggml.pre", name: preset, tokenizer: name)
      }
      for pattern in patterns {
        steps.append(.regex(try Self.regex(pattern, .oniguruma, name), .isolated, invert: false))
      }
    case .fixedLength(let length): steps.append(.fixedLength(length))
    case .unicodeScripts: throw .unsupported(part: "pre-tokenizer", name: "UnicodeScripts", tokenizer: name)
    case .unknown(let step): throw .unsupported(part: "pre-tokenizer", name: step, tokenizer: name)
    }
  }

  private static func regex(
    _ pattern: String, _ dialect: RegexDialect, _ name: String
  ) throws(TokenizationError) -> TextRegex {
    do {
      return try TextRegex(pattern, dialect: dialect)
    } catch {
      throw .badPattern(error, tokenizer: name)
    }
  }

  /// A matcher for each step with a regular expression.
  func makeMatchers() -> [RegexMatcher?] {
    steps.map { step in
      switch step {
      case .regex(let regex, _, _), .matches(let regex): RegexMatcher(regex)
      default: nil
      }
    }
  }

  /// Cuts a text into words.
  ///
  /// - Parameter place: What comes before the text.
  func words(_ text: TrackedText, matchers: [RegexMatcher?], tracks: Bool, place: TextPlace) throws -> Words {
    var words = Words(text)
    for (index, step) in steps.enumerated() {
      try step.apply(to: &words, matcher: matchers[index], tracks: tracks, place: place)
      if words.text.isTooLong { throw TokenizationError.growsTooLong(limit: words.text.limit) }
    }
    return words
  }
}
