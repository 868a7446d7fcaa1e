import CMCAlignment
import CMCFastJSON
import CMCHashing
import CMCPrimitives
import CMCVocabulary

extension TokenMapReader {
  /// Reads the project's own format.
  ///
  /// A member that this version does not know is refused: it could be what another one decides by.
  static func json(_ document: JSONDocument) throws -> TokenMapInput {
    let root = document.root
    let version = try root.require("version").expect("an integer") { $0.int }
    guard version == TokenMapWriter.version else {
      throw TokenMapFormatError.version(version, read: 1...TokenMapWriter.version)
    }
    let tool: String? = try root["tool"]?.expect("a string") { $0.string }
    try MapMembers.top.check(root, at: "", tool: tool)
    let source = try side(root.require("source"), tool)
    let target = try side(root.require("target"), tool)
    let highest = (target.maxID ?? target.kinds.map { $0.count - 1 }) ?? idRange.upperBound
    let ids = try integers(root.require("ids"), "ids", in: -1...highest)
    try checkFigures(source, "source.", rows: ids.count)
    try checkFigures(target, "target.", rows: nil)
    let map = try TokenMap(
      source: source, target: target, ids: ids,
      methods: try methods(root.require("method"), ids: ids),
      distances: try integers(
        root.require("distance"), "distance", in: -1...Int(Int32.max), expected: ids.count),
      sequences: try sequences(root["sequences"], ids: ids, maxID: max(highest, 0), tool),
      overrides: try overrides(root["overrides"], tool))
    try checkColumns(map) { "method[\($0)]" }
    return TokenMapInput(map: map, format: .json, notes: widthNotes(map))
  }

  private static func side(_ value: JSONValue, _ tool: String?) throws -> MapSide {
    try MapMembers.side.check(value, at: value.path, tool: tool)
    var side = MapSide(name: try value["name"]?.expect("a string") { $0.string } ?? "")
    side.tokens = try count(value, "tokens")
    side.maxID = try count(value, "max_id")
    side.logitsWidth = try count(value, "logits_width")
    if let fingerprint = value["fingerprint"] { side.fingerprint = try digest(fingerprint) }
    if let kinds = value["kinds"] {
      // The type is named: where it could be an optional, a nil of the closure would pass for a value.
      let letters: [TokenKind] = try kinds.expect("a string of the letters t, f, b, s and -") { value in
        value.stringBytes.flatMap { letters in
          let kinds = letters.compactMap { TokenKind(letter: $0) }
          return kinds.count == letters.count ? kinds : nil
        }
      }
      side.kinds = letters
    }
    if let pieces = value["pieces"] { side.pieces = try table(pieces, kinds: side.kinds) }
    try checkLengths(side, value.path)
    return side
  }

  private static func count(_ value: JSONValue, _ key: String) throws -> Int? {
    guard let member = value[key], !member.isNull else { return nil }
    let count: Int = try member.expect("a number from 0 to \(idRange.upperBound)") { value in
      value.int.flatMap { (0...idRange.upperBound).contains($0) ? $0 : nil }
    }
    return count
  }

  private static func digest(_ value: JSONValue) throws -> SHA256Digest {
    try value.expect("64 hexadecimal digits") { $0.string.flatMap { SHA256Digest(hex: $0) } }
  }

  /// The tokens in their visible form; null stands where an id has none, and there alone.
  private static func table(_ value: JSONValue, kinds: [TokenKind]?) throws -> ByteTable {
    var table = ByteTable(rows: value.countHint, bytes: value.countHint * 8)
    try value.forEachElement { index, element in
      if let kinds, index < kinds.count, (kinds[index] == .hole) != element.isNull {
        throw MapContentError.contradiction(
          "\(value.path)[\(index)]", says: element.typeName,
          but: "the kind of id \(index)", saying: kinds[index].name)
      }
      let added: Void? = element.withStringBytes { table.append($0) }
      guard added == nil else { return }
      guard element.isNull else {
        throw JSONError.wrongType(
          path: "\(value.path)[\(index)]", wanted: "a string or null", found: element.typeName)
      }
      table.append(EmptyCollection())
    }
    return table
  }

