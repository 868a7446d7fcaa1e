import CMCPrimitives
import CMCVocabulary

/// The target tokens of one byte: the only place where byte tokens and others can be equal.
struct SingleByteTargets {
  /// The lowest id of a byte token for each byte, or -1.
  private var byteTokens = [Int32](repeating: -1, count: 256)
  /// The lowest id of text or a fragment that is this byte alone, or -1.
  private var others = [Int32](repeating: -1, count: 256)

  init(_ target: Vocabulary) {
    func note(_ table: inout [Int32], _ byte: UInt8, _ id: Int) {
      if table[Int(byte)] < 0 { table[Int(byte)] = Int32(id) }
    }
    for id in 0..<target.idLimit {
      let length = target.canonical.length(id)
      guard length == 1 || (length == 2 && target.optionalSpaceIDs.contains(Int32(id))),
        let last = target.canonical[id].last
      else { continue }
      switch target.kinds[id] {
      case .byte: note(&byteTokens, last, id)
      case .text, .fragment: note(&others, last, id)
      case .special, .hole: continue
      }
    }
  }

  /// The target with equal bytes: of the same kind first, then text or fragment before byte, then the lowest id.
  ///
  /// - Parameter byte: The byte of a form that is one byte long, else nil.
  private func exact(_ byte: UInt8?, isByte: Bool, _ found: PrefixWalk.Found) -> Int32 {
    guard let byte else { return found.exact >= 0 ? found.exact : found.exactByte }
    let (byteToken, other) = (byteTokens[Int(byte)], others[Int(byte)])
    if isByte { return byteToken >= 0 ? byteToken : other }
    return other >= 0 ? other : byteToken
  }

  /// Rules 3 to 5 for a token with one form.
  func choice(_ form: TokenForm, _ found: PrefixWalk.Found, byPrefix: Bool) -> TargetChoice {
    let byte = form.length == 1 ? UInt8(truncatingIfNeeded: form.key >> 56) : nil
    let id = exact(byte, isByte: form.isByte, found)
    if id >= 0 { return TargetChoice(id: id, method: .exact, distance: 0) }
    return byPrefix && !form.isByte ? nearest(found.nearest) : .unmatched
  }

  /// Rules 3 to 5 for a text token with several forms.
  func choice(
    forms: [ArraySlice<UInt8>], _ found: [PrefixWalk.Found], byPrefix: Bool
  ) -> TargetChoice {
    for (bytes, found) in zip(forms, found) {
      let id = exact(bytes.count == 1 ? bytes.first : nil, isByte: false, found)
      if id >= 0 { return TargetChoice(id: id, method: .exact, distance: 0) }
    }
    return byPrefix ? nearest(found.map(\.nearest).min() ?? .max) : .unmatched
  }

  private func nearest(_ packed: UInt64) -> TargetChoice {
    guard packed != .max else { return .unmatched }
    return TargetChoice(
      id: Int32(truncatingIfNeeded: packed & 0xFFFF_FFFF), method: .prefix, distance: Int32(packed >> 32))
  }
}
