import CMCVocabulary

/// What a map amounts to, in figures.
public struct AlignmentSummary: Sendable {
  /// How many tokens went which way; holes are in none of them.
  public struct Counts: Sendable, Equatable {
    /// Equal bytes.
    public var exact = 0
    /// Special tokens placed by role or piece.
    public var role = 0
    /// Decided by an override file, for a target of other bytes.
    public var override = 0
    /// The target is a proper prefix of the source.
    public var prefixShorter = 0
    /// The source is a proper prefix of the target.
    public var prefixLonger = 0
    /// A prefix match of which the map does not say the direction.
    public var prefixUnknown = 0
    /// By unrestricted edit distance.
    public var edit = 0
    /// By the target tokenizer's encoding.
    public var retokenized = 0
    /// From a format that does not say.
    public var imported = 0
    /// No target.
    public var unmatched = 0
    /// Those of the unmatched that are special.
    public var unmatchedSpecial = 0
    /// Those of the unmatched that an override file left so.
    public var unmatchedByOverride = 0

    /// All prefix matches.
    public var prefix: Int { prefixShorter + prefixLonger + prefixUnknown }
  }

  /// One row of the script table.
  public struct ScriptRow: Sendable, Equatable {
    /// The script, or what stands in its place.
    public let name: String
    /// The number of tokens.
    public var tokens = 0
    /// Those with equal bytes in the target.
    public var exact = 0
    /// Those placed otherwise.
    public var inexact = 0
    /// Those without a target.
    public var unmatched = 0
  }

  /// Tokens of the source, holes not counted.
  public private(set) var tokens = 0
  /// The figures by method.
  public private(set) var counts = Counts()
  /// Share of the non-special source tokens that have a target; nil where there are none.
  public private(set) var coverage: Double?
  /// Share of the non-special source tokens whose target has equal bytes; nil where there are none, and where it is not
  /// known of entries whose format does not say it.
  public private(set) var exactShare: Double?
  /// How many of the non-special source tokens have a target of which it is not known whether its bytes are equal.
  package private(set) var exactUnknown = 0
  /// Mean distance over the tokens that have a target and a distance.
  public private(set) var meanDistance: Double?
  /// Mean distance over those of them whose distance is above 0.
  public private(set) var meanInexactDistance: Double?
  /// How many tokens have each distance above 0, ascending.
  public private(set) var histogram: [(distance: Int, count: Int)] = []
  /// By script, the largest first; empty where the map has no pieces.
  public private(set) var scripts: [ScriptRow] = []
  /// The rows of greatest distance, then lowest id.
  public private(set) var worst: [MapRow] = []

  /// Whether the map tells which of its tokens are special.
  public private(set) var knowsSpecial = false

  /// Counts a map.
  ///
  /// - Parameters:
  ///   - map: The map.
  ///   - worstCount: How many of the worst matches to keep.
  /// - Complexity: O(rows).
  public init(_ map: TokenMap, worstCount: Int = 10) {
    knowsSpecial = map.source.kinds != nil
    var distances: [Int: Int] = [:]
    var byClass: [TokenClass: ScriptRow] = [:]
    var plain = (tokens: 0, matched: 0, exact: 0)
    var worstIDs: [(distance: Int32, id: Int32)] = []
    for id in 0..<Int32(map.count) where map.isToken(id) {
      let index = Int(id)
      let isMatched = map.isMatched(id)
      let decision = map.decision(id)
      let exactness = isMatched ? map.isExact(id) : false
      let isExact = exactness == true
      let isSpecial = map.source.kind(id) == .special
      tokens += 1
      count(map, id, decision, isSpecial: isSpecial)
      if isMatched, map.distances[index] >= 0 { distances[Int(map.distances[index]), default: 0] += 1 }
      if isMatched, map.distances[index] > 0 { worstIDs.append((map.distances[index], id)) }
      if !isSpecial {
        plain.tokens += 1
        plain.matched += isMatched ? 1 : 0
        plain.exact += isExact ? 1 : 0
        exactUnknown += exactness == nil ? 1 : 0
      }
      if let tokenClass = map.source.tokenClass(id) {
        var row = byClass[tokenClass] ?? ScriptRow(name: tokenClass.name)
        row.tokens += 1
        if !isMatched { row.unmatched += 1 } else if isExact { row.exact += 1 } else { row.inexact += 1 }
        byClass[tokenClass] = row
      }
    }
    if plain.tokens > 0 {
      coverage = Double(plain.matched) / Double(plain.tokens)
      if exactUnknown == 0 { exactShare = Double(plain.exact) / Double(plain.tokens) }
    }
    setDistances(distances)
    scripts = byClass.values.sorted { ($1.tokens, $0.name) < ($0.tokens, $1.name) }
    worstIDs.sort { ($1.distance, $0.id) < ($0.distance, $1.id) }
    worst = worstIDs.prefix(worstCount).map { map.row($0.id) }
  }

  private mutating func count(_ map: TokenMap, _ id: Int32, _ decision: MapMethod, isSpecial: Bool) {
    guard decision != .unmatched else {
      counts.unmatched += 1
      if map.methods[Int(id)] == .override { counts.unmatchedByOverride += 1 }
      if isSpecial { counts.unmatchedSpecial += 1 }
      return
    }
    switch decision {
    case .exact: counts.exact += 1
    case .role: counts.role += 1
    case .override: counts.override += 1
    case .edit: counts.edit += 1
    case .retokenized: counts.retokenized += 1
    case .imported: counts.imported += 1
    case .unmatched: counts.unmatched += 1
    case .prefix:
      // One of two strings in a prefix relation is shorter exactly where its visible form is, but for byte tokens, whose
      // form is one of its own; they are one byte long.
      let target = map.ids[Int(id)]
      switch (map.source.shownLength(id), map.target.shownLength(target)) {
      case (let from?, let to?) where to < from || map.target.kind(target) == .byte: counts.prefixShorter += 1
      case (_?, _?): counts.prefixLonger += 1
      default: counts.prefixUnknown += 1
      }
    }
  }

  private mutating func setDistances(_ distances: [Int: Int]) {
    let all = distances.values.reduce(0, +)
    let inexact = all - (distances[0] ?? 0)
    let sum = distances.reduce(0) { $0 + $1.key * $1.value }
    meanDistance = all > 0 ? Double(sum) / Double(all) : nil
    meanInexactDistance = inexact > 0 ? Double(sum) / Double(inexact) : nil
    histogram = distances.filter { $0.key > 0 }.sorted { $0.key < $1.key }.map {
      (distance: $0.key, count: $0.value)
    }
  }
}
