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
  /// - Throws: `TokenizationError` where `retokenize` or `first-piece` is asked for and the target's encoding is not
  ///   supported.
  /// - Complexity: O(tokens of both) for `exact` and `pm-mined`; O(bytes of the source) for `retokenize` and
  ///   `first-piece`.
  public static func aligning(
    _ source: TokenizerDescription, to target: TokenizerDescription, options: AlignmentOptions = .init(),
    overrides: ResolvedOverrides = .none
  ) throws -> TokenMap {
    // What the map shows of its sides takes about as long as the alignment itself, and depends on nothing of it.
    // What runs the target's tokenizer comes before a fallback that does not, and after one that is the first rule.
    var first = options
    if options.method.encodes { first.fallback = nil }
    let rules = first
    let (sides, (aligner, choices)) = try concurrently(threads: options.threads) {
      try concurrently(threads: options.threads) {
        MapSide(source)
      } _: {
        MapSide(target)
      }
    } _: {
      let aligner = try Aligner(source: source.vocabulary, target: target.vocabulary, threads: rules.threads)
      return (aligner, try aligner.choices(rules))
    }
    var map = assembling(choices, from: sides.0, to: sides.1)
    for method in [options.method, options.fallback].compactMap({ $0 }) where method.encodes {
      try Retokenizer(source: source.vocabulary, target: target, takesFirst: method == .firstPiece)
        .fill(&map, threads: options.threads)
    }
    if options.method.encodes, let fallback = options.fallback, !fallback.encodes {
      let others = try aligner.choices(AlignmentOptions(method: fallback, threads: options.threads))
      for id in map.ids.indices where map.ids[id] < 0 { map[id] = MapEntry(others[id]) }
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
