public import ArgumentParser
public import CMCAlignment
internal import CMCPrimitives
internal import CMCUnicode
public import CMCVocabulary

extension MapMethod: ExpressibleByArgument {
  /// Reads the name that tables and files use.
  public init?(argument: String) { self.init(name: argument) }
  /// The names that tables and files use.
  public static var allValueStrings: [String] { allCases.map(\.name) }
}

extension TokenKind: ExpressibleByArgument {
  /// Reads the name that tables use.
  public init?(argument: String) {
    guard let kind = TokenKind.allCases.first(where: { $0.name == argument && $0 != .hole }) else {
      return nil
    }
    self = kind
  }
  /// The names that tables use.
  public static var allValueStrings: [String] { allCases.filter { $0 != .hole }.map(\.name) }
}

/// By what a list of tokens is ordered.
enum TokenOrder: String, ExpressibleByArgument, CaseIterable {
  case id, piece, length, distance, target
}

/// Which tokens to list, and how.
struct TokenFilterOptions: ParsableArguments {
  @Flag(help: "Only tokens without a target (maps).")
  var unmatched = false

  @Flag(help: "Only special tokens.")
  var special = false

  @Option(help: "Only tokens decided so (maps).")
  var method: MapMethod?

  @Option(help: "Only tokens of this kind.")
  var kind: TokenKind?

  @Option(help: ArgumentHelp("Only text of this script, such as Latin or Han.", valueName: "name"))
  var script: String?

  @Option(help: ArgumentHelp("Only tokens at least this far from their target (maps).", valueName: "n"))
  var minDistance: Int32?

  @Option(
    help: ArgumentHelp(
      "Only tokens whose text has a match (visible form for fragments and bytes).", valueName: "regex"))
  var match: String?

  @Option(help: "The order of the list; length and distance descending.")
  var sort: TokenOrder?

  @Option(help: ArgumentHelp("At most so many tokens.", valueName: "n"))
  var limit: Int?

  /// Whether tokens are to be listed.
  var isActive: Bool {
    unmatched || special || method != nil || kind != nil || script != nil || minDistance != nil
      || match != nil
      || sort != nil || limit != nil
  }

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit must not be negative.") }
    if let script, UnicodeScript(name: script) == nil {
      let near =
        nearestName(to: script, in: UnicodeScript.all.map(\.name)).map { " Did you mean \($0)?" } ?? ""
      throw ValidationError("There is no script '\(script)'.\(near)")
    }
    if match != nil { _ = try regex() }
  }

  /// Refuses, for a vocabulary, the filters that only a map has.
  func refuseMapFilters() throws {
    guard !unmatched, method == nil, minDistance == nil, sort != .distance, sort != .target else {
      throw ValidationError(
        "--unmatched, --method, --min-distance and sorting by distance or target need a map, and this is a vocabulary."
      )
    }
  }

  /// The rows of a map that pass, in order.
  func rows(of map: TokenMap) throws -> [MapRow] {
    let passes = try textTest()
    if map.source.pieces == nil, match != nil || script != nil || sort == .piece || sort == .length {
      throw FilterError.noPieces
    }
    if map.source.kinds == nil, special || kind != nil { throw FilterError.noKinds }
    let minimum = minDistance ?? Int32.min
    var ids = (0..<Int32(map.count)).filter { id in
      map.isToken(id) && (!unmatched || !map.isMatched(id))
        && (method.map { map.methods[Int(id)] == $0 } ?? true)
        && map.distances[Int(id)] >= minimum
        && passes(map.source.kind(id), map.source.tokenClass(id), { map.source.bytes(id) ?? [] })
    }
    switch sort {
    case .distance: ids.sort { (map.distances[Int($1)], $0) < (map.distances[Int($0)], $1) }
    case .target: ids.sort { (map.ids[Int($0)], $0) < (map.ids[Int($1)], $1) }
    case .piece, .length: order(&ids) { map.source.bytes($0) ?? [] }
    case .id, nil: break
    }
    return ids.prefix(limit ?? .max).map(map.row)
  }

  /// The tokens of a vocabulary that pass, in order.
  func tokens(of vocabulary: Vocabulary) throws -> [TokenRow] {
    let passes = try textTest()
    var ids = (0..<Int32(vocabulary.idLimit)).filter { id in
      vocabulary.kind(id) != .hole
        && passes(
          vocabulary.kind(id), TokenClass(id, in: vocabulary), { Array(vocabulary.canonical[Int(id)]) })
    }
    order(&ids) { Array(vocabulary.canonical[Int($0)]) }
    return ids.prefix(limit ?? .max).map { TokenRow($0, vocabulary) }
  }

  private func order(_ ids: inout [Int32], _ bytes: (Int32) -> [UInt8]) {
    guard sort == .piece || sort == .length else { return }
    var keyed = ids.map { (id: $0, bytes: bytes($0)) }
    if sort == .piece {
      keyed.sort { $0.bytes == $1.bytes ? $0.id < $1.id : $0.bytes.lexicographicallyPrecedes($1.bytes) }
    } else {
      keyed.sort { ($1.bytes.count, $0.id) < ($0.bytes.count, $1.id) }
    }
    ids = keyed.map(\.id)
  }

  /// A test of kind, script and text; bytes are asked for only where they decide.
  private func textTest() throws -> (TokenKind?, TokenClass?, () -> [UInt8]) -> Bool {
    let wantedScript = script.flatMap(UnicodeScript.init(name:)).map(TokenClass.script)
    let regex = match == nil ? nil : try regex()
    return { kind, tokenClass, bytes in
      if special, kind != .special { return false }
      if let wanted = self.kind, kind != wanted { return false }
      if let wantedScript, tokenClass != wantedScript { return false }
      guard let regex else { return true }
      let text =
        kind == .text || kind == .special
        ? String(decoding: bytes(), as: UTF8.self) : TokenDisplay.string(bytes(), kind: kind ?? .text)
      return (try? regex.firstMatch(in: text)) != nil
    }
  }

  private func regex() throws -> Regex<AnyRegexOutput> {
    do {
      return try Regex(match ?? "").matchingSemantics(.unicodeScalar)
    } catch {
      throw ValidationError("--match is not a regular expression: \(error)")
    }
  }
}

/// A filter that a map cannot serve.
enum FilterError: DescribedError, Equatable {
  /// The map was written without text.
  case noPieces
  /// The map's format knows no kinds.
  case noKinds

  var description: String {
    switch self {
    case .noPieces: "the map holds no token text, so it cannot be filtered or sorted by it"
    case .noKinds: "the map does not say which tokens are special"
    }
  }

  var hint: String? { "use the tool's own JSON, written without --no-pieces" }
}
