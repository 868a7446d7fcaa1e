internal import CMCPrimitives

/// A token as tables, pages and files show it: what is known of it, spelled in one place.
///
/// A vocabulary knows everything of its tokens; a map from a file may know an id and no more.
public struct ShownToken: Sendable, Hashable, Codable {
  /// The id.
  public let id: Int32
  /// The visible form (``TokenDisplay``), empty for a hole; nil where it is not known.
  public let piece: String?
  /// The kind; nil where it is not known.
  public let kind: TokenKind?
  /// The canonical bytes, for a hole none; nil where they are not known.
  public let bytes: [UInt8]?

  /// What is known of a token.
  public init(id: Int32, piece: String? = nil, kind: TokenKind? = nil, bytes: [UInt8]? = nil) {
    self.id = id
    self.piece = piece
    self.kind = kind
    self.bytes = bytes
  }

  /// The visible form, empty where it is not known.
  public var label: String { piece ?? "" }
}

extension Vocabulary {
  /// A token as it is shown; an id outside the vocabulary is a hole.
  ///
  /// - Complexity: O(bytes of the token).
  public func token(_ id: Int32) -> ShownToken {
    let kind = kind(id)
    guard kind != .hole else { return ShownToken(id: id, piece: "", kind: .hole, bytes: []) }
    let bytes = canonical[Int(id)]
    return ShownToken(
      id: id, piece: TokenDisplay.string(bytes, kind: kind), kind: kind, bytes: Array(bytes))
  }
}
