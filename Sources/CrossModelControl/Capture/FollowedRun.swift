internal import CMCAlignment
internal import CMCHashing
internal import CMCLogitShift

/// The run whose texts a second pair of models follows, and the columns that comparing the two will need.
struct FollowedRun {
  let run: CaptureRun
  /// Nil where all columns are kept anyway.
  let wanted: WantedColumns?
  /// Nil where the vocabularies are one, or no column is chosen through a map.
  let map: TokenMap?

  /// Opens a run that is complete, and finds the map from its vocabulary to that of the run that follows.
  ///
  /// - Throws: `LogitShiftError.mapNeeded` where there is none and the vocabularies differ.
  init(
    _ path: String, map: String?, _ configuration: CaptureConfiguration, _ own: RunDescription,
    _ observer: RunObserver
  ) throws {
    run = try CaptureRun(path: path)
    guard let kept = configuration.kept.count else {
      (wanted, self.map) = (nil, nil)
      return
    }
    let maps = try RunMaps(
      map.map { [$0] } ?? [], threads: configuration.computing.threads, observer: observer)
    guard let found = try maps.map(run.description, own) else {
      guard run.description.fingerprint == own.fingerprint else {
        throw LogitShiftError.mapNeeded(first: run.label, second: own.label)
      }
      wanted = WantedColumns(ColumnMapping(identity: own.width), seeds: [], kept: kept)
      self.map = nil
      return
    }
    for note in try RunPair.check(found.map, from: run.description, to: own) { observer.note(note) }
    wanted = WantedColumns(
      ColumnMapping(found.map, secondWidth: own.width), seeds: configuration.shuffleSeeds, kept: kept)
    self.map = found.map
  }
}

extension CaptureConfiguration {
  /// The seeds of the shuffled maps, those that similarity will take by the same rule.
  var shuffleSeeds: [UInt64] { (0..<shuffles).map { seed &+ UInt64($0) } }
}

extension TokenMap {
  /// SHA-256 of the first target of every id, by which a run's description names the map.
  var idsDigest: String { ids.withUnsafeBytes { SHA256Digest(hashing: $0).hex } }
}
