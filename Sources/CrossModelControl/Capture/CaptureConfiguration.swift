public import CMCLinearAlgebra
public import CMCPrimitives
public import CMCPrompts

/// What a capture records: which two models, over which texts, and how much of their logits.
public struct CaptureConfiguration: Sendable {
  /// The texts whose steps are recorded.
  public enum Texts: Sendable {
    /// The tuned model answers these prompts.
    case prompts([String])
    /// The tuned model goes on with these conversations, or these responses do.
    case conversations([Conversation], responses: [String]? = nil)
    /// These responses to these prompts, as many of each.
    case responses(prompts: [String], responses: [String])
    /// The first so many prompts of another run, with its texts read in these models' own tokens.
    ///
    /// map: from that run's vocabulary to this one's, a file; made of both tokenizers where it is nil.
    case following(run: String, map: String? = nil, limit: Int? = nil)
  }

  /// How many columns of each model's ranking a step keeps.
  public enum KeptColumns: Sendable, Equatable {
    /// The whole vocabulary.
    case all
    /// The best so many.
    case best(Int)

    /// Nil for all.
    public var count: Int? { if case .best(let count) = self { count } else { nil } }
  }

  /// How the tuned model answers.
  public struct Answering: Sendable, Equatable {
    /// How many tokens a response has at most.
    public var maxTokens = 200
    /// 0 takes the best token each time.
    public var temperature: Float = 0
    /// Texts that end a response, beside those of the tuned model's template.
    public var stops: [String] = []

    /// Up to 200 tokens, the best one each time.
    public init() {}
  }

  /// The untuned model.
  public var base: String
  /// The tuned model; nil where the tuning is another template or precision of the same one.
  public var tuned: String?
  /// The tokenizer of both, where it is not with the untuned model.
  public var tokenizer: String?
  /// What is put around a prompt for the untuned model: a name, `own`, or a file.
  public var baseTemplate = "plain"
  /// The same for the tuned model; nil for the untuned one's.
  public var tunedTemplate: String?
  /// What is stated for templates: a text of the system, variables, the day.
  public var prompting = PromptSetting()
  /// Whether special tokens written out in prompts are read as such.
  public var parsesSpecial = false
  /// The texts.
  public var texts: Texts
  /// How the tuned model answers; given and followed texts do not ask for it.
  public var answering = Answering()
  /// How much of a step is kept.
  public var kept = KeptColumns.best(200)
  /// For how many shuffled maps of each kind columns are kept, so that similarity can say what the map is worth.
  public var shuffles = 20
  /// Where the random numbers begin: those of responses and of shuffled maps.
  public var seed: UInt64 = 1
  /// How the untuned model is computed.
  public var computing = Computing()
  /// How the tuned model is computed; nil for the same.
  public var tunedPrecision: Precision?
  /// How many prompts are captured together, the models reading their weights once for all.
  ///
  /// Nil for 16, or what memory has room for. With precision `exact` the files are the same for every number; with `fast`
  /// for every number above 1.
  public var parallel: Int? = 1
  /// The run's short name; nil for its folder's.
  public var label: String?
  /// What the tuning was for.
  public var task: String?
  /// Which part of the prompts is captured here; nil for all.
  public var shard: Shard?
  /// The run's folder.
  public var output: String

  /// Two models over some texts, recorded into a folder.
  public init(base: String, tuned: String? = nil, texts: Texts, output: String) {
    (self.base, self.tuned, self.texts, self.output) = (base, tuned, texts, output)
  }

  /// The short name of the run.
  var name: String { label ?? Self.name(of: output) }

  /// The last part of a folder's path.
  static func name(of folder: String) -> String {
    folder.split(separator: "/").last.map(String.init) ?? folder
  }
}
