import CMCPrimitives

/// Collects tokens in any order and makes a ``Vocabulary`` of them.
package struct VocabularyBuilder {
  /// Ids at or beyond this are refused: four times the largest vocabulary known, and it bounds what a hostile file costs.
  package static let idLimit = 1 << 22

  private var pieces = ByteTable()
  private var canonical = ByteTable()
  private var kinds: [TokenKind] = []
  private var ids: [Int32] = []
  /// Entry of each id, or -1.
  private var entries: [Int32] = []
  private var optionalSpaceIDs: Set<Int32> = []
  private var roles: [RoleAssignment] = []

  /// An empty builder with room for `capacity` tokens.
  package init(capacity: Int = 0) {
    let capacity = min(max(capacity, 0), Self.idLimit)
    pieces = ByteTable(rows: capacity, bytes: capacity * 8)
    canonical = ByteTable(rows: capacity, bytes: capacity * 8)
    kinds.reserveCapacity(capacity)
    ids.reserveCapacity(capacity)
    entries.reserveCapacity(capacity)
  }

  /// The number of tokens so far.
  package var count: Int { ids.count }

  /// Whether an id has a token already.
  package func contains(_ id: Int) -> Bool { id >= 0 && id < entries.count && entries[id] >= 0 }

  /// Adds a token whose bytes follow from its spelling; text or fragment by whether they are valid UTF-8.
  ///
  /// - Throws: ``VocabularyError`` for an id that is negative, too large or taken.
  package mutating func add(
    id: Int, piece: UnsafeBufferPointer<UInt8>, spelling: PieceSpelling
  ) throws(VocabularyError) {
    try claim(id)
    pieces.append(piece)
    let (isOptional, isText) = canonical.appendRow { bytes in
      let start = bytes.count
      let isOptional = spelling.appendBytes(of: piece, to: &bytes)
      let isText = bytes.withUnsafeBufferPointer { isValidUTF8(UnsafeBufferPointer(rebasing: $0[start...])) }
      return (isOptional, isText)
    }
    if isOptional { optionalSpaceIDs.insert(Int32(id)) }
    kinds.append(isText ? .text : .fragment)
  }

  /// Adds a token whose bytes follow from its spelling.
  ///
  /// - Throws: ``VocabularyError`` for an id that is negative, too large or taken.
  package mutating func add(id: Int, piece: [UInt8], spelling: PieceSpelling) throws(VocabularyError) {
    let spelled = piece.withUnsafeBufferPointer { buffer in
      Result { () throws(VocabularyError) in try add(id: id, piece: buffer, spelling: spelling) }
    }
    try spelled.get()
  }

  /// Adds a token of whose piece only the first `stem` bytes are spelled; `ending` comes after what they stand for.
  ///
  /// - Throws: ``VocabularyError`` for an id that is negative, too large or taken.
  package mutating func add(
    id: Int, piece: UnsafeBufferPointer<UInt8>, stem: Int, ending: [UInt8], spelling: PieceSpelling
  ) throws(VocabularyError) {
    try claim(id)
    pieces.append(piece)
    let start = canonical.bytes.count
    canonical.appendRow {
      _ = spelling.appendBytes(of: UnsafeBufferPointer(rebasing: piece.prefix(stem)), to: &$0)
      $0.append(contentsOf: ending)
    }
    kinds.append(isValidUTF8(canonical.bytes[start...]) ? .text : .fragment)
  }

  /// Adds a special token; its bytes are those of the piece.
  ///
  /// - Throws: ``VocabularyError`` for an id that is negative, too large or taken.
  package mutating func addSpecial(id: Int, piece: [UInt8]) throws(VocabularyError) {
    try claim(id)
    pieces.append(piece)
    canonical.append(piece)
    kinds.append(.special)
  }

  /// Adds a byte-fallback token.
  ///
  /// - Throws: ``VocabularyError`` for an id that is negative, too large or taken.
  package mutating func addByte(id: Int, piece: [UInt8], byte: UInt8) throws(VocabularyError) {
    try claim(id)
    pieces.append(piece)
    canonical.append(CollectionOfOne(byte))
    kinds.append(.byte)
  }

  /// Adds a token as another vocabulary has it.
  mutating func copy(id: Int, from other: Vocabulary) throws(VocabularyError) {
    try claim(id)
    pieces.append(other.pieces[id])
    canonical.append(other.canonical[id])
    kinds.append(other.kinds[id])
    if other.optionalSpaceIDs.contains(Int32(id)) { optionalSpaceIDs.insert(Int32(id)) }
  }

  /// States that a token has a role.
  package mutating func assign(_ role: TokenRole, id: Int32, isPrimary: Bool, source: String) {
    roles.append(RoleAssignment(role: role, id: id, isPrimary: isPrimary, source: source))
  }

  /// Puts the tokens in the order of their ids.
  ///
  /// - Throws: ``VocabularyError/empty`` where there is none, ``VocabularyError/roleWithoutToken(_:_:_:)``.
  package consuming func finish() throws(VocabularyError) -> Vocabulary {
    guard !ids.isEmpty else { throw .empty }
    for role in roles where !contains(Int(role.id)) {
      throw .roleWithoutToken(role.role, Int(role.id), role.source)
    }
    if ids.count == entries.count, ids.indices.allSatisfy({ ids[$0] == $0 }) {
      return Vocabulary(
        pieces: pieces, canonical: canonical, kinds: kinds, optionalSpaceIDs: optionalSpaceIDs,
        roleAssignments: roles)
    }
    var orderedPieces = ByteTable(rows: entries.count, bytes: pieces.bytes.count)
    var orderedCanonical = ByteTable(rows: entries.count, bytes: canonical.bytes.count)
    var orderedKinds: [TokenKind] = []
    orderedKinds.reserveCapacity(entries.count)
    for entry in entries {
      if entry < 0 {
        orderedPieces.append(EmptyCollection())
        orderedCanonical.append(EmptyCollection())
        orderedKinds.append(.hole)
      } else {
        orderedPieces.append(pieces[Int(entry)])
        orderedCanonical.append(canonical[Int(entry)])
        orderedKinds.append(kinds[Int(entry)])
      }
    }
    return Vocabulary(
      pieces: orderedPieces, canonical: orderedCanonical, kinds: orderedKinds,
      optionalSpaceIDs: optionalSpaceIDs, roleAssignments: roles)
  }

  private mutating func claim(_ id: Int) throws(VocabularyError) {
    guard id >= 0, id < Self.idLimit else { throw .idOutOfRange(id) }
    if id == entries.count {
      entries.append(-1)
    } else if id > entries.count {
      entries.append(contentsOf: repeatElement(-1, count: id + 1 - entries.count))
    }
    guard entries[id] < 0 else { throw .duplicateID(id) }
    entries[id] = Int32(ids.count)
    ids.append(Int32(id))
  }
}

/// Whether bytes are well-formed UTF-8.
package func isValidUTF8(_ bytes: some Sequence<UInt8>) -> Bool {
  let checked = bytes.withContiguousStorageIfAvailable { buffer in
    buffer.allSatisfy { $0 < 0x80 } || String(validating: buffer, as: UTF8.self) != nil
  }
  return checked ?? (String(validating: Array(bytes), as: UTF8.self) != nil)
}
