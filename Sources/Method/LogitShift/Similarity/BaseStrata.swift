internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Strata of the tokens that a run's steps are about, by how probable the untuned model finds them.
///
/// Counted are the 100 best columns of each ranking at every step, which a run keeps unless it was asked for fewer, and
/// of those the ones that the map gives a target: capturing and comparing find the same strata, whatever was kept beside.
package struct BaseStrata: Sendable {
  /// How many strata there are.
  package static let count = 20
  /// The stratum of each column, the most probable first; ``count`` for columns that are never among the best.
  let strata: [Int32]

  /// Reads all steps of a run.
  ///
  /// - Parameters:
  ///   - run: The run whose columns are kept in the comparison.
  ///   - mapping: From its vocabulary to the other.
  ///   - columns: How many of the best of each ranking count.
  /// - Throws: What reading the run throws.
  /// - Complexity: O(steps · kept columns), and O(columns · log(columns)) for the order.
  package init(
    _ run: CaptureRun, mapping: ColumnMapping, columns: Int = 100, threads: Int = defaultThreadCount
  ) throws {
    let width = run.description.width
    let sums = try mapInOrder(run.description.prompts.count, threads: threads) { prompt in
      var sums: [Int32: Double] = [:]
      let captured = try run.prompt(prompt)
      for index in captured.steps.indices {
        let step = try captured.step(index)
        let places = Set(RankingRule.allCases.flatMap { step.best(columns, by: $0) })
        for place in places { sums[step.column(at: place), default: 0] += exp(Double(step.base[place])) }
      }
      return sums
    }
    // Added in the order of prompts, so that threads do not decide what is equal within rounding.
    var total = [Double](repeating: 0, count: width)
    var isCounted = [Bool](repeating: false, count: width)
    for (column, sum) in sums.joined() {
      total[Int(column)] += sum
      isCounted[Int(column)] = true
    }
    let order = (0..<width).filter { isCounted[$0] && !mapping.targets(of: Int32($0)).ids.isEmpty }
      .sorted { total[$0] == total[$1] ? $0 < $1 : total[$0] > total[$1] }
    var strata = [Int32](repeating: Int32(Self.count), count: width)
    for (place, column) in order.enumerated() { strata[column] = Int32(place * Self.count / order.count) }
    self.strata = strata
  }
}
