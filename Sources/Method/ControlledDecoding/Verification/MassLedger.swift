import CMCAlignment
import CMCPrimitives
import CMCTokenization
import CMCVocabulary

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Adds up, step by step, how much probability of either model the map loses.
struct MassLedger {
  private let columns: MappedColumns
  /// For each delta token whether a user token that reads it stands for the same.
  private var isCarried: [Bool]
  /// For each delta token the first user token that reads it.
  private var readers: [Int32]
  private var lost: [Double]
  private var unmatched = 0.0
  private var steps = 0
  private var sameBest = 0

  init(_ models: MapVerifier.Models, _ columns: MappedColumns) {
    self.columns = columns
    let relation = TextRelation(
      user: models.userTokenizer.description.vocabulary, delta: models.deltaTokenizer.description.vocabulary)
    isCarried = [Bool](repeating: false, count: columns.deltaWidth)
    readers = [Int32](repeating: -1, count: columns.deltaWidth)
    lost = [Double](repeating: 0, count: columns.deltaWidth)
    let map = models.map
    for row in 0..<map.count where map.ids[row] >= 0 {
      let source = Int32(row)
      for target in map.sequences[source]?.ids ?? [map.ids[row]] where Int(target) < columns.deltaWidth {
        // What a person has written down stands, whatever the bytes say.
        let isRelated = map.methods[row] == .override || relation.holds(source, target)
        if isRelated { isCarried[Int(target)] = true }
        if readers[Int(target)] < 0 { readers[Int(target)] = source }
      }
    }
  }

  /// Takes one step's logits.
  mutating func add(user: UnsafeBufferPointer<Float>, delta: [Float]) {
    steps += 1
    let userShift = Double(logSumExp(user))
    for column in 0..<user.count where columns.isUnmatched(column) {
      unmatched += exp(Double(user[column]) - userShift)
    }
    let deltaShift = Double(delta.withUnsafeBufferPointer(logSumExp))
    var best = 0
    for id in delta.indices {
      if delta[id] > delta[best] { best = id }
      if !isCarried[id] { lost[id] += exp(Double(delta[id]) - deltaShift) }
    }
    if isCarried[best] { sameBest += 1 }
  }

  /// Writes what was found.
  func finish(_ report: inout VerificationReport, _ settings: MapVerifier.Settings) {
    report.steps = steps
    guard steps > 0 else { return }
    let total = Double(steps)
    report.lostMass = lost.reduce(0, +) / total
    report.unmatchedMass = unmatched / total
    report.mismatches = lost.indices.filter { lost[$0] > 0 }.sorted { lost[$0] > lost[$1] }
      .prefix(settings.mismatchCount).map {
        VerificationReport.Mismatch(id: Int32($0), lostShare: lost[$0] / total, reader: readers[$0])
      }
    let thresholds = settings.thresholds
    func outcome(_ mass: Double) -> VerificationReport.Outcome {
      mass > thresholds.massFailure ? .failed : mass > thresholds.massWarning ? .warning : .passed
    }
    func shown(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }
    report.add(
      "the delta model's probability arrives", outcome(report.lostMass),
      "\(shown(report.lostMass)) lost in the map over \(steps) steps; its best token is carried in \(sameBest)"
    )
    report.add(
      "the user model's probability has targets", outcome(report.unmatchedMass),
      "\(shown(report.unmatchedMass)) lies on tokens without a target")
    let count = Double(max(1, report.kinds.values.reduce(0, +)))
    let kinds = MatchKind.allCases.map { "\(shown(Double(report.kinds[$0] ?? 0) / count)) \($0.rawValue)" }
    report.add(
      "generated tokens are carried", outcome(Double(report.kinds[.unmatched] ?? 0) / count),
      kinds.joined(separator: ", "))
  }
}
