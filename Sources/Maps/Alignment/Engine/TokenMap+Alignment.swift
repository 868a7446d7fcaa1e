import CMCPrimitives
public import CMCVocabulary

extension TokenMap {
  /// Aligns two tokenizers.
  ///
  /// Overrides decide first, the rules of the method the rest.
  ///
  /// - Parameters:
  ///   - source: The tokenizer of the user model.
  ///   - target: The tokenizer of the delta model.
  ///   - options: The rules and the number of threads.
  ///   - overrides: Override files resolved for these two vocabularies.
  /// - Throws: `TokenizationError` where `retokenize` is asked for and the target's encoding is not supported.
  /// - Complexity: O(tokens of both) for `exact` and `pm-mined`; O(bytes of the source) for `retokenize`.
  public static func aligning(
    _ source: TokenizerDescription, to target: TokenizerDescription, options: AlignmentOptions = .init(),
    overrides: ResolvedOverrides = .none
  ) throws -> TokenMap {
    // What the map shows of its sides takes about as long as the alignment itself, and depends on nothing of it.
    let (sides, choices) = try concurrently(threads: options.threads) {
      try concurrently(threads: options.threads) {
        MapSide(source)
      } _: {
        MapSide(target)
      }
    } _: {
      try Aligner(source: source.vocabulary, target: target.vocabulary, threads: options.threads).choices(
        options)
    }
    var map = assembling(choices, from: sides.0, to: sides.1)
    if options.method == .retokenize || options.fallback == .retokenize {
      try Retokenizer(source: source.vocabulary, target: target).fill(&map, threads: options.threads)
    }
    overrides.apply(to: &map)
    return map
  }

  /// Aligns two tokenizers as the reference scripts of CMC do.
  public static func aligningAsReference(
    _ source: TokenizerDescription, to target: TokenizerDescription, threads: Int = 1
  ) throws -> TokenMap {
    let aligner = ReferenceAligner(source: source, target: target)
    return assembling(try aligner.choices(threads: threads), from: MapSide(source), to: MapSide(target))
  }

  /// The map of what was chosen for each source id.
  static func assembling(_ choices: [TargetChoice], from source: MapSide, to target: MapSide) -> TokenMap {
    TokenMap(source: source, target: target, choices: choices)
  }
}
