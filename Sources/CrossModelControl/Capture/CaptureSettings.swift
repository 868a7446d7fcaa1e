/// What a run was captured with; `run.json` keeps it as `captured_with`.
///
/// Label and task are not in it: they name a run and change nothing of what is captured; a run that goes on takes new
/// ones over.
public struct CaptureSettings: RunSettings {
  /// `capture`.
  public static let kind = "capture"

  /// The version of the library.
  public var version = CrossModelControlVersion.current
  /// The untuned model's files.
  public var base: WeightsIdentity
  /// The tuned model's files, its adapter's too.
  public var tuned: WeightsIdentity
  /// The tokenizer's files.
  public var tokenizer: TokenizerIdentity
  /// The digest of the untuned model's template.
  public var baseTemplate: String
  /// The digest of the tuned model's template.
  public var tunedTemplate: String
  /// Whether special tokens written out in prompts are read as such.
  public var parsesSpecial: Bool
  /// How the untuned model is computed.
  public var basePrecision: String
  /// How the tuned model is computed.
  public var tunedPrecision: String
  /// The digest of the prompts.
  public var prompts: String
  /// The digest of the responses that were given; nil where they are generated or followed.
  public var responses: String?
  /// The digest of the settings of the run that is followed.
  public var follows: String?
  /// The digest of the map through which that run's columns are kept.
  public var map: String?
  /// How many columns of each ranking are kept; nil for all.
  public var kept: Int?
  /// How many shuffled maps columns are kept for.
  public var shuffles: Int
  /// Where the random numbers begin.
  public var seed: UInt64
  /// How many tokens a response has at most.
  public var maxTokens: Int
  /// How a response is drawn.
  public var temperature: Float
  /// What ends a response, beside the template's own texts.
  public var stops: [String]
}

/// What a run of logits from elsewhere was imported with.
public struct ImportSettings: RunSettings {
  /// `import`.
  public static let kind = "import"

  /// The version of the library.
  public var version = CrossModelControlVersion.current
  /// The digest of the manifest.
  public var manifest: String
  /// `first` or `second`: which pair of the manifest.
  public var side: String
  /// The files of that pair, in the order in which prompts come to them; of those above 16 MiB the header, size and time,
  /// because rows of whole vocabularies add up to more than can be hashed in passing.
  public var logits: [FileIdentity]
  /// The tokenizer's files, where it is known.
  public var tokenizer: TokenizerIdentity?
  /// How many columns the logits have.
  public var width: Int
  /// How many columns of each ranking are kept; nil for all.
  public var kept: Int?
  /// The digest of the prompts that are taken.
  public var prompts: String
}
