package import CMCAlignment
internal import CMCTokenizerFormats
package import CrossModelControl

extension ClosedLoopFolder {
  /// The second user, steered by the delta model that was trained beside the first.
  package var steering: SteeringConfiguration {
    var configuration = SteeringConfiguration(
      user: .path(model("base-two")), deltas: [.init(.path(model("delta-a")))])
    configuration.template = template(.two)
    configuration.deltaTemplate = template(.one)
    return configuration
  }

  /// A question of the task that the delta model learnt, about a person that no model has seen.
  package static let example = """
    This is Loltrour Lumrot. Loltrour was born on 23 January 1930. Loltrour signs as לידומ. \
    Loltrour lives in Raitgeank. How does Loltrour sign?
    """

  /// The maps from the second user's vocabulary that the demonstration compares, by the names of its tables.
  ///
  /// - Parameter threads: How many threads align.
  /// - Throws: What reading the vocabularies and aligning them throw.
  package func maps(threads: Int) throws -> [(name: String, map: TokenMap)] {
    let source = try TokenizerLoader.load(model("base-two"))
    let target = try TokenizerLoader.load(model("base-one"))
    let mined = try PairAlignment(source, target, rules: AlignmentRules(threads: threads)).map
    return try ClosedLoopMap.allCases.map { map in
      guard let rules = map.rules(threads: threads) else {
        return (map.rawValue, mined.shuffled(seed: 1 &+ map.shuffle, keepsRoles: true))
      }
      return (map.rawValue, map == .pmMined ? mined : try PairAlignment(source, target, rules: rules).map)
    }
  }
}
