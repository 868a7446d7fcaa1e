public import CMCAlignment
internal import CMCPrimitives
internal import CMCTokenizerFormats
public import CMCVocabulary

/// Two tokenizers, their map and the overrides that took part.
public struct PairAlignment: Sendable {
  /// The user model's tokenizer.
  public let source: TokenizerDescription
  /// The delta model's tokenizer.
  public let target: TokenizerDescription
  /// For every id of the source, what it is in the target.
  public let map: TokenMap
  /// The overrides that decided, and what they said of themselves.
  public let overrides: ResolvedOverrides

  /// Loads two tokenizers and aligns them.
  ///
  /// - Parameters:
  ///   - source: The user model's tokenizer: a file in any format, a model folder, or an id in the local hub cache.
  ///   - target: The delta model's.
  ///   - rules: How tokens are placed.
  ///   - observer: Hears notes of the tokenizers and of overrides.
  /// - Throws: `FileError` naming the file and the place in it; `OverrideError`; `TokenizationError` where `retokenize`
  ///   is asked for and the target's encoding is not supported.
  public init(
    _ source: String, _ target: String, rules: AlignmentRules = .init(), observer: RunObserver = .silent
  ) throws {
    // The error of the first one is reported first.
    let (source, target) = try concurrently(threads: rules.threads) {
      try TokenizerLoader.load(source)
    } _: {
      try TokenizerLoader.load(target)
    }
    try self.init(source, target, rules: rules, observer: observer)
  }

  /// Aligns two tokenizers that are loaded already.
  ///
  /// - Throws: As ``init(_:_:rules:observer:)-(String,_,_,_)``.
  /// - Complexity: O(tokens of both) for `exact` and `pm-mined`; O(bytes of the source) for `retokenize`.
  public init(
    _ source: TokenizerDescription, _ target: TokenizerDescription, rules: AlignmentRules = .init(),
    observer: RunObserver = .silent
  ) throws {
    observer.hear(source)
    observer.hear(target)
    self.source = source
    self.target = target
    if rules.compatibility == .cmc {
      let map = try TokenMap.aligningAsReference(source, to: target, threads: rules.threads)
      let beyond = (0..<Int32(map.count)).count { map.ids[Int($0)] >= 0 && !map.isMatched($0) }
      if beyond > 0 {
        observer.note(
          "\(beyond) copied ids lie beyond the target's highest id \(map.target.maxID ?? 0); every other command reads them as unmatched"
        )
      }
      self.map = map
      overrides = .none
      return
    }
    var resolved =
      rules.usesShippedOverrides ? try ResolvedOverrides.shipped(for: source, target) : ResolvedOverrides.none
    for path in rules.overrides {
      let bytes = try readFile(path, limit: OverrideReader.sizeLimit)
      let file = try withFile(path) { try OverrideReader.read(bytes, name: path) }
      try resolved.add(file, source: source, target: target)
    }
    for note in resolved.notes { observer.note(note) }
    let options = AlignmentOptions(method: rules.method, fallback: rules.fallback, threads: rules.threads)
    map = try TokenMap.aligning(source, to: target, options: options, overrides: resolved)
    overrides = resolved
  }

  private init(
    source: TokenizerDescription, target: TokenizerDescription, map: TokenMap, overrides: ResolvedOverrides
  ) {
    (self.source, self.target, self.map, self.overrides) = (source, target, map, overrides)
  }

  /// The same pair the other way round, by the default rules without overrides.
  public func reversed(threads: Int) throws -> PairAlignment {
    let map = try TokenMap.aligning(target, to: source, options: AlignmentOptions(threads: threads))
    return PairAlignment(source: target, target: source, map: map, overrides: .none)
  }
}
