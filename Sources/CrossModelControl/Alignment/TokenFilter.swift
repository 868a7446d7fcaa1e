public import CMCAlignment
public import CMCPrimitives
public import CMCUnicode
public import CMCVocabulary

/// By what a list of tokens is ordered.
public enum TokenOrder: String, Sendable, CaseIterable {
  /// Ascending ids.
  case id
  /// The order of bytes.
  case piece
  /// The longest first.
  case length
  /// The farthest from its target first (maps).
  case distance
  /// Ascending target ids (maps).
  case target
}

/// Which tokens of a vocabulary or of a map's source to list, and in which order.
public struct TokenFilter {
  /// Only tokens without a target (maps).
  public var isUnmatched = false
  /// Only special tokens.
  public var isSpecial = false
  /// Only tokens whose bytes another token has too; of a map, those whose target another token has too.
  public var isDuplicate = false
  /// Only tokens that were decided so, as figures count them (maps): see `TokenMap.decision(_:)`.
  public var method: MapMethod?
  /// Only tokens of this kind.
  public var kind: TokenKind?
  /// Only text of this script.
  public var script: UnicodeScript?
  /// Only tokens at least this far from their target (maps).
  public var minimumDistance: Int32?
  /// Only tokens whose text, for fragments and bytes the visible form, has a match.
  public var pattern: Regex<AnyRegexOutput>?
  /// The order; by id where none is given.
  public var order: TokenOrder?
  /// At most so many tokens.
  public var limit: Int?

  /// Everything, by id.
  public init() {}

  /// Whether anything is left out or put in another order.
  public var isActive: Bool {
    needsMap || isSpecial || isDuplicate || kind != nil || script != nil || pattern != nil || order != nil
      || limit != nil
  }

  /// Whether a vocabulary alone cannot answer.
  public var needsMap: Bool {
    isUnmatched || method != nil || minimumDistance != nil || order == .distance || order == .target
  }

  /// The rows of a map that pass, in order.
  ///
  /// - Throws: ``TokenFilterError`` where the map does not hold what is asked of its tokens.
  /// - Complexity: O(rows) and the search for the pattern in each.
  public func rows(of map: TokenMap) throws(TokenFilterError) -> FilteredTokens<MapRow> {
    if map.source.pieces == nil, pattern != nil || script != nil || order == .piece || order == .length {
      throw .noPieces
    }
    if map.source.kinds == nil, isSpecial || kind != nil { throw .noKinds }
    let minimum = minimumDistance ?? Int32.min
    let shared = isDuplicate ? Self.shared(map.ids.filter { $0 >= 0 }) : []
    var ids = (0..<Int32(map.count)).filter { id in
      map.isToken(id) && (!isUnmatched || !map.isMatched(id))
        && (method.map { map.decision(id) == $0 } ?? true)
        && map.distances[Int(id)] >= minimum
        && (!isDuplicate || map.isMatched(id) && shared.contains(map.ids[Int(id)]))
        && passes(map.source.kind(id), map.source.tokenClass(id), { map.source.bytes(id) ?? [] })
    }
    switch order {
    case .distance: ids.sort { (map.distances[Int($1)], $0) < (map.distances[Int($0)], $1) }
    case .target: ids.sort { (map.ids[Int($0)], $0) < (map.ids[Int($1)], $1) }
    case .piece, .length: sortByBytes(&ids) { map.source.bytes($0) ?? [] }
    case .id, nil: break
    }
    return FilteredTokens(shown: ids.prefix(limit ?? .max).map(map.row), matching: ids.count)
  }

  /// The tokens of a vocabulary that pass, in order; what only a map has plays no part.
  ///
  /// - Complexity: O(bytes of the vocabulary) and the search for the pattern in each.
  public func tokens(of vocabulary: Vocabulary) -> FilteredTokens<TokenRow> {
    let all = (0..<Int32(vocabulary.idLimit)).filter { vocabulary.kind($0) != .hole }
    let shared = isDuplicate ? Self.shared(all.map { vocabulary.canonical[Int($0)] }) : []
    var ids = all.filter { id in
      (!isDuplicate || shared.contains(vocabulary.canonical[Int(id)]))
        && passes(
          vocabulary.kind(id), TokenClass(id, in: vocabulary), { Array(vocabulary.canonical[Int(id)]) })
    }
    sortByBytes(&ids) { Array(vocabulary.canonical[Int($0)]) }
    return FilteredTokens(
      shown: ids.prefix(limit ?? .max).map { TokenRow($0, vocabulary) }, matching: ids.count)
  }

  /// What is there more than once.
  private static func shared<Value: Hashable>(_ values: [Value]) -> Set<Value> {
    var seen = Set<Value>()
    return Set(values.filter { !seen.insert($0).inserted })
  }

  private func sortByBytes(_ ids: inout [Int32], _ bytes: (Int32) -> [UInt8]) {
    guard order == .piece || order == .length else { return }
    var keyed = ids.map { (id: $0, bytes: bytes($0)) }
    if order == .piece {
      keyed.sort { $0.bytes == $1.bytes ? $0.id < $1.id : $0.bytes.lexicographicallyPrecedes($1.bytes) }
    } else {
      keyed.sort { ($1.bytes.count, $0.id) < ($0.bytes.count, $1.id) }
    }
    ids = keyed.map(\.id)
  }

  /// A test of kind, script and text; bytes are asked for only where they decide.
  private func passes(_ found: TokenKind?, _ tokenClass: TokenClass?, _ bytes: () -> [UInt8]) -> Bool {
    if isSpecial, found != .special { return false }
    if let kind, kind != found { return false }
    if let script, tokenClass != .script(script) { return false }
    guard let pattern else { return true }
    let text =
      found == .text || found == .special
      ? String(decoding: bytes(), as: UTF8.self) : TokenDisplay.string(bytes(), kind: found ?? .text)
    if (try? pattern.firstMatch(in: text)) != nil { return true }
    // What lists show a blank as can be searched for too.
    guard found == .text, text.utf8.contains(0x20) else { return false }
    return (try? pattern.firstMatch(in: text.replacing(" ", with: "␣"))) != nil
  }
}

/// The tokens that pass a filter.
public struct FilteredTokens<Row: Sendable>: Sendable {
  /// Those that are to be listed, in order.
  public let shown: [Row]
  /// How many pass, whatever the limit of the list.
  public let matching: Int
}

/// A filter that a map cannot serve.
public enum TokenFilterError: DescribedError, Equatable {
  /// The map was written without text.
  case noPieces
  /// The map's format knows no kinds.
  case noKinds

  /// What the map lacks.
  public var description: String {
    switch self {
    case .noPieces: "the map holds no token text, so it cannot be filtered or sorted by it"
    case .noKinds: "the map does not say which tokens are special"
    }
  }

  /// Which maps do not.
  public var hint: String? { "use the tool's own JSON, written without --no-pieces" }
}
