internal import CMCAlignment
internal import CMCLogitShift

/// The run whose texts a second pair of models follows, and the columns that comparing the two will need.
struct FollowedRun: Sendable {
  let run: CaptureRun
  /// Nil where all columns are kept anyway.
  let wanted: WantedColumns?
  /// Nil where the vocabularies are one, or no column is chosen through a map.
  let mapDigest: String?
  /// The digest of all that the map does, for settings.
  let mapContent: String?

  /// Opens a run that is complete, and finds the map from its vocabulary to that of the run that follows.
  ///
  /// - Throws: `LogitShiftError.mapNeeded` where there is none and the vocabularies differ.
  init(
    _ path: String, map: String?, _ configuration: CaptureConfiguration, _ own: RunDescription,
    _ observer: RunObserver
  ) throws {
    run = try CaptureRun(path: path)
    guard let kept = configuration.kept.count else {
      (wanted, mapDigest, mapContent) = (nil, nil, nil)
      return
    }
    let maps = try RunMaps(
      map.map { [$0] } ?? [], threads: configuration.computing.threads, observer: observer)
    guard let found = try maps.map(run.description, own) else {
      guard run.description.fingerprint == own.fingerprint else {
        throw LogitShiftError.mapNeeded(first: run.label, second: own.label)
      }
      wanted = WantedColumns(ColumnMapping(identity: own.width), seeds: [], kept: kept)
      (mapDigest, mapContent) = (nil, nil)
      return
    }
    for note in try RunPair.check(found.map, from: run.description, to: own) { observer.note(note) }
    let mapping = ColumnMapping(found.map, secondWidth: own.width)
    let strata =
      configuration.shuffles > 0
      ? try BaseStrata(run, mapping: mapping, threads: configuration.computing.threads)
      : nil
    wanted = WantedColumns(mapping, seeds: configuration.shuffleSeeds, strata: strata, kept: kept)
    mapDigest = RunDigest.of(found.map)
    mapContent = found.map.contentDigest
  }
}

extension CaptureConfiguration {
  /// The seeds of the shuffled maps, those that similarity will take by the same rule.
  var shuffleSeeds: [UInt64] { (0..<shuffles).map { seed &+ UInt64($0) } }
}
