/// A figure that says how alike the shifts of two models are over the steps of one prompt.
public enum SimilarityMeasure: String, Codable, Sendable, CaseIterable {
  /// 1 − the cosine of the angle between the shifts of all steps, each step's mean over the kept columns taken off.
  ///
  /// A number added to all scores of a step changes no probability, and no map could break it: what is left here is what
  /// tuning did to some tokens and not to others. Not defined where nothing is left.
  case centredCosineDistance = "centred_cosine_distance"
  /// The Sinkhorn divergence of the two clouds of shifts divided by the number of columns: the paper's distance.
  case sinkhorn
  /// The Sinkhorn divergence of the two clouds of centred shifts, each step scaled to length 1.
  ///
  /// At p = 2 two points cost 1 − their cosine, so that 1 is what shifts that have nothing in common give.
  case centredUnitSinkhorn = "centred_unit_sinkhorn"
  /// Exact transport between the clouds (½W₂² or W₁, no entropy) divided by the number of columns.
  case exact
  /// The mean absolute difference of the shifts.
  case meanAbsoluteDifference = "mean_absolute_difference"
  /// The cosine of the angle between the shifts of all steps.
  case cosine
  /// Pearson's correlation of the shifts of all steps.
  case pearson
  /// Spearman's rank correlation of the shifts of all steps.
  case spearman
  /// The mean over steps of KL(P‖Q) in nats, on the kept columns: P the first tuned model, Q the first base model with the
  /// second's shifts added.
  case divergence = "kl"

  /// Whether smaller means more alike.
  public var isDistance: Bool {
    switch self {
    case .centredCosineDistance, .sinkhorn, .centredUnitSinkhorn, .exact, .meanAbsoluteDifference,
      .divergence:
      true
    case .cosine, .pearson, .spearman: false
    }
  }

  /// The name for headings.
  public var title: String {
    switch self {
    case .centredCosineDistance: "Centred cosine distance"
    case .sinkhorn: "Sinkhorn divergence"
    case .centredUnitSinkhorn: "Centred unit Sinkhorn"
    case .exact: "Exact transport"
    case .meanAbsoluteDifference: "Mean absolute difference"
    case .cosine: "Cosine"
    case .pearson: "Pearson correlation"
    case .spearman: "Spearman correlation"
    case .divergence: "KL divergence"
    }
  }
}

/// The values of all measures for one prompt; nil where one is not defined, as a correlation with constant shifts.
public struct MeasureValues: Codable, Sendable, Equatable {
  /// ``SimilarityMeasure/sinkhorn``.
  public var sinkhorn: Double?
  /// ``SimilarityMeasure/centredCosineDistance``.
  public var centredCosineDistance: Double?
  /// ``SimilarityMeasure/centredUnitSinkhorn``.
  public var centredUnitSinkhorn: Double?
  /// ``SimilarityMeasure/exact``.
  public var exact: Double?
  /// ``SimilarityMeasure/meanAbsoluteDifference``.
  public var meanAbsoluteDifference: Double?
  /// ``SimilarityMeasure/cosine``.
  public var cosine: Double?
  /// ``SimilarityMeasure/pearson``.
  public var pearson: Double?
  /// ``SimilarityMeasure/spearman``.
  public var spearman: Double?
  /// ``SimilarityMeasure/divergence``.
  public var divergence: Double?

  enum CodingKeys: String, CodingKey {
    case sinkhorn, centredCosineDistance, centredUnitSinkhorn, exact, meanAbsoluteDifference, cosine, pearson
    case spearman
    case divergence = "kl"
  }

  /// No values.
  public init() {}

  /// The value of one measure.
  public subscript(measure: SimilarityMeasure) -> Double? {
    get {
      switch measure {
      case .centredCosineDistance: centredCosineDistance
      case .sinkhorn: sinkhorn
      case .centredUnitSinkhorn: centredUnitSinkhorn
      case .exact: exact
      case .meanAbsoluteDifference: meanAbsoluteDifference
      case .cosine: cosine
      case .pearson: pearson
      case .spearman: spearman
      case .divergence: divergence
      }
    }
    set {
      switch measure {
      case .centredCosineDistance: centredCosineDistance = newValue
      case .sinkhorn: sinkhorn = newValue
      case .centredUnitSinkhorn: centredUnitSinkhorn = newValue
      case .exact: exact = newValue
      case .meanAbsoluteDifference: meanAbsoluteDifference = newValue
      case .cosine: cosine = newValue
      case .pearson: pearson = newValue
      case .spearman: spearman = newValue
      case .divergence: divergence = newValue
      }
    }
  }
}

/// The mean of a measure over prompts.
public struct MeasureSummary: Codable, Sendable, Equatable {
  /// Which measure.
  public var measure: SimilarityMeasure
  /// The mean over the prompts that have a value, or nil where none has.
  public var mean: Double?
  /// How many prompts have one.
  public var prompts: Int
  /// The percentile bootstrap interval, or nil where fewer than two prompts have a value.
  public var interval: ConfidenceInterval?

  /// Puts a summary together.
  public init(measure: SimilarityMeasure, mean: Double?, prompts: Int, interval: ConfidenceInterval?) {
    self.measure = measure
    self.mean = mean
    self.prompts = prompts
    self.interval = interval
  }
}

/// A percentile bootstrap interval over prompts.
public struct ConfidenceInterval: Codable, Sendable, Equatable {
  /// The lower end.
  public var low: Double
  /// The upper end.
  public var high: Double

  /// An interval from its ends.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }
}

/// One prompt's row of the table.
public struct PromptSimilarity: Codable, Sendable, Equatable {
  /// The row of ``SimilarityResult/prompts``.
  public var prompt: Int
  /// How many steps both runs have.
  public var steps: Int
  /// The values, distances divided by the number of columns already.
  public var values: MeasureValues
  /// The values against the run of another task, where one was given.
  public var cross: MeasureValues?

  /// Puts a row together.
  public init(prompt: Int, steps: Int, values: MeasureValues, cross: MeasureValues? = nil) {
    self.prompt = prompt
    self.steps = steps
    self.values = values
    self.cross = cross
  }
}
