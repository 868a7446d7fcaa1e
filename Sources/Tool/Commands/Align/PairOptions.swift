public import ArgumentParser
public import CMCAlignment
internal import CMCPrimitives
internal import CMCTokenizerFormats
internal import CMCVocabulary

extension AlignmentMethod: ExpressibleByArgument {}

/// Which rules a map is made by.
enum Compatibility: String, ExpressibleByArgument, CaseIterable {
  /// The CMC reference scripts, their oddities included.
  case cmc
}

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
    let (source, target) = try TokenizerPair.load(sourcePath, targetPath, threads: rules.threading.threads)
    return try rules.align(source, target, common)
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
  var compat: Compatibility?

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

  /// Resolves overrides and aligns.
  func align(
    _ source: TokenizerDescription, _ target: TokenizerDescription, _ common: CommonOptions
  ) throws -> PairAlignment {
    for note in source.notes { common.note("\(source.name): \(note)") }
    for note in target.notes { common.note("\(target.name): \(note)") }
    if compat == .cmc {
      let map = try TokenMap.aligningAsReference(source, to: target, threads: threading.threads)
      let beyond = (0..<Int32(map.count)).count { map.ids[Int($0)] >= 0 && !map.isMatched($0) }
      if beyond > 0 {
        common.note(
          "\(beyond) copied ids lie beyond the target's highest id \(map.target.maxID ?? 0); every other command reads them as unmatched"
        )
      }
      return PairAlignment(source: source, target: target, map: map, overrides: .none)
    }
    var resolved =
      noDefaultOverrides ? ResolvedOverrides.none : try ResolvedOverrides.shipped(for: source, target)
    for path in overrides {
      let bytes = try readFile(path, limit: OverrideReader.sizeLimit)
      let file = try withFile(path) { try OverrideReader.read(bytes, name: path) }
      try resolved.add(file, source: source, target: target)
    }
    for note in resolved.notes { common.note(note) }
    let options = AlignmentOptions(method: method, fallback: fallback, threads: threading.threads)
    let map = try TokenMap.aligning(source, to: target, options: options, overrides: resolved)
    return PairAlignment(source: source, target: target, map: map, overrides: resolved)
  }
}

/// Two tokenizers, their map and the overrides that took part.
struct PairAlignment: Sendable {
  let source: TokenizerDescription
  let target: TokenizerDescription
  let map: TokenMap
  let overrides: ResolvedOverrides

  /// The same pair the other way round, by the default rules without overrides.
  func reversed(threads: Int) throws -> PairAlignment {
    let map = try TokenMap.aligning(target, to: source, options: AlignmentOptions(threads: threads))
    return PairAlignment(source: target, target: source, map: map, overrides: .none)
  }
}
