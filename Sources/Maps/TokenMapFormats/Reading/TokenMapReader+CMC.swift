import CMCAlignment
import CMCFastJSON
import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension TokenMapReader {
  /// Reads the files of a prefix: one-to-one or one-to-many by the content of `P_id.json`.
  static func cmc(
    _ prefix: String, _ format: TokenMapFormat?, _ options: TokenMapReadOptions
  ) throws -> TokenMapInput {
    let path = "\(prefix)_id.json"
    let ids = try document(path)
    let found = try withFile(path) {
      try format
        ?? {
          guard ids.root.isArray else { throw TokenMapFormatError.unrecognised }
          guard ids.root.countHint > 0 else {
            return prefix.utf8Contains(TokenMapWriter.oneToOneMark) ? .cmcOneToOne : .cmcOneToMany
          }
          var isList = false
          try ids.root.forEachElement { _, element in if element.isArray { isList = true } }
          return isList ? .cmcOneToMany : .cmcOneToOne
        }()
    }
    if found == .cmcOneToMany { return try withFile(path) { try oneToMany(ids) } }
    let match = try document("\(prefix)_match.json")
    let tokenPath = "\(prefix)_token.json"
    let tokens = access(pathBytes(tokenPath), F_OK) == 0 ? try document(tokenPath) : nil
    return try withFile(path) { try oneToOne(ids: ids, match: match, tokens: tokens, options) }
  }

  private static func document(_ path: String) throws -> JSONDocument {
    let bytes = try readFile(path)
    return try withFile(path) { try JSONDocument(bytes) }
  }

  /// Ids, matches and pieces of a one-to-one map; without matches what decided is unknown.
  static func oneToOne(
    ids: JSONDocument, match: JSONDocument?, tokens: JSONDocument?, _ options: TokenMapReadOptions
  ) throws -> TokenMapInput {
    var map = bare(try integers(ids.root, "ids", in: idRange))
    var notes: [String] = []
    if let match {
      let flags = try integers(match.root, "match", in: 0...1, expected: map.count)
      let lengths = try tokens.map { try pieceDistances($0, rows: map.count) }
      if let lengths, lengths.isEmpty, map.count > 0 {
        notes.append("pieces that several ids share: the token file does not tell the distances")
      }
      for id in map.ids.indices where map.ids[id] >= 0 {
        let length = lengths?.isEmpty == false ? lengths?[id] ?? TokenMap.noDistance : TokenMap.noDistance
        let isMatch = flags[id] == 1
        map[id] = MapEntry(
          id: map.ids[id], method: isMatch ? .exact : .prefix, distance: isMatch ? 0 : length)
      }
      if let id = map.ids.indices.first(where: { map.ids[$0] < 0 && flags[$0] == 1 }) {
        throw TokenMapFormatError.value(place: "match[\(id)]", reason: "1 where the id is -1")
      }
    }
    return TokenMapInput(map: map, format: .cmcOneToOne, notes: notes)
  }

  /// The difference in scalars between each source piece and its target's; empty where keys and ids do not correspond.
  private static func pieceDistances(_ tokens: JSONDocument, rows: Int) throws -> [Int32] {
    var distances: [Int32] = []
    try tokens.root.forEachMember { key, value in
      guard let length = value.withStringBytes({ scalarCount($0) }) else {
        guard value.isNull else {
          throw JSONError.wrongType(
            path: "the token of \(String(decoding: key, as: UTF8.self))", wanted: "a string or null",
            found: value.typeName)
        }
        return distances.append(TokenMap.noDistance)
      }
      distances.append(Int32(clamping: abs(length - scalarCount(key))))
    }
    return distances.count == rows ? distances : []
  }

  /// The number of characters in valid UTF-8.
  static func scalarCount(_ utf8: some Sequence<UInt8>) -> Int {
    utf8.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
  }

  /// Lists of ids; those of several are combined by the largest, as in the reference.
  static func oneToMany(_ document: JSONDocument) throws -> TokenMapInput {
    var entries: [MapEntry] = []
    try document.root.forEachElement { index, element in
      let targets = try integers(element, "ids[\(index)]", in: 0...idRange.upperBound)
      if targets.count > 1, let sequence = TargetSequence(ids: targets, combination: .max) {
        entries.append(MapEntry(sequence, method: .imported, distance: TokenMap.noDistance))
      } else {
        entries.append(
          targets.first.map { MapEntry(id: $0, method: .imported, distance: TokenMap.noDistance) }
            ?? .unmatched)
      }
    }
    let map = TokenMap(source: MapSide(name: ""), target: MapSide(name: ""), entries: entries)
    return TokenMapInput(map: map, format: .cmcOneToMany, notes: [])
  }
}