  private static func methods(_ value: JSONValue, ids: [Int32]) throws -> [MapMethod] {
    var methods: [MapMethod] = []
    methods.reserveCapacity(ids.count)
    try value.forEachElement { index, element in
      guard let method = element.withStringBytes({ method(named: $0) }) ?? nil else {
        throw TokenMapFormatError.value(
          place: "method[\(index)]",
          reason: "one of \(MapMethod.allCases.map(\.name).joined(separator: ", ")) expected")
      }
      if index < ids.count {
        let needsTarget = method != .unmatched && method != .override
        guard ids[index] < 0 ? !needsTarget : method != .unmatched else {
          throw TokenMapFormatError.value(
            place: "method[\(index)]", reason: "\(method.name) where the id is \(ids[index])")
        }
      }
      methods.append(method)
    }
    guard methods.count == ids.count else {
      throw TokenMapFormatError.length(column: "method", found: methods.count, expected: ids.count)
    }
    return methods
  }

  /// The names of the methods by their raw values.
  private static let methodNames = MapMethod.allCases.map { Array($0.name.utf8) }

  private static func method(named name: UnsafeBufferPointer<UInt8>) -> MapMethod? {
    for (index, known) in methodNames.enumerated()
    where known.count == name.count && known.elementsEqual(name) {
      return MapMethod(rawValue: UInt8(index))
    }
    return nil
  }

  private static func sequences(
    _ value: JSONValue?, ids: [Int32], maxID: Int, _ tool: String?
  ) throws -> [Int32: TargetSequence] {
    var sequences: [Int32: TargetSequence] = [:]
    try value?.forEachMember { key, entry in
      let place = "sequences.\(String(decoding: key, as: UTF8.self))"
      guard let row = canonicalID(key) else { throw MapContentError.notCanonical(path: place) }
      guard ids.indices.contains(row) else {
        throw TokenMapFormatError.value(place: place, reason: "is not the id of an entry")
      }
      let id = Int32(row)
      guard sequences[id] == nil else { throw MapContentError.twice(path: place) }
      try MapMembers.sequence.check(entry, at: place, tool: tool)
      let targets = try integers(member("ids", of: entry, at: place), "\(place).ids", in: 0...maxID)
      guard targets.first == ids[row] else {
        throw TokenMapFormatError.value(place: "\(place).ids", reason: "does not begin with the entry's id")
      }
      var weights: [Float] = []
      try member("weights", of: entry, at: place).forEachElement { index, element in
        guard let weight = element.double else {
          throw JSONError.wrongType(
            path: "\(place).weights[\(index)]", wanted: "a number", found: element.typeName)
        }
        weights.append(Float(weight))
      }
      let combine = try member("combine", of: entry, at: place)
      guard let combination = combine.string.flatMap({ TargetSequence.Combination(rawValue: $0) }) else {
        throw TokenMapFormatError.value(place: "\(place).combine", reason: "mean or max expected")
      }
      sequences[id] = try sequence(targets, weights, combination, at: place)
    }
    return sequences
  }

  /// A member of an entry with several targets, which must be there.
  private static func member(_ key: String, of entry: JSONValue, at place: String) throws(JSONError)
    -> JSONValue
  {
    guard let value = entry[key] else { throw .missing(path: "\(place).\(key)") }
    return value
  }

  /// Targets, of which there is one, with their weights.
  static func sequence(
    _ targets: [Int32], _ weights: [Float], _ combination: TargetSequence.Combination, at place: String
  ) throws(TokenMapFormatError) -> TargetSequence {
    guard weights.count == targets.count else {
      throw .length(column: "\(place).weights", found: weights.count, expected: targets.count)
    }
    guard let sequence = TargetSequence(ids: targets, weights: weights, combination: combination) else {
      throw .value(place: "\(place).weights", reason: "not numbers of 0 or more that add up to 1")
    }
    return sequence
  }

  private static func overrides(_ value: JSONValue?, _ tool: String?) throws -> [OverrideProvenance] {
    guard let value else { return [] }
    guard value.isArray else {
      throw JSONError.wrongType(path: value.path, wanted: "an array", found: value.typeName)
    }
    return try value.elements.map { element in
      try MapMembers.override.check(element, at: element.path, tool: tool)
      return OverrideProvenance(
        name: try element.require("name").expect("a string") { $0.string },
        digest: try digest(element.require("sha256")))
    }
  }
}
