/// What a result says of a run.
public struct RunSummary: Codable, Sendable, Equatable {
  /// A short name, by which tables and figures call it.
  public var label: String
  /// The folder it was read from.
  public var path: String
  /// What the tuning was for, where the run says so.
  public var task: String?
  /// The untuned model.
  public var base: String
  /// The tuned model.
  public var tuned: String
  /// The tokenizer's name.
  public var tokenizer: String
  /// The fingerprint of its vocabulary, where it is known.
  public var fingerprint: String?
  /// How many columns the models' logits have.
  public var width: Int
  /// How many columns a step of the run kept, or nil where it kept all.
  public var kept: Int?

  /// Puts a summary together.
  public init(
    label: String, path: String, task: String?, base: String, tuned: String, tokenizer: String,
    fingerprint: String?, width: Int, kept: Int?
  ) {
    self.label = label
    self.path = path
    self.task = task
    self.base = base
    self.tuned = tuned
    self.tokenizer = tokenizer
    self.fingerprint = fingerprint
    self.width = width
    self.kept = kept
  }
}

/// What a result says of the map between two vocabularies.
public struct MapSummary: Codable, Sendable, Equatable {
  /// The map's file, or what it was made of.
  public var path: String
  /// The vocabulary whose columns are kept.
  public var source: String
  /// The vocabulary whose columns they are compared with.
  public var target: String
  /// How many source ids have a target.
  public var matched: Int
  /// How many there are.
  public var total: Int

  /// Puts a summary together.
  public init(path: String, source: String, target: String, matched: Int, total: Int) {
    self.path = path
    self.source = source
    self.target = target
    self.matched = matched
    self.total = total
  }
}

/// One prompt of a comparison.
public struct PromptSummary: Codable, Sendable, Equatable {
  /// Its text, as the first run has it.
  public var prompt: String
  /// The response whose steps were compared.
  public var response: String
  /// How many steps the first run has.
  public var steps: Int
  /// How many steps were left out because a prefix ends inside a character.
  public var skipped: Int

  /// Puts a summary together.
  public init(prompt: String, response: String, steps: Int, skipped: Int) {
    self.prompt = prompt
    self.response = response
    self.steps = steps
    self.skipped = skipped
  }
}
