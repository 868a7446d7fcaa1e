public import CMCPrimitives

/// What a run is: the file `run.json` of its folder, written before the first prompt is captured.
public struct RunDescription: Codable, Sendable, Equatable {
  /// What the file is.
  public var schema = "cmc.run"
  /// The version of the schema.
  public var version = 1
  /// The program that wrote it.
  public var tool: String
  /// A short name for tables.
  public var label: String
  /// What the tuning was for.
  public var task: String?
  /// The untuned model.
  public var base: String
  /// The tuned model.
  public var tuned: String
  /// The tokenizer's name.
  public var tokenizer: String
  /// Where it was read from.
  public var tokenizerPath: String?
  /// The vocabulary's fingerprint.
  public var fingerprint: String?
  /// How many columns the logits have.
  public var width: Int
  /// Of each ranking the best so many columns were kept; nil where all were.
  public var kept: Int?
  /// The label of the run whose text prefixes were followed.
  public var follows: String?
  /// The digest of the map through which that run's columns were kept as well.
  public var map: String?
  /// The seeds of the shuffled maps through which columns were kept for the baseline.
  public var shuffleSeeds: [UInt64] = []
  /// The digest of everything that changes what is captured.
  public var settings: String
  /// The prompts; prompt i is in `prompt-00000i.safetensors`.
  public var prompts: [String]
  /// The messages of each prompt, where the prompts are conversations.
  public var conversations: [[Message]]?

  /// Which part of the run the folder has; nil for all of it.
  public var part: Part?

  /// A shard of a run: the folder has the prompts of that shard alone, under their places in the whole.
  public struct Part: Codable, Sendable, Equatable {
    /// Which one.
    public var shard: Shard
    /// Whether the label was given; otherwise it is the folder's name, and the joined run gets that of its own.
    public var isLabelled: Bool

    /// A part.
    public init(_ shard: Shard, isLabelled: Bool) {
      (self.shard, self.isLabelled) = (shard, isLabelled)
    }
  }

  /// The places of the prompts that the folder has when it is complete.
  package var ownPrompts: [Int] { (part?.shard).items(of: prompts.count) }

  /// How many prompts the folder has when it is complete: all, or those of its shard.
  public var ownCount: Int { (part?.shard).itemCount(of: prompts.count) }

  /// What somebody says in a conversation.
  public struct Message: Codable, Sendable, Equatable {
    /// `system`, `user` or `assistant`.
    public var role: String
    /// What is said.
    public var content: String
    /// What it is about, where that is kept apart.
    public var input: String?
    /// Who says it.
    public var name: String?

    /// A message.
    public init(role: String, content: String, input: String? = nil, name: String? = nil) {
      (self.role, self.content, self.input, self.name) = (role, content, input, name)
    }
  }

  /// Describes a run.
  public init(
    tool: String, label: String, task: String? = nil, base: String, tuned: String, tokenizer: String,
    tokenizerPath: String? = nil, fingerprint: String? = nil, width: Int, kept: Int?, settings: String,
    prompts: [String]
  ) {
    self.tool = tool
    self.label = label
    self.task = task
    self.base = base
    self.tuned = tuned
    self.tokenizer = tokenizer
    self.tokenizerPath = tokenizerPath
    self.fingerprint = fingerprint
    self.width = width
    self.kept = kept
    self.settings = settings
    self.prompts = prompts
  }

  /// What results say of it.
  public func summary(path: String) -> RunSummary {
    RunSummary(
      label: label, path: path, task: task, base: base, tuned: tuned, tokenizer: tokenizer,
      fingerprint: fingerprint, width: width, kept: kept)
  }
}
