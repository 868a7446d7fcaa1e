public import Vocabulary

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
  /// - Complexity: O(tokens of both) for `exact` and `pm-mined`.
  public static func aligning(
    _ source: TokenizerDescription, to target: TokenizerDescription, options: AlignmentOptions = .init(),
    overrides: ResolvedOverrides = .none
  ) throws -> TokenMap {
    let aligner = try Aligner(source: source.vocabulary, target: target.vocabulary, threads: options.threads)
    var map = assembling(try aligner.choices(options), from: source, to: target)
    overrides.apply(to: &map)
    return map
  }

  /// Aligns two tokenizers as the reference scripts of CMC do.
  public static func aligningAsReference(
    _ source: TokenizerDescription, to target: TokenizerDescription, threads: Int = 1
  ) throws -> TokenMap {
    let aligner = ReferenceAligner(source: source, target: target)
    return assembling(try aligner.choices(threads: threads), from: source, to: target)
  }

  /// Aligns with an aligner whose index was built before.
  static func assembling(
    _ choices: [TargetChoice], from source: TokenizerDescription, to target: TokenizerDescription
  ) -> TokenMap {
    TokenMap(
      source: MapSide(source), target: MapSide(target), ids: choices.map(\.id),
      methods: choices.map(\.method),
      distances: choices.map(\.distance))
  }
}
