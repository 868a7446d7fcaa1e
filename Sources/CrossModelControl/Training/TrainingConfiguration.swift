public import CMCControlledDecoding
public import CMCPrompts
public import CMCTraining

/// What is trained, on what, how long, and where the result goes.
public struct TrainingConfiguration: Sendable {
  /// What parameters begin with.
  public enum Start: Sendable {
    /// Those of a model.
    case model(String)
    /// First values of a shape, for a model with so long a context.
    case shape(ModelSize, context: Int = 1024)

    /// The model's path; nil for first values.
    var model: String? { if case .model(let path) = self { path } else { nil } }
  }

  /// What learns.
  public enum Learner: Sendable {
    /// A small model whose logits are added to those of a frozen one.
    case delta(Delta)
    /// A low-rank addition to the matrices of a frozen model.
    case adapter(Adapter)
    /// Every parameter of a model.
    case full(Start)

    /// The kind's name, as commands and results have it.
    public var name: String {
      switch self {
      case .delta: "delta"
      case .adapter: "lora"
      case .full: "full"
      }
    }
  }

  /// A delta model and the model beside which it learns.
  public struct Delta: Sendable {
    /// The model beside which it learns; it does not change.
    public var template: String
    /// What it begins with; a model must have the template's vocabulary.
    public var start: Start
    /// The mode it will be used in, which is only noted in the result.
    ///
    /// The loss does not see a constant added to all logits of a position, so training is the same for all three.
    public var mode = ControlMode.baseNormalize

    /// A delta model beside a template.
    public init(template: String, start: Start) { (self.template, self.start) = (template, start) }
  }

  /// A low-rank adapter.
  public struct Adapter: Sendable {
    /// The model that it is added to.
    public var base: String
    /// The rank of each matrix's addition.
    public var rank = 8
    /// What the addition is multiplied by, times the rank.
    public var alpha: Float = 16
    /// Whether the whole adapted model is written in place of the adapter.
    public var isMerged = false

    /// An adapter of rank 8.
    public init(base: String) { self.base = base }
  }

  /// What learns.
  public var learner: Learner
  /// The tokenizer, where it is not with the model, for a delta model the template; first values need it.
  public var tokenizer: String?
  /// What is learnt from.
  public var data: TrainingFiles
  /// What is wanted of the data.
  public var objective = TrainingObjective.crossEntropy
  /// How long, and in which steps.
  public var schedule = TrainingSchedule()
  /// The most tokens of a pass; memory grows with it.
  public var passTokens = 4096
  /// Whether activations are computed again in the backward pass; where they would take more than 2 GiB they always are.
  public var recomputesActivations = false
  /// How frozen models are computed, and on how many threads everything.
  public var computing = Computing()
  /// Where the result goes, and how.
  public var output: TrainingOutput

  /// Some learner on some data, as the defaults of the command line have it.
  public init(_ learner: Learner, data: TrainingFiles, output: TrainingOutput) {
    (self.learner, self.data, self.output) = (learner, data, output)
  }
}

/// The records that a model learns from, and how they become tokens.
public struct TrainingFiles: Sendable {
  /// Files of records to learn from, or with some objectives to unlearn.
  public var learnt: [String]
  /// Files of records to validate with.
  public var validation: [String] = []
  /// The share of the learnt records that is kept for validation where there are no files for it.
  public var validationSplit = 0.0
  /// What is put around prompts: a template's name, `own`, or a file.
  public var template = "plain"
  /// What is stated for the template: a text of the system, variables, the day.
  public var prompting = PromptSetting()
  /// Whether the tokens of prompts are learnt too, as a model that begins with text does.
  public var learnsPrompts = false
  /// The most tokens of a document; the rest is cut off.
  public var maxLength = 512

  /// Files of records, prompts plain.
  public init(_ learnt: [String]) { self.learnt = learnt }
}

/// The folder of a result.
public struct TrainingOutput: Sendable {
  /// What becomes of a run of the same settings that was broken off in the folder.
  public enum Begun: Sendable {
    /// It is refused, as every folder that holds something.
    case refused
    /// It goes on from its last checkpoint, to the bits that it would have come to in one piece.
    case resumed
  }

  /// The folder.
  public var folder: String
  /// What becomes of a run that is there.
  public var begun = Begun.refused
  /// How weights are written.
  public var encoding = FloatEncoding.float32
  /// Whether `model.gguf` is written too, in float32.
  public var writesGGUF = false

  /// A folder that is empty, or not there yet.
  public init(folder: String) { self.folder = folder }
}
