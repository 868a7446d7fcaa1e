internal import CMCAlignment
internal import CMCEvaluation
internal import CMCPrimitives
internal import CMCTokenMapFormats
internal import CMCTokenization
internal import CMCTokenizerFormats
internal import CMCVocabulary
internal import CrossModelControl

/// The maps from the second user's vocabulary to the delta model's, as files of the result's folder.
struct ClosedLoopMaps {
  private let paths: [ClosedLoopMap: String]
  private let maps: [ClosedLoopMap: TokenMap]
  private let user: Tokenizer
  private let delta: TokenizerDescription

  /// Aligns by every rule, and writes the maps.
  init(_ folder: ClosedLoopFolder, to output: String, seed: UInt64, threads: Int) throws {
    let (source, target) = (
      try TokenizerLoader.load(folder.model("base-two")), try TokenizerLoader.load(folder.model("base-one"))
    )
    user = try withFile(folder.model("base-two")) { try Tokenizer(source) }
    delta = target
    var paths: [ClosedLoopMap: String] = [:]
    var maps: [ClosedLoopMap: TokenMap] = [:]
    func make(_ map: ClosedLoopMap) throws -> TokenMap {
      if let known = maps[map] { return known }
      guard let rules = map.rules(threads: threads) else {
        return try make(.pmMined).shuffled(seed: seed &+ map.shuffle, keepsRoles: true)
      }
      return try PairAlignment(source, target, rules: rules).map
    }
    for map in ClosedLoopMap.allCases {
      let made = try make(map)
      let path = "\(output)/maps/\(map.rawValue).json"
      var options = TokenMapWriteOptions(source: source, target: target)
      options.tool = CrossModelControlVersion.tool
      _ = try made.save(to: path, options: options)
      maps[map] = made
      paths[map] = path
    }
    self.paths = paths
    self.maps = maps
  }

  /// The file of a map.
  func path(_ map: ClosedLoopMap) -> String { paths[map] ?? "" }

  /// How a map places all tokens of the second user's vocabulary.
  func alignment(_ map: ClosedLoopMap) -> ClosedLoopResult.TokenShares {
    let vocabulary = user.description.vocabulary
    return shares(map, (0..<Int32(vocabulary.idLimit)).filter { vocabulary.kind($0) != .hole })
  }

  /// How a map places the tokens of texts.
  ///
  /// - Throws: What encoding throws.
  func placed(_ map: ClosedLoopMap, _ texts: [String]) throws -> ClosedLoopResult.TokenShares {
    var options = EncodingOptions()
    options.isContinuation = true
    return shares(map, try texts.flatMap { try user.encode($0, options: options) })
  }

  private func shares(_ map: ClosedLoopMap, _ tokens: [Int32]) -> ClosedLoopResult.TokenShares {
    var shares = ClosedLoopResult.TokenShares()
    shares.tokens = tokens.count
    guard let map = maps[map] else { return shares }
    let (source, target) = (user.description.vocabulary, delta.vocabulary)
    for token in tokens {
      let row = Int(token)
      guard row < map.count, map.ids[row] >= 0 else {
        shares.unmatched += 1
        continue
      }
      switch map.methods[row] {
      case .exact, .role: shares.exact += 1
      case .prefix:
        let isShorter = target.canonical[Int(map.ids[row])].count < source.canonical[row].count
        if isShorter { shares.shorter += 1 } else { shares.longer += 1 }
      default: shares.other += 1
      }
    }
    return shares
  }
}
