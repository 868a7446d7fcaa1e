public import CMCHashing
public import CMCPrimitives
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
  public var pieces: ByteTable?
  /// The kind of each id.
  public var kinds: [TokenKind]?

  /// Puts together what is known.
  public init(
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
