import CMCAlignment
import CMCFastJSON
import CMCPrimitives
import CMCVocabulary

extension TokenMapReader {
  /// An object of all source ids, ascending, and their target ids.
  static func idObject(_ document: JSONDocument, _ format: TokenMapFormat) throws -> TokenMapInput {
    var ids: [Int32] = []
    try document.root.forEachMember { key, value in
      guard let row = canonicalID(key) else {
        throw MapContentError.notCanonical(path: "member \(String(decoding: key, as: UTF8.self))")
      }
      guard row == ids.count else {
        throw TokenMapFormatError.value(
          place: "member \(String(decoding: key, as: UTF8.self))",
          reason: "id \(ids.count) expected: ids must be ascending and complete")
      }
      guard let id = value.int, id >= 0, id <= idRange.upperBound else {
        throw TokenMapFormatError.value(
          place: "member \(ids.count)", reason: "an id from 0 to \(idRange.upperBound) expected")
      }
      ids.append(Int32(id))
    }
    return TokenMapInput(map: bare(ids), format: format, notes: [])
  }

  /// An object of FuseLLM's name of each source token, or its own piece, and the target's piece.
  static func fusellm(_ document: JSONDocument, _ options: TokenMapReadOptions) throws -> TokenMapInput {
    var lookup = try PieceLookup(options, format: .fusellm)
    try document.root.forEachMember { key, value in
      let place = "member \(String(decoding: key, as: UTF8.self))"
      let found: Void? = try value.withStringBytes { try lookup.add(key, $0, at: place) }
      guard found != nil else {
        throw JSONError.wrongType(path: place, wanted: "a string", found: value.typeName)
      }
    }
    return TokenMapInput(map: lookup.map(), format: .fusellm, notes: [])
  }

  /// Lines of two ids or two quoted pieces with a TAB between; the first line decides which.
  static func pairs(_ bytes: [UInt8], _ options: TokenMapReadOptions) throws -> TokenMapInput {
    let isOfPieces = bytes.first == UInt8(ascii: "\"")
    var lookup = isOfPieces ? try PieceLookup(options, format: .pairs) : nil
    var pairs: [(source: Int, target: Int32)] = []
    var number = 0
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      let line = line.last == 0x0D ? line.dropLast() : line
      guard !line.isEmpty else { continue }
      let cells = line.split(separator: 0x09, omittingEmptySubsequences: false)
      guard cells.count == 2 else {
        throw TokenMapFormatError.line(number, reason: "two columns expected, found \(cells.count)")
      }
      if lookup != nil {
        try lookup?.add(piece(cells[0], number), piece(cells[1], number), at: "line \(number)")
      } else {
        pairs.append((Int(try identifier(cells[0], number)), try identifier(cells[1], number)))
      }
    }
    if let lookup { return TokenMapInput(map: lookup.map(), format: .pairs, notes: []) }
    // The file tells no size; ids are bounded, and with them what is allocated for the rows that are absent.
    let rows = max(options.source?.maxID.map { $0 + 1 } ?? 0, (pairs.map(\.source).max() ?? -1) + 1)
    var ids = [Int32](repeating: TokenMap.unmatchedID, count: rows)
    for (source, target) in pairs {
      guard ids[source] < 0 || ids[source] == target else {
        throw TokenMapFormatError.value(
          place: "id \(source)", reason: "is mapped to \(ids[source]) and to \(target)")
      }
      ids[source] = target
    }
    return TokenMapInput(map: bare(ids), format: .pairs, notes: [])
  }

  private static func identifier(_ cell: ArraySlice<UInt8>, _ line: Int) throws -> Int32 {
    guard let value = canonicalID(cell) else {
      throw TokenMapFormatError.line(
        line, reason: "an id expected, found '\(TokenDisplay.string(cell.prefix(40), kind: .fragment))'")
    }
    return try id(Int64(value), at: "line \(line)")
  }

  private static func piece(_ cell: ArraySlice<UInt8>, _ line: Int) throws -> [UInt8] {
    let piece = try? JSONDocument(Array(cell), maximumDepth: 1).root.stringBytes
    guard let piece else { throw TokenMapFormatError.line(line, reason: "a quoted piece expected") }
    return piece
  }
}

/// Turns pairs of pieces into pairs of ids.
private struct PieceLookup {
  private let sources: PieceNames
  private let targets: [ByteKey: Int32]
  private let knownSources: Set<ByteKey>
  /// How the source's names come from its pieces; nil where they are the same.
  private let spelling: FuseLLMSpelling?
  private var targetOfSource: [ByteKey: Int32] = [:]

  init(_ options: TokenMapReadOptions, format: TokenMapFormat) throws {
    let unknown = MapSide(name: "")
    let pieces = try PieceNames.raw(
      options.source ?? unknown, options.sourcePieces, side: "source", format: format)
    let targets = try PieceNames.raw(
      options.target ?? unknown, options.targetPieces, side: "target", format: format)
    let spelling = format == .fusellm ? FuseLLMSpelling(pieces, targets) : nil
    sources = spelling.map { pieces.renamed($0.key) } ?? pieces
    self.spelling = spelling
    self.targets = targets.idsByName()
    knownSources = Set(sources.idsByName().keys)
  }

  mutating func add(
    _ source: some Sequence<UInt8>, _ target: some Sequence<UInt8>, at place: String
  ) throws(TokenMapFormatError) {
    var key = ByteKey(source)
    if let spelling, !knownSources.contains(key) { key = ByteKey(spelling.key(Array(source))) }
    guard knownSources.contains(key) else {
      throw .unknownPiece(side: "source", piece: String(decoding: Array(source), as: UTF8.self), place: place)
    }
    guard let id = targets[ByteKey(target)] else {
      throw .unknownPiece(side: "target", piece: String(decoding: Array(target), as: UTF8.self), place: place)
    }
    if let before = targetOfSource[key], before != id {
      throw .value(
        place: place,
        reason: "the source's piece has another target in an earlier place: ids \(before) and \(id)")
    }
    targetOfSource[key] = id
  }

  /// The map; every id that has a piece gets the piece's target.
  func map() -> TokenMap {
    TokenMapReader.bare(
      (0..<sources.count).map { id in
        sources.isToken(id)
          ? targetOfSource[ByteKey(sources[id])] ?? TokenMap.unmatchedID : TokenMap.unmatchedID
      })
  }
}
