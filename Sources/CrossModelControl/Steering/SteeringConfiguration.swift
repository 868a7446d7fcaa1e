public import CMCAlignment
public import CMCControlledDecoding
public import CMCPrompts

/// Which models run, how they are joined, and what they read.
///
///     var configuration = SteeringConfiguration(user: "llama-3-8b", deltas: [.init("tiny-delta")])
///     configuration.mode = .normalize
///     let model = try SteeredModel(configuration)
public struct SteeringConfiguration: Sendable {
  /// A model that steers.
  public struct Delta: Sendable {
    /// The delta model; of a pair the tuned one.
    public var model: ModelReference
    /// The same model untuned, whose logits are taken from the other's (proxy tuning).
    ///
    /// It reads the other's tokens.
    public var antiExpert: ModelReference?
    /// A factor α of its own; the configuration's where nil.
    public var alpha: Float?
    /// From the user's vocabulary to this model's; made by the default rules where nil and the vocabularies differ.
    public var map: MapReference?

    /// A delta model, or an expert with its anti-expert.
    public init(
      _ model: ModelReference, antiExpert: ModelReference? = nil, alpha: Float? = nil,
      map: MapReference? = nil
    ) {
      self.model = model
      self.antiExpert = antiExpert
      self.alpha = alpha
      self.map = map
    }
  }

  /// A token map that is still to be read, or one that is there.
  public enum MapReference: Sendable {
    /// A file in any format; it is checked against both vocabularies.
    case path(String)
    /// A map; it is checked against both vocabularies.
    case map(TokenMap)

    /// The file's path; nil for a map that is there.
    public var path: String? { if case .path(let path) = self { path } else { nil } }
  }

  /// Who speaks beside the delta models.
  public enum UserVoice: String, Codable, Sendable {
    /// The user model, as ever.
    case speaks
    /// Nobody: its logits are all 0, so that the delta models speak alone, through their maps.
    case isSilent = "silent"
  }

  /// What becomes of special tokens that a prompt spells out.
  public enum SpecialTokens: String, Codable, Sendable {
    /// They are text like any other.
    case areText = "text"
    /// They are read as the tokens that they spell.
    case areParsed = "parsed"
  }

  /// The model that is steered.
  public var user: ModelReference
  /// Whether it has a say.
  public var userVoice = UserVoice.speaks
  /// The models that steer it; none leaves the user model alone.
  public var deltas: [Delta]
  /// How logits are combined.
  public var mode = ControlMode.baseNormalize
  /// What user tokens without a target get.
  public var unmatched = UnmatchedPolicy.zero
  /// The factor α of delta models without one of their own.
  public var alpha: Float = 1
  /// What is put around prompts for the user model: a name, `own`, or a file with `{prompt}` in it.
  public var template = "plain"
  /// The same for the delta models; as for the user model where nil, each its own with `own`.
  public var deltaTemplate: String?
  /// What is stated for templates: a text of the system, variables, the day.
  public var prompting = PromptSetting()
  /// How prompts are read.
  public var specialTokens = SpecialTokens.areText
  /// How all models are computed.
  public var computing = Computing()

  /// A user model and what steers it.
  public init(user: ModelReference, deltas: [Delta] = []) {
    self.user = user
    self.deltas = deltas
  }
}
