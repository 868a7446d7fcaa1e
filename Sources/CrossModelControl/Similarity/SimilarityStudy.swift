internal import CMCLinearAlgebra
public import CMCLogitShift
internal import CMCPrimitives
internal import CMCResultCoding

/// Which model's scores decide the columns that are compared.
public enum RankingChoice: String, Sendable, CaseIterable {
  /// Base within a vocabulary, tuned across two.
  case auto
  /// The untuned model's.
  case base
  /// The tuned model's.
  case tuned
  /// Both, one after the other.
  case both
}

/// Measures how alike the effects of tuning on the models of several runs are.
///
/// A study knows the maps between vocabularies; the measures are those of `SimilarityCalculator`.
public struct SimilarityStudy {
  /// The maps that were given or made so far.
  public let maps: RunMaps
  private let calculator: SimilarityCalculator
  private let settings: SimilaritySettings
  private let observer: RunObserver

  /// A study.
  ///
  /// - Parameters:
  ///   - settings: What to compute.
  ///   - maps: Files of maps between the runs' vocabularies; made of the runs' tokenizers where there are none.
  ///   - threads: How many prompts run side by side; results do not depend on it. All cores where nil.
  ///   - observer: Hears how far the work is, and which maps were made.
  /// - Throws: `LogitShiftError.badSetting`, and what reading maps throws.
  public init(
    _ settings: SimilaritySettings = SimilaritySettings(), maps: [String] = [], threads: Int? = nil,
    observer: RunObserver = .silent
  ) throws {
    try LinearAlgebraError.requireLibrary()
    calculator = try SimilarityCalculator(
      settings, tool: CrossModelControlVersion.tool, threads: threads ?? defaultThreadCount,
      progress: observer.progress)
    self.maps = try RunMaps(maps, threads: threads, observer: observer)
    self.observer = observer
    self.settings = settings
  }

  /// The digest by which a result says of what it is: of the runs in their order, what they are called, the maps that were
  /// given, and the settings.
  ///
  /// - Parameters:
  ///   - runs: The runs; of two also the run of another task, if any.
  ///   - ranking: Which scores decide the columns.
  /// - Throws: `ResultCodingError` for a number that JSON cannot say.
  package func run(of runs: [CaptureRun], ranking: RankingChoice) throws -> String {
    let settings = String(decoding: try ResultCoding.encode(settings), as: UTF8.self)
    let parts = runs.flatMap { [$0.description.label, $0.description.settings] }
    return String(RunDigest.of([settings, ranking.rawValue] + maps.digests + parts).prefix(16))
  }

  /// Compares two runs; the first one's columns are kept.
  ///
  /// - Parameters:
  ///   - first: The run whose columns are kept.
  ///   - second: The run that is held against it.
  ///   - cross: A run of another task: the test asks whether the first is nearer to the second than to it.
  ///   - ranking: Which scores decide the columns.
  /// - Throws: `LogitShiftError` for runs that cannot be compared, `FileError`.
  public func compare(
    _ first: CaptureRun, _ second: CaptureRun, cross: CaptureRun? = nil, ranking: RankingChoice = .both
  ) throws -> SimilarityResult {
    let pair = try maps.pair(first, second)
    let crossPair = try cross.map { try maps.pair(first, $0) }
    let rules: [RankingRule] =
      switch ranking {
      case .auto: [pair.defaultRule]
      case .base: [.base]
      case .tuned: [.tuned]
      case .both: RankingRule.allCases
      }
    var result = try calculator.compare(pair, cross: crossPair, rules: rules)
    result.run = try run(of: [first, second] + [cross].compactMap(\.self), ranking: ranking)
    return result
  }

  /// Compares every ordered pair of several runs.
  ///
  /// - Parameters:
  ///   - runs: The runs, in the order of rows and columns.
  ///   - ranking: Which scores decide the columns of all cells; `auto` and `both` leave it to each pair.
  /// - Throws: As ``compare(_:_:cross:ranking:)``.
  public func matrix(_ runs: [CaptureRun], ranking: RankingChoice = .auto) throws -> SimilarityMatrix {
    var result = try calculator.matrix(runs, rule: RankingRule(rawValue: ranking.rawValue)) {
      try maps.pair($0, $1)
    }
    result.run = try run(of: runs, ranking: ranking)
    return result
  }
}
