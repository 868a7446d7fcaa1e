import CMCPrimitives
public import CMCUnicode
public import CMCVocabulary

/// The row of a script table that a token belongs to.
public enum TokenClass: Hashable, Sendable {
  /// Text, by the script of its first character that has one of its own.
  case script(UnicodeScript)
  /// Parts of characters.
  case fragment
  /// Byte-fallback tokens.
  case byte
  /// Special tokens.
  case special

  /// The name in tables.
  public var name: String {
    switch self {
    case .script(let script): script.name
    case .fragment: "(fragments)"
    case .byte: "(byte tokens)"
    case .special: "(special)"
    }
  }
}

extension TokenClass {
  /// The row of a token of a vocabulary; a hole counts as special.
  ///
  /// - Complexity: O(bytes of the token).
  public init(_ id: Int32, in vocabulary: Vocabulary) {
    let kind = vocabulary.kind(id)
    self.init(kind == .hole ? [] : vocabulary.canonical[Int(id)], kind)
  }

  /// The row of a token of the given canonical bytes and kind.
  init(_ bytes: ArraySlice<UInt8>, _ kind: TokenKind) {
    switch kind {
    case .special, .hole: self = .special
    case .fragment: self = .fragment
    case .byte: self = .byte
    case .text: self = bytes.withUnsafeBufferPointer { .script(.script(ofText: $0)) }
    }
  }
}

extension MapSide {
  /// The length of a token's visible form in bytes, where the map has pieces.
  public func shownLength(_ id: Int32) -> Int? {
    guard let pieces, id >= 0, id < pieces.count else { return nil }
    return pieces.length(Int(id))
  }

  /// The kind of a token, where the map knows kinds.
  public func kind(_ id: Int32) -> TokenKind? {
    guard let kinds else { return nil }
    return id >= 0 && id < kinds.count ? kinds[Int(id)] : .hole
  }

  /// The table row of a token; nil for holes and where the map has no pieces.
  public func tokenClass(_ id: Int32) -> TokenClass? {
    guard let pieces, let kinds, id >= 0, id < pieces.count, id < kinds.count else { return nil }
    switch kinds[Int(id)] {
    case .hole: return nil
    case .special: return .special
    case .fragment: return .fragment
    case .byte: return .byte
    case .text:
      let piece = pieces[Int(id)]
      // The visible form differs from the text only by escapes and by ␣, which like the space is Common.
      if piece.contains(UInt8(ascii: "\\")) {
        return (bytes(id) ?? []).withUnsafeBufferPointer { .script(.script(ofText: $0)) }
      }
      return piece.withUnsafeBufferPointer { .script(.script(ofText: $0)) }
    }
  }

  /// The length in which distances of a token are measured: scalars for text, bytes for fragments and byte tokens.
  public func length(_ id: Int32) -> Int? {
    guard let bytes = bytes(id), let kind = kind(id) else { return nil }
    return kind == .text || kind == .special ? bytes.withUnsafeBufferPointer(scalarCount) : bytes.count
  }
}
