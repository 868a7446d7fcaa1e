public import CMCPrimitives

/// What an evaluation was started with.
public struct EvaluationSettings: NamedRunSettings {
  /// As part files name it.
  public static let kind = "cmc.evaluation"

  /// The version of the program.
  public var tool: String
  /// SHA-256 of the file of records.
  public var data: String
  /// How many of its records are measured.
  public var records: Int
  /// The models and how they are joined.
  public var steering: SteeringSettings
  /// How many tokens are generated for a prompt at most; 0 generates nothing.
  public var maxTokens: Int
  /// Decides the resamples of the intervals.
  public var seed: UInt64
  /// What ROUGE-L takes for a word: `unicode` or `ascii`.
  public var rougeTokens: String
  /// How wrong answers are one in forget quality: `geometric` or `arithmetic`.
  public var forgetMean: String
  /// SHA-256 of the evaluation whose truth ratios are the reference.
  public var reference: String?
  /// Which part of the records; nil for all.
  public var shard: Shard?
}
