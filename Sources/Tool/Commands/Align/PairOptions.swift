public import ArgumentParser
public import CMCAlignment
internal import CMCVocabulary
public import CrossModelControl

extension AlignmentMethod: ExpressibleByArgument {}

extension AlignmentRules.Compatibility: ExpressibleByArgument {}

/// Two tokenizers and how to align them; shared by `align`, `explain` and `demo`.
struct PairOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The user model's tokenizer: a file, a model directory, or a Hugging Face id.", valueName: "source"))
  var sourcePath: String

  @Argument(help: ArgumentHelp("The delta model's tokenizer.", valueName: "target"))
  var targetPath: String

  @OptionGroup var rules: RuleOptions

  /// Loads both, resolves overrides and aligns.
  func align(_ common: CommonOptions) throws -> PairAlignment {
    try PairAlignment(sourcePath, targetPath, rules: rules.rules, observer: common.observer)
  }
}

/// The rules of an alignment.
struct RuleOptions: ParsableArguments {
  @Option(help: "The rule for tokens that are not special.")
  var method: AlignmentMethod = .pmMined

  @Option(help: "A second rule for tokens that the first leaves unmatched.")
  var fallback: AlignmentMethod?

  @Option(
    help: ArgumentHelp(
      "Repeat another program's mapping exactly: cmc, the reference scripts.", valueName: "program"))
  var compat: AlignmentRules.Compatibility?

  @Option(help: ArgumentHelp("An override file; repeatable, later files win.", valueName: "file"))
  var overrides: [String] = []

  @Flag(help: "Leave out the override files that come with the tool for known families.")
  var noDefaultOverrides = false

  @OptionGroup var threading: ThreadOptions

  func validate() throws {
    if compat != nil, !overrides.isEmpty || fallback != nil || method != .pmMined {
      throw ValidationError("--compat cmc fixes the rules: it takes no --method, --fallback or --overrides.")
    }
  }

  /// The rules as the library takes them.
  var rules: AlignmentRules {
    AlignmentRules(
      method: method, fallback: fallback, compatibility: compat, overrides: overrides,
      usesShippedOverrides: !noDefaultOverrides, threads: threading.threads)
  }

  /// Aligns two tokenizers that are loaded.
  func align(
    _ source: TokenizerDescription, _ target: TokenizerDescription, _ common: CommonOptions
  ) throws -> PairAlignment {
    try PairAlignment(source, target, rules: rules, observer: common.observer)
  }
}
