public import CMCHashing
package import CMCPrimitives
public import CMCVocabulary

/// What a map knows of one of its two vocabularies.
///
/// A map from a bare format knows little.
public struct MapSide: Sendable, Equatable {
  /// A name for people.
  public var name: String
  /// The number of tokens, holes not counted.
  public var tokens: Int?
  /// The highest id that has a token.
  public var maxID: Int?
  /// How many logits the model gives.
  public var logitsWidth: Int?
  /// What binds the map to the vocabulary.
  public var fingerprint: SHA256Digest?
  /// The tokens in their visible form (``TokenDisplay``), a row an id; nil where the map was written without.
  package var pieces: ByteTable? { didSet { canonical = nil } }
  /// The tokens' bytes where the side was made of a vocabulary; a file has only their visible form.
  private var canonical: ByteTable?
  /// The kind of each id.
  public var kinds: [TokenKind]? { didSet { canonical = nil } }

  /// Puts together what is known.
  package init(
    name: String, tokens: Int? = nil, maxID: Int? = nil, logitsWidth: Int? = nil,
    fingerprint: SHA256Digest? = nil,
    pieces: ByteTable? = nil, kinds: [TokenKind]? = nil
  ) {
    self.name = name
    self.tokens = tokens
    self.maxID = maxID
    self.logitsWidth = logitsWidth
    self.fingerprint = fingerprint
    self.pieces = pieces
    self.kinds = kinds
  }

  /// Everything a description says.
  ///
  /// - Complexity: O(bytes of the vocabulary).
  public init(_ description: TokenizerDescription) {
    let vocabulary = description.vocabulary
    var shown = ByteTable(rows: vocabulary.idLimit, bytes: vocabulary.canonical.bytes.count * 5 / 4)
    vocabulary.canonical.withUnsafeRows { rows in
      for id in 0..<rows.count {
        shown.appendRow { TokenDisplay.append(rows[id], kind: vocabulary.kinds[id], to: &$0) }
      }
    }
    self.init(
      name: description.name, tokens: vocabulary.tokenCount, maxID: vocabulary.idLimit - 1,
      logitsWidth: description.logitsWidth?.count, fingerprint: vocabulary.fingerprint, pieces: shown,
      kinds: vocabulary.kinds)
    canonical = vocabulary.canonical
  }

  /// Whether two sides know the same.
  ///
  /// Bytes are a function of visible form and kind, so they take no part.
  public static func == (one: MapSide, other: MapSide) -> Bool {
    one.name == other.name && one.tokens == other.tokens && one.maxID == other.maxID
      && one.logitsWidth == other.logitsWidth && one.fingerprint == other.fingerprint
      && one.kinds == other.kinds && one.pieces == other.pieces
  }

  /// The bytes of a token, where the map has pieces.
  ///
  /// - Complexity: O(length of the piece).
  public func bytes(_ id: Int32) -> [UInt8]? {
    guard let pieces, let kind = knownKind(id) else { return nil }
    if let canonical { return Array(canonical[Int(id)]) }
    return TokenDisplay.bytes(pieces[Int(id)], kind: kind)
  }

  /// Whether a token has the same bytes as one of another side; nil where the text of either is not known.
  ///
  /// - Complexity: O(length of the pieces).
  func hasSameBytes(_ id: Int32, _ other: MapSide, _ otherID: Int32) -> Bool? {
    guard let kind = knownKind(id), let otherKind = other.knownKind(otherID), let pieces,
      let others = other.pieces
    else { return nil }
    if let canonical, let otherBytes = other.canonical {
      return canonical[Int(id)].elementsEqual(otherBytes[Int(otherID)])
    }
    // Bytes are a function of visible form and kind: no need to make them where both are equal.
    if kind == otherKind, pieces[Int(id)].elementsEqual(others[Int(otherID)]) { return true }
    guard let bytes = bytes(id), let otherBytes = other.bytes(otherID) else { return nil }
    return bytes == otherBytes
  }

  /// The kind of an id that has a token and a row in ``pieces``.
  private func knownKind(_ id: Int32) -> TokenKind? {
    guard let pieces, let kinds, id >= 0, id < pieces.count, id < kinds.count, kinds[Int(id)] != .hole else {
      return nil
    }
    return kinds[Int(id)]
  }

  /// The visible form of a token, where the map has pieces.
  public func shown(_ id: Int32) -> String? {
    guard let pieces, id >= 0, id < pieces.count else { return nil }
    return String(decoding: pieces[Int(id)], as: UTF8.self)
  }

  /// What is known of a token, as it is shown.
  ///
  /// - Complexity: O(length of the piece).
  public func token(_ id: Int32) -> ShownToken {
    ShownToken(id: id, piece: shown(id), kind: kind(id), bytes: bytes(id))
  }
}

/// An override file that took part in a map.
public struct OverrideProvenance: Sendable, Equatable {
  /// The file's name.
  public var name: String
  /// The digest of its bytes.
  public var digest: SHA256Digest

  /// Notes a file.
  public init(name: String, digest: SHA256Digest) {
    self.name = name
    self.digest = digest
  }
}
