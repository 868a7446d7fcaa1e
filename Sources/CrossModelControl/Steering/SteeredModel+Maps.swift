extension SteeredModel {
  /// The same models, the first delta model joined by another map.
  ///
  /// - Parameters:
  ///   - map: The map.
  ///   - observer: Hears what the map leaves open.
  /// - Throws: As `init(_:observer:)`, for the map.
  package func joined(
    by map: SteeringConfiguration.MapReference, observer: RunObserver = .silent
  ) throws -> SteeredModel {
    guard !deltas.isEmpty else { throw SteeringError.notOneDelta(count: 0) }
    var configuration = configuration
    configuration.user = user.reference
    for index in deltas.indices { configuration.deltas[index].model = .loaded(deltas[index].loaded) }
    configuration.deltas[0].map = map
    return try SteeredModel(configuration, observer: observer)
  }
}
