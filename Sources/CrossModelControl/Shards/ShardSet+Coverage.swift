public import CMCAlignment
internal import CMCPrimitives
internal import CMCResultCoding

/// The coverage of a corpus that several processes have counted, with what results say beside the figures.
public struct JoinedCoverage: Sendable {
  /// The coverage of all files.
  public let coverage: CorpusCoverage
  /// The map's path.
  public let map: String
  /// The tokenizer whose tokens are counted.
  public let source: CoverageSide
  /// The tokenizer of the map's target.
  public let target: CoverageSide
  /// What was counted, and how.
  public let settings: CoverageSettings
}

extension ShardSet {
  /// Joins the shards of coverage: counts are added, and shares are computed of the sums.
  ///
  /// - Parameter output: Where the result will go, which must be none of the shards.
  /// - Throws: `FileError` with a ``ShardError``.
  public func joinCoverage(for output: String) throws -> JoinedCoverage {
    try refuse(output)
    func damaged(_ reason: String) -> FileError {
      FileError(path: paths[0], underlying: ShardError.damaged(reason))
    }
    guard let settings = try? ResultCoding.decode(CoverageSettings.self, from: headers[0].settings),
      CorpusTextCutter.Unit(rawValue: settings.unit) != nil
    else { throw damaged("it does not say its settings") }
    let context = try withFile(paths[0]) { try headers[0].context(CoverageContext.self) }
    var domains: [CorpusCoverage.Domain] = []
    var counts: PortableCounts?
    try forEachItem({ _, line in domains.append(try CoverageShards.domain(line)) }) { shard, line in
      let more = try CoverageShards.counts(line)
      counts?.add(more)
      counts = counts ?? more
    }
    guard let total = counts?.figures(top: settings.top) else {
      throw damaged("its counts do not fit together")
    }
    return JoinedCoverage(
      coverage: CorpusCoverage(total: total, domains: domains), map: context.map, source: context.source,
      target: context.target, settings: settings)
  }
}
