import CMCHashing
import CMCVocabulary

extension TokenMapCheck {
  /// What a map says of a vocabulary at several places must be of one vocabulary.
  mutating func checkStatements(_ name: String, _ side: MapSide) {
    if let fingerprint = side.fingerprint {
      let expected = "of fingerprint \(fingerprint.short)"
      switch side.statedTokens {
      case .unknown: break
      case .noBytes(let id): add("\(name) tokens", expected, "id \(id) has a piece of another kind", false)
      case .fingerprint(let found): add("\(name) tokens", expected, found.short, fingerprint == found)
      }
    }
    if let width = side.logitsWidth, let highest = side.highestOrdinaryID {
      let expected = "more than \(highest), the highest id that is not special"
      add("\(name) logits", expected, "\(width)", width > highest)
    }
  }

  /// How many entries that are said to be exact have equal bytes, where the map knows the text of both tokens.
  ///
  /// Others are shown and do not fail: a map in the reference's manner compares spellings, and formats that know matches
  /// alone say exact of roles and overrides, too. A space at the front that one of the two may leave out does not count.
  mutating func checkExactEntries(_ map: TokenMap) {
    var equal = 0
    var others = 0
    var first = ""
    for row in map.ids.indices where map.methods[row] == .exact && map.ids[row] >= 0 {
      let (id, target) = (Int32(row), map.ids[row])
      guard let isSame = map.source.hasSameBytes(id, map.target, target) else { continue }
      if isSame || Self.isSameButForSpace(map.source.bytes(id), map.target.bytes(target)) {
        equal += 1
        continue
      }
      others += 1
      guard others == 1 else { continue }
      first =
        "entry \(row) goes to \(target), \(map.source.shown(id) ?? "") and \(map.target.shown(target) ?? "")"
    }
    guard equal + others > 0 else { return }
    add(
      "exact entries", "equal bytes, or a match of another rule",
      others == 0 ? "\(equal) equal" : "\(equal) equal, \(others) of other bytes: \(first)", true)
  }

  private static func isSameButForSpace(_ one: [UInt8]?, _ other: [UInt8]?) -> Bool {
    guard let one, let other else { return false }
    return withoutSpace(one) == withoutSpace(other)
  }

  private static func withoutSpace(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.first == 0x20 && bytes.count > 1 ? bytes.dropFirst() : bytes[...]
  }
}
