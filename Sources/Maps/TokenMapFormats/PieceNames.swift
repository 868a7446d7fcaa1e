import CMCAlignment
import CMCPrimitives
import CMCVocabulary

/// The pieces of a vocabulary as names in text files: every row is valid UTF-8.
struct PieceNames {
  /// A row an id.
  let table: ByteTable
  /// The kind of each id, where known; a hole has no name.
  let kinds: [TokenKind]?

  /// The number of ids.
  var count: Int { table.count }

  /// The name of an id.
  subscript(id: Int) -> ArraySlice<UInt8> { table[id] }

  /// Whether an id has a name.
  func isToken(_ id: Int) -> Bool {
    guard let kinds, id < kinds.count else { return table.length(id) > 0 }
    return kinds[id] != .hole
  }

  /// Raw pieces as they are, or the bytes that a map's displayed pieces stand for.
  ///
  /// A vocabulary with pieces that are not UTF-8 (tiktoken) is spelled in GPT-2's alphabet, as HF tokenizers spell it.
  ///
  /// - Throws: ``TokenMapFormatError/piecesNeeded(side:format:)`` where neither is there.
  static func raw(
    _ side: MapSide, _ pieces: ByteTable?, side name: String, format: TokenMapFormat
  ) throws -> PieceNames {
    let kinds = side.kinds ?? []
    if let pieces { return spelled(pieces, kinds: side.kinds) }
    guard let shown = side.pieces else { throw TokenMapFormatError.piecesNeeded(side: name, format: format) }
    var table = ByteTable(rows: shown.count, bytes: shown.bytes.count)
    for id in 0..<shown.count {
      let kind = id < kinds.count ? kinds[id] : .text
      // A byte token's bytes alone would be the name of a text token.
      if kind == .byte {
        table.append(shown[id])
      } else {
        let bytes =
          side.kind(Int32(id)) == nil ? TokenDisplay.bytes(shown[id], kind: .text) : side.bytes(Int32(id))
        table.append(bytes ?? Array(shown[id]))
      }
    }
    return spelled(table, kinds: side.kinds)
  }

  /// The canonical bytes in GPT-2's alphabet; special and byte tokens by their pieces.
  static func byteLevel(_ side: MapSide, _ pieces: ByteTable?, format: TokenMapFormat) throws -> PieceNames {
    guard side.pieces != nil else { return try raw(side, pieces, side: "source", format: format) }
    let names = try raw(side, nil, side: "source", format: format)
    return names.isSpelled ? names : spelled(names.table, kinds: names.kinds, always: true)
  }

  private static func spelled(_ table: ByteTable, kinds: [TokenKind]?, always: Bool = false) -> PieceNames {
    guard always || !table.isTextInEveryRow else {
      return PieceNames(table: table, kinds: kinds, isSpelled: false)
    }
    var spelled = ByteTable(rows: table.count, bytes: table.bytes.count * 3 / 2)
    for id in 0..<table.count {
      let kind = kinds.flatMap { id < $0.count ? $0[id] : nil } ?? .text
      let keeps = kind == .special || kind == .byte || kind == .hole
      if keeps, isValidUTF8(table[id]) {
        spelled.append(table[id])
      } else {
        spelled.append(ByteLevelAlphabet.piece(of: table[id]).utf8)
      }
    }
    return PieceNames(table: spelled, kinds: kinds, isSpelled: true)
  }

  /// The same tokens under other names.
  func renamed(_ name: (ArraySlice<UInt8>) -> [UInt8]) -> PieceNames {
    var renamed = ByteTable(rows: count, bytes: table.bytes.count)
    for id in 0..<count { renamed.append(name(table[id])) }
    return PieceNames(table: renamed, kinds: kinds, isSpelled: isSpelled)
  }

  /// Whether the names are in GPT-2's alphabet by this type's doing.
  private let isSpelled: Bool

  private init(table: ByteTable, kinds: [TokenKind]?, isSpelled: Bool) {
    self.table = table
    self.kinds = kinds
    self.isSpelled = isSpelled
  }

  /// Tokens with different names, each as its first and its last id (a Python dict keeps a key's first place and its
  /// last value), and how many ids share their name with an earlier one.
  func distinct() -> (order: [(first: Int, last: Int)], duplicates: Int) {
    var places: [ByteKey: Int] = [:]
    places.reserveCapacity(count)
    var order: [(first: Int, last: Int)] = []
    order.reserveCapacity(count)
    var duplicates = 0
    for id in 0..<count where isToken(id) {
      let key = ByteKey(table[id])
      if let place = places[key] {
        order[place].last = id
        duplicates += 1
      } else {
        places[key] = order.count
        order.append((id, id))
      }
    }
    return (order, duplicates)
  }

  /// The lowest id of each name.
  func idsByName() -> [ByteKey: Int32] {
    var ids: [ByteKey: Int32] = [:]
    ids.reserveCapacity(count)
    for id in 0..<count where isToken(id) {
      let key = ByteKey(table[id])
      if ids[key] == nil { ids[key] = Int32(id) }
    }
    return ids
  }
}

/// Bytes as a dictionary's key: compared byte by byte, hashed in one go.
struct ByteKey: Hashable {
  private let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }
  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes)[...] }

  static func == (left: ByteKey, right: ByteKey) -> Bool { left.bytes.elementsEqual(right.bytes) }

  func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
}
