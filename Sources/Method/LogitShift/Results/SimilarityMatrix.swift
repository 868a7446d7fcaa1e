/// The similarities of every ordered pair of several runs, with everything that is needed to draw them again.
///
/// Row i, column j compares run i, whose columns are kept, with run j; the diagonal is a run with itself.
public struct SimilarityMatrix: Codable, Sendable, Equatable {
  /// What the file is.
  public var schema = "cmc.similarity-matrix"
  /// The version of the schema.
  public var version = 1
  /// The program that computed it.
  public var tool: String
  /// The digest of runs, maps and settings, by which a file gives way to one of the same.
  ///
  /// nil in results of versions that did not say.
  public var run: String?
  /// What was asked for.
  public var settings: SimilaritySettings
  /// The runs, in the order of rows and columns.
  public var runs: [RunSummary]
  /// The maps between different vocabularies.
  public var maps: [MapSummary]
  /// The prompts that all runs share.
  public var prompts: [PromptSummary]
  /// A table for each measure.
  public var tables: [Table]
  /// The Sinkhorn divergence by row, column and prompt.
  public var perPrompt: [[[Double]]]
  /// The rule of each cell: `base` within a vocabulary, `tuned` across, unless one was asked for.
  public var rules: [[RankingRule]]
  /// Same task against different tasks, where the runs state theirs.
  public var test: PairedTest?
  /// The same test on 1 − cosine, which does not see how large shifts are.
  public var cosineTest: PairedTest?
  /// How much of the squared shifts is each step's mean, over all pairs of different vocabularies, or of different runs
  /// where all have one; nil in results of versions that did not say.
  public var meanShares: MeanShares?
  /// The same test on the centred cosine distance, which does not see each step's mean either.
  public var centredTest: PairedTest?
  /// What a reader should know.
  public var notes: [String]

  /// The means of one measure.
  public struct Table: Codable, Sendable, Equatable {
    /// Which measure.
    public var measure: SimilarityMeasure
    /// The mean over prompts by row and column; nil where the measure is not defined.
    public var means: [[Double?]]
    /// The bootstrap intervals of the means.
    public var intervals: [[ConfidenceInterval?]]

    /// Puts a table together.
    public init(measure: SimilarityMeasure, means: [[Double?]], intervals: [[ConfidenceInterval?]]) {
      self.measure = measure
      self.means = means
      self.intervals = intervals
    }
  }

  /// Puts a matrix together.
  public init(
    tool: String, settings: SimilaritySettings, runs: [RunSummary], maps: [MapSummary],
    prompts: [PromptSummary], tables: [Table], perPrompt: [[[Double]]], rules: [[RankingRule]],
    test: PairedTest?, notes: [String]
  ) {
    self.tool = tool
    self.settings = settings
    self.runs = runs
    self.maps = maps
    self.prompts = prompts
    self.tables = tables
    self.perPrompt = perPrompt
    self.rules = rules
    self.test = test
    self.notes = notes
  }
}
