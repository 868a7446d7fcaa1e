import CMCHashing
public import CMCVocabulary

/// What a map must fulfil to be fit for use.
public struct TokenMapRequirements: Sendable, Equatable {
  /// The least share of non-special tokens with a target.
  public var coverage: Double?
  /// The least share of non-special tokens with a target of equal bytes.
  public var exactShare: Double?
  /// Roles whose source tokens must have a target.
  public var roles: [TokenRole]

  /// Requires nothing but that the map fits its vocabularies.
  public init(coverage: Double? = nil, exactShare: Double? = nil, roles: [TokenRole] = []) {
    self.coverage = coverage
    self.exactShare = exactShare
    self.roles = roles
  }
}

/// The checks of a map, each with what was stated and what was found.
public struct TokenMapCheck: Sendable, Equatable {
  /// One check.
  public struct Result: Sendable, Equatable {
    /// What was checked: `source fingerprint`, `coverage`, `role eos`.
    public var name: String
    /// What was to be.
    public var expected: String
    /// What is.
    public var found: String
    /// Whether it holds.
    public var passed: Bool
  }

  /// The results in the order of the checks.
  public var results: [Result] = []
  /// Whether anything could be checked, and all of it holds.
  public var passed: Bool { !results.isEmpty && results.allSatisfy(\.passed) }

  /// Checks a map against its vocabularies, so far as they are given, and against requirements.
  ///
  /// - Parameters:
  ///   - map: The map.
  ///   - source: The vocabulary of its source.
  ///   - target: The vocabulary of its target.
  ///   - requirements: What it must fulfil besides.
  ///   - isSourceStated: Whether the map's file says of which source it is; where it does not, and the map was given the
  ///     vocabulary itself, there is nothing to hold against it.
  ///   - isTargetStated: The same of the target.
  /// - Throws: ``TokenMapToolError/vocabularyNeeded(_:side:)`` where roles are required and the source is not given.
  /// - Complexity: O(rows).
  public init(
    _ map: TokenMap, source: TokenizerDescription? = nil, target: TokenizerDescription? = nil,
    requirements: TokenMapRequirements = TokenMapRequirements(), isSourceStated: Bool = true,
    isTargetStated: Bool = true
  ) throws {
    if isSourceStated { checkSide("source", map.source, source) }
    if isTargetStated { checkSide("target", map.target, target) }
    for (name, side) in [("source", map.source), ("target", map.target)] { checkStatements(name, side) }
    checkRows(map, source)
    checkRanges(map, target)
    checkExactEntries(map)
    checkSequences(map)
    let coverage = TokenMapCoverage(map)
    for (name, least, share) in [
      ("coverage", requirements.coverage, coverage.coverage),
      ("exact share", requirements.exactShare, coverage.exactShare),
    ] {
      guard let least else { continue }
      if name == "exact share", coverage.unknown > 0 {
        add(name, "at least \(least)", "not known of \(coverage.unknown) entries", false)
        continue
      }
      add(
        name, "at least \(least)", "\(Self.toSixDigits(share)) of \(coverage.basis.rawValue)", share >= least)
    }
    guard !requirements.roles.isEmpty else { return }
    guard let source else { throw TokenMapToolError.vocabularyNeeded("a check of roles", side: "source") }
    for role in requirements.roles { checkRole(role, map, source.vocabulary) }
  }

  mutating func add(_ name: String, _ expected: String, _ found: String, _ passed: Bool) {
    results.append(Result(name: name, expected: expected, found: found, passed: passed))
  }

  private static func toSixDigits(_ share: Double) -> Double { (share * 1e6).rounded() / 1e6 }

  private mutating func checkSide(_ name: String, _ side: MapSide, _ description: TokenizerDescription?) {
    guard let description else { return }
    if let fingerprint = side.fingerprint {
      let found = description.vocabulary.fingerprint
      add("\(name) fingerprint", fingerprint.short, found.short, fingerprint == found)
    } else if let maxID = side.maxID {
      let found = description.vocabulary.idLimit - 1
      add("\(name) highest id", "\(maxID)", "\(found)", maxID == found)
    }
    if let width = side.logitsWidth, let found = description.logitsWidth?.count {
      add("\(name) logits width", "\(width)", "\(found)", width == found)
    }
  }

  /// Each source token must have a row; rows beyond the logits cannot be meant.
  private mutating func checkRows(_ map: TokenMap, _ source: TokenizerDescription?) {
    let ids = source?.vocabulary.idLimit ?? map.source.maxID.map { $0 + 1 }
    let width = source?.logitsWidth?.count ?? map.source.logitsWidth
    guard ids != nil || width != nil else { return }
    let least = ids ?? 0
    let most = Swift.max(least, width ?? Int.max)
    let expected = width == nil || most == least ? "at least \(least)" : "\(least) to \(most)"
    add("rows", expected, "\(map.count)", (least...most).contains(map.count))
  }

  private mutating func checkRanges(_ map: TokenMap, _ target: TokenizerDescription?) {
    guard let limit = target.map({ $0.vocabulary.idLimit - 1 }) ?? map.target.maxID else { return }
    let worst = map.entry(beyond: limit)
    add(
      "target ids", "at most \(limit)", worst.map { "entry \($0.source) goes to \($0.id)" } ?? "in range",
      worst == nil)
    if target != nil || map.target.kinds != nil {
      func isHole(_ id: Int32) -> Bool {
        id >= 0 && (target?.vocabulary.kind(id) ?? map.target.kind(id) ?? .hole) == .hole
      }
      let hole = map.ids.indices.first { isHole(map.ids[$0]) }
      add(
        "targets are tokens", "all",
        hole.map { "entry \($0) goes to \(map.ids[$0]), which has no token" } ?? "all",
        hole == nil)
    }
  }

  private mutating func checkSequences(_ map: TokenMap) {
    guard !map.sequences.isEmpty else { return }
    // A map with a sequence that is not cannot be made; a report says so all the same.
    add("sequences", "whole", "whole", true)
  }

  /// Every token with the role must have a target.
  private mutating func checkRole(_ role: TokenRole, _ map: TokenMap, _ vocabulary: Vocabulary) {
    let ids = vocabulary.ids(of: role)
    let open = ids.filter { Int($0) >= map.count || map.ids[Int($0)] < 0 }
    let found =
      ids.isEmpty
      ? "the source has no such token"
      : open.isEmpty ? "\(ids.count) of \(ids.count)" : "id \(open[0]) has none"
    add("role \(role.name)", "has a target", found, !ids.isEmpty && open.isEmpty)
  }
}
