/// A generation step by step, as its file has it: what the trace page shows.
public struct GenerationTrace: Sendable, Codable, Equatable {
  /// A token with its logit or score.
  public struct Candidate: Sendable, Codable, Equatable {
    /// The token's id in the vocabulary of the list.
    public var id: Int
    /// Its visible form.
    public var piece: String
    /// Its logit or score.
    public var value: Double

    /// Notes a candidate.
    public init(id: Int, piece: String, value: Double) {
      self.id = id
      self.piece = piece
      self.value = value
    }
  }

  /// One step.
  public struct Step: Sendable, Codable, Equatable {
    /// The chosen token.
    public var id: Int
    /// Its visible form.
    public var piece: String
    /// What it adds to the text; nil for special tokens and parts of characters.
    public var text: String?
    /// How it reaches the delta model: exact, prefix, other, unmatched.
    public var match: String
    /// Its combined score.
    public var score: Double
    /// Its log-probability under the user model alone.
    public var userLogProbability: Double
    /// What the delta models added.
    public var deltaTerm: Double
    /// Whether the user model alone would have chosen another.
    public var isChanged: Bool
    /// Whether the delta model's history was encoded anew because of it.
    public var isReencoded: Bool
    /// How many positions the delta models computed because of it.
    public var deltaPositions = 0
    /// When it was done, in seconds since generation began, the prompt's time left out.
    public var seconds = 0.0
    /// For each delta model how its history changed because of it.
    package var deltaChanges: [DeltaHistory.Change] = []
    /// The best tokens of the user model.
    public var userTop: [Candidate]
    /// The best tokens of each delta model.
    public var deltaTop: [[Candidate]]
    /// The best tokens of the combination.
    public var combinedTop: [Candidate]

    /// Notes a step without lists.
    public init(
      id: Int, piece: String, text: String?, match: String, score: Double, userLogProbability: Double,
      deltaTerm: Double, isChanged: Bool, isReencoded: Bool
    ) {
      (self.id, self.piece, self.text, self.match) = (id, piece, text, match)
      (self.score, self.userLogProbability, self.deltaTerm) = (score, userLogProbability, deltaTerm)
      (self.isChanged, self.isReencoded) = (isChanged, isReencoded)
      (userTop, deltaTop, combinedTop) = ([], [], [])
    }
  }

  /// A delta model.
  public struct Delta: Sendable, Codable, Equatable {
    /// Its name.
    public var name: String
    /// Its factor α.
    public var alpha: Double
    /// The map it is read through.
    public var map: String

    /// Notes a delta model.
    public init(name: String, alpha: Double, map: String) {
      self.name = name
      self.alpha = alpha
      self.map = map
    }
  }

  /// The program that wrote the trace.
  public var tool: String
  /// The user model.
  public var user: String
  /// The delta models.
  public var deltas: [Delta]
  /// How scores are combined.
  public var mode: String
  /// What unmatched tokens get.
  public var unmatched: String
  /// The prompt.
  public var prompt: String
  /// The prompt's tokens for the user model, its template around it.
  public var promptIDs: [Int32] = []
  /// The same for each delta model.
  public var deltaPromptIDs: [[Int32]] = []
  /// The generated text.
  public var text: String
  /// Why it ended.
  public var stop: String
  /// How far the choices are those of all of the user model's logits; nil where all were there anyhow.
  public var exactness: Exactness?
  /// The steps.
  public var steps: [Step]
  /// The digest of all that decided the text and the lists; nil where nobody asked for it.
  package var run: String?

  /// Notes a generation.
  public init(
    tool: String, user: String, deltas: [Delta], mode: String, unmatched: String, prompt: String,
    text: String,
    stop: String, steps: [Step]
  ) {
    (self.tool, self.user, self.deltas, self.mode, self.unmatched) = (tool, user, deltas, mode, unmatched)
    (self.prompt, self.text, self.stop, self.steps) = (prompt, text, stop, steps)
  }
}
