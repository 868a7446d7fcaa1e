/// How alike the logit shifts of two runs are, with everything that is needed to draw it again.
///
/// The file `cmc similarity --json` writes is this value; keys are in snake case.
public struct SimilarityResult: Codable, Sendable, Equatable {
  /// What the file is.
  public var schema = "cmc.similarity"
  /// The version of the schema.
  public var version = 1
  /// The program that computed it.
  public var tool: String
  /// The digest of runs, maps and settings, by which a file gives way to one of the same.
  ///
  /// nil in results of versions that did not say.
  public var run: String?
  /// What was asked for; the seeds among it.
  public var settings: SimilaritySettings
  /// The run whose columns are kept.
  public var first: RunSummary
  /// The run whose columns are carried over.
  public var second: RunSummary
  /// The run of another task that the pair is tested against, where one was given.
  public var cross: RunSummary?
  /// The map between the vocabularies, or nil where they are one.
  public var map: MapSummary?
  /// The prompts in the order of the rows of every table.
  public var prompts: [PromptSummary]
  /// The figures by each ranking rule that the runs allow; the default rule of the pair comes first.
  public var rankings: [RankedSimilarity]
  /// A heat map for each prompt, by the default rule; fewer where fewer were asked for.
  public var heatMaps: [HeatMap]
  /// What a reader should know: intervals that cannot be had, steps that were left out.
  public var notes: [String]

  /// Puts a result together.
  public init(
    tool: String, settings: SimilaritySettings, first: RunSummary, second: RunSummary,
    cross: RunSummary? = nil, map: MapSummary? = nil, prompts: [PromptSummary], rankings: [RankedSimilarity],
    heatMaps: [HeatMap], notes: [String]
  ) {
    self.tool = tool
    self.settings = settings
    self.first = first
    self.second = second
    self.cross = cross
    self.map = map
    self.prompts = prompts
    self.rankings = rankings
    self.heatMaps = heatMaps
    self.notes = notes
  }
}

/// The figures of a pair of runs by one ranking rule.
public struct RankedSimilarity: Codable, Sendable, Equatable {
  /// By which scores of the first model columns were kept.
  public var rule: RankingRule
  /// Whether it is the rule of the paper for such a pair.
  public var isDefault: Bool
  /// How many columns a step has.
  public var columns: Int
  /// The share of kept columns without a target, whose second shift is 0.
  public var unmatchedShare: Double
  /// The mean over prompts of each measure, with its interval.
  public var summaries: [MeasureSummary]
  /// One row a prompt.
  public var prompts: [PromptSimilarity]
  /// How much of the squared shifts is each step's mean; nil in results of versions that did not say.
  public var meanShares: MeanShares?
  /// The test of the paper's distance against the run of another task, where one was given.
  public var test: PairedTest?
  /// The same test of the centred cosine distance, where it is defined.
  public var centredTest: PairedTest?
  /// The paper's distance through maps with freely permuted targets, where the vocabularies differ.
  public var null: ShuffledMapNull?
  /// Three distances through maps of both permutations, that of ``null`` among them.
  public var nulls: [ShuffledMapNull]?

  /// Puts the figures together.
  public init(
    rule: RankingRule, isDefault: Bool, columns: Int, unmatchedShare: Double, summaries: [MeasureSummary],
    prompts: [PromptSimilarity], test: PairedTest? = nil, null: ShuffledMapNull? = nil
  ) {
    self.rule = rule
    self.isDefault = isDefault
    self.columns = columns
    self.unmatchedShare = unmatchedShare
    self.summaries = summaries
    self.prompts = prompts
    self.test = test
    self.null = null
  }

  /// The summary of a measure.
  public func summary(of measure: SimilarityMeasure) -> MeasureSummary? {
    summaries.first { $0.measure == measure }
  }
}

/// The share of squared shifts that is each step's mean over the kept columns, over all prompts.
///
/// A number added to all scores of a step changes no probability, and every shuffled map keeps it: a distance that is
/// mostly of means says little of the map.
public struct MeanShares: Codable, Sendable, Equatable {
  /// Of the first model's shifts; nil where all are 0.
  public var first: Double?
  /// Of the second model's, through the map.
  public var second: Double?
  /// Of both together.
  public var both: Double?

  /// Puts shares together.
  public init(first: Double?, second: Double?, both: Double?) {
    (self.first, self.second, self.both) = (first, second, both)
  }
}

/// By which scores of the first model the columns of a step are ranked.
public enum RankingRule: String, Codable, Sendable, CaseIterable {
  /// By its untuned version: the paper's rule within one vocabulary.
  case base
  /// By its tuned version: the paper's rule across vocabularies.
  case tuned
}
