/// One step of a controlled generation.
public struct GenerationStep: Sendable, Codable {
  /// A token and its logit or score.
  public struct Candidate: Sendable, Codable, Equatable {
    /// The token, in the vocabulary of the model whose list this is.
    public var id: Int32
    /// Its logit or score.
    public var value: Float
  }

  /// The step, from 0.
  public var index: Int
  /// The chosen token.
  public var token: Int32
  /// Its combined score.
  public var score: Float
  /// Its log-probability under the user model alone.
  public var userLogProbability: Float
  /// What the delta models added to its score.
  public var deltaTerm: Float
  /// How it reaches the first delta model.
  public var match: MatchKind
  /// Whether the user model alone would have preferred another token.
  public var isChanged: Bool
  /// Whether the delta model's history was encoded anew because of it.
  public var isReencoded = false
  /// How many positions the delta models computed because of it.
  public var deltaPositions = 0
  /// For each delta model how its history changed because of it.
  package var deltaChanges: [DeltaHistory.Change] = []
  /// The best tokens of the user model, of each delta model (in its own vocabulary), and of the combination; empty where
  /// no trace was asked for.
  public var userTop: [Candidate] = []
  /// See ``userTop``.
  public var deltaTop: [[Candidate]] = []
  /// See ``userTop``.
  public var combinedTop: [Candidate] = []
  /// How far the token is the one that all of the user model's logits would choose; nil where all were there anyhow.
  public var exactness: Exactness?
  /// How many of them were asked for; nil where nobody had to be asked.
  public var columns: Int?
  /// When the step was done, in seconds since generation began, the prompt's time left out.
  public var seconds: Double = 0
}

/// Why a generation ended.
public enum StopReason: Sendable, Equatable {
  /// As many tokens as were asked for.
  case length
  /// A token that ends the text, of the user model or, through the map, of a delta model.
  case endToken(Int32)
  /// A stop string.
  case stopString(String)
  /// A row of the logits that has no token was chosen, at a step from 0.
  case noToken(Int32, step: Int)
  /// The text has more tokens for a delta model than its context has room for, behind the step from 0: how many it will have
  /// is known when they are there.
  case noRoom(model: String, limit: Int, step: Int)
  /// Whoever received the steps asked for it.
  case interrupted
  /// A model that runs elsewhere gave an answer that cannot be used; what was written before is there.
  case failed(String)

  /// The name in files.
  public var name: String {
    switch self {
    case .length: "length"
    case .endToken: "end token"
    case .stopString: "stop string"
    case .noToken: "no token"
    case .noRoom: "no room"
    case .interrupted: "interrupted"
    case .failed: "failed"
    }
  }
}

extension StopReason {
  /// What the user is to be warned of, steps counted from 1; nil for an end that was asked for.
  public var warning: String? {
    switch self {
    case .noToken(let id, let step):
      "the text ends at step \(step + 1): the best row of the logits, \(id), has no token"
    case .noRoom(let model, let limit, let step):
      "the text ends behind step \(step + 1): it fills the \(limit) positions of \(model)"
    case .failed(let reason): "the text ends early: \(reason)"
    case .length, .endToken, .stopString, .interrupted: nil
    }
  }

  /// Why a model that runs elsewhere could not go on; nil for every other end.
  public var failure: String? { if case .failed(let reason) = self { reason } else { nil } }
}

/// A finished generation.
public struct GenerationResult: Sendable {
  /// The generated tokens of the user model, without the one that ended the text.
  public var ids: [Int32] = []
  /// What they stand for; where a stop string ended it, the text before that string.
  public var text: [UInt8] = []
  /// The steps, one a token, the one that ended the text included.
  public var steps: [GenerationStep] = []
  /// Why it ended.
  public var stop = StopReason.length
  /// How long the prompts took, in seconds; 0 where they had been read before.
  public var promptSeconds = 0.0
  /// How long the rest took, in seconds.
  public var seconds = 0.0

  /// No tokens, as if none had been asked for.
  package init() {}

  /// What holds of all choices; nil where the user model runs here, and where there are no steps.
  public var exactness: Exactness? { Exactness.worst(steps.lazy.compactMap(\.exactness)) }
}
