internal import CMCAlignment
public import CMCControlledDecoding
internal import CMCHashing
internal import CMCLanguageModel
internal import CMCLinearAlgebra
internal import CMCTokenization

/// All of a ``SteeredModel`` that decides what comes of it, as runs write it down and compare it.
public struct SteeringSettings: Codable, Sendable, Equatable {
  /// A model that steers.
  public struct Delta: Codable, Sendable, Equatable {
    /// The delta model, or the expert.
    public var model: ModelIdentity
    /// The anti-expert, which reads the expert's tokens.
    public var antiExpert: ModelIdentity?
    /// Its factor α.
    public var alpha: Float
    /// SHA-256 of its map; nil where the vocabularies are the same.
    public var map: String?
    /// The override files that took part where the map was made.
    public var overrides: [String]
    /// SHA-256 of what is put around its prompts.
    public var template: String
  }

  /// The model that is steered.
  public var user: ModelIdentity
  /// Whether it has a say.
  public var userVoice: SteeringConfiguration.UserVoice
  /// What steers it.
  public var deltas: [Delta]
  /// How logits are combined.
  public var mode: ControlMode
  /// What user tokens without a target get.
  public var unmatched: UnmatchedPolicy
  /// SHA-256 of what is put around the user model's prompts.
  public var template: String
  /// What the system says where a conversation has no message for that; nil for nothing.
  public var system: String?
  /// The variables of templates, as they are written; nil for none.
  public var templateVariables: [String: String]?
  /// The day that a template writes; nil where none does.
  public var day: String?
  /// How prompts are read.
  public var specialTokens: SteeringConfiguration.SpecialTokens
  /// How products are computed; with `fast` also whether those of several texts are computed together.
  public var precision: String

  /// Reads what the model's files hold now.
  ///
  /// - Parameters:
  ///   - model: The models and how they are joined.
  ///   - parallel: How many texts are computed at a time.
  /// - Throws: `FileError`, or what finding the files throws.
  /// - Complexity: O(bytes of all files), see ``FileIdentity``.
  public init(_ model: SteeredModel, parallel: Int = 1) throws {
    var reader = IdentityReader()
    let configuration = model.configuration
    user = try reader.identity(model.user)
    userVoice = configuration.userVoice
    deltas = []
    for delta in model.deltas {
      var antiExpert: ModelIdentity?
      if let argument = delta.antiExpertArgument, let name = delta.antiExpert?.name {
        antiExpert = ModelIdentity(name: name, weights: try WeightsIdentity(argument, &reader))
      }
      deltas.append(
        Delta(
          model: try reader.identity(delta.loaded), antiExpert: antiExpert,
          alpha: delta.alpha ?? configuration.alpha, map: delta.map?.contentDigest,
          overrides: delta.map?.overrides.map { "\($0.name) \($0.digest.hex)" } ?? [],
          template: delta.template.contentDigest))
    }
    mode = configuration.mode
    unmatched = configuration.unmatched
    template = model.userTemplate.contentDigest
    let prompting = configuration.prompting
    system = prompting.system
    templateVariables = prompting.variables.isEmpty ? nil : prompting.variables
    day = model.userTemplate.writtenDay ?? model.deltas.lazy.compactMap(\.template.writtenDay).first
    specialTokens = configuration.specialTokens
    precision = configuration.computing.identity(parallel: parallel)
  }
}
