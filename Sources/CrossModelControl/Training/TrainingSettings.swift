public import CMCTraining

/// What decides every bit of a training; its checkpoints keep it under `settings`.
///
/// How the result is written (its encoding, a GGUF file, a merged adapter, the mode that is noted) is not in it, and may
/// be chosen anew when a run goes on.
public struct TrainingSettings: RunSettings {
  /// `training`.
  public static let kind = "training"

  /// The version of the library.
  public var version = CrossModelControlVersion.current
  /// `delta`, `lora` or `full`.
  public var learner: String
  /// The files of the model that it begins with; nil for first values.
  public var start: WeightsIdentity?
  /// The shape of first values.
  public var shape: Shape?
  /// The files of the model beside which a delta model learns.
  public var template: WeightsIdentity?
  /// The files of the template after tuning.
  public var tuned: WeightsIdentity?
  /// The rank of an adapter.
  public var rank: Int?
  /// What an adapter is multiplied by, times the rank.
  public var alpha: Float?
  /// The tokenizer's files.
  public var tokenizer: TokenizerIdentity
  /// The digest of what is put around prompts.
  public var promptTemplate: String
  /// What is wanted of the data.
  public var objective: String
  /// The files of what is learnt.
  public var data: [FileIdentity]
  /// The files of what is not to be unlearnt.
  public var retained: [FileIdentity]
  /// The files to validate with.
  public var validation: [FileIdentity]
  /// The most tokens of a document.
  public var maxLength: Int
  /// Whether the tokens of prompts are learnt too.
  public var learnsPrompts: Bool
  /// The share of the data that is kept for validation.
  public var splitForValidation: Double
  /// The digest of the documents that all of this came to.
  ///
  /// Its name sorts behind theirs, so that a difference is put down to its cause.
  public var tokensOfDocuments: String
  /// The most tokens of a pass: sums are taken pass by pass.
  public var passTokens: Int
  /// Rates, steps, the optimiser and the seed.
  public var plan: TrainingPlan
  /// How frozen models are computed.
  public var precision: String

  /// The sizes of a model that begins with first values.
  public struct Shape: Codable, Sendable, Equatable {
    /// Elements of a position's state.
    public var hidden: Int
    /// The number of layers.
    public var layers: Int
    /// The number of heads.
    public var heads: Int
    /// The number of key and value heads.
    public var keyValueHeads: Int
    /// Elements inside the feed-forward part.
    public var inner: Int
    /// The length of the context.
    public var context: Int
  }
}
