public import CMCAlignment
package import CMCPrimitives
public import CMCVocabulary

/// What is known of the two vocabularies before a map is read; bare formats say nothing of them.
public struct TokenMapReadOptions: Sendable {
  /// The source vocabulary; it stands in the map where the file says nothing.
  public var source: MapSide?
  /// The target vocabulary; it stands in the map where the file says nothing.
  public var target: MapSide?
  /// The source's pieces as its file spells them; for formats about pieces.
  package var sourcePieces: ByteTable?
  /// The target's pieces as its file spells them; for formats about pieces.
  package var targetPieces: ByteTable?

  /// Nothing is known.
  public init() {}

  /// Everything that two descriptions say.
  public init(source: TokenizerDescription?, target: TokenizerDescription?) {
    self.source = source.map { MapSide($0) }
    self.target = target.map { MapSide($0) }
    sourcePieces = source.map { ReferencePieces.table($0) }
    targetPieces = target.map { ReferencePieces.table($0) }
  }
}

/// A map as it was read.
public struct TokenMapInput: Sendable {
  /// The map.
  public var map: TokenMap
  /// The format it was in.
  public var format: TokenMapFormat
  /// What the user should know; one sentence each.
  public var notes: [String]
  /// Whether the file says no source, and the map has the one that the reader was given.
  package var isSourceGiven = false
  /// The same of the target.
  package var isTargetGiven = false

  init(map: TokenMap, format: TokenMapFormat, notes: [String]) {
    (self.map, self.format, self.notes) = (map, format, notes)
  }
}
