import CMCAlignment
package import CMCPrimitives
public import CMCVocabulary

/// What the writers of token maps need beside the map.
public struct TokenMapWriteOptions: Sendable {
  /// The source's pieces as its file spells them; for formats about pieces.
  package var sourcePieces: ByteTable?
  /// The target's pieces as its file spells them; for formats about pieces.
  package var targetPieces: ByteTable?
  /// Whether the own format holds the tokens.
  public var includesPieces = true
  /// Whether `pairs` writes pieces instead of ids.
  public var pairsOfPieces = false
  /// What becomes of entries without a target where the format cannot say so.
  public var fill = FillPolicy.error
  /// The target's unknown token, for ``FillPolicy/unk``.
  public var unknownTargetID: Int32?
  /// The nearest target of a source id, for ``FillPolicy/nearest``; without it the pieces are searched one by one.
  public var fillNearest: (@Sendable (Int32) throws -> Int32?)?
  /// The program and its version, as the own format names them.
  public var tool = "cmc"

  /// Nothing but the defaults.
  public init() {}

  /// Takes pieces (in their HF spelling) and the unknown token from two descriptions.
  public init(source: TokenizerDescription?, target: TokenizerDescription?) {
    sourcePieces = source.map { ReferencePieces.table($0) }
    targetPieces = target.map { ReferencePieces.table($0) }
    unknownTargetID = target?.vocabulary.ids(of: .unk).first
  }
}

/// The files of a map, not yet written, and what they do not keep of it.
package struct TokenMapOutput: Sendable {
  /// Paths and contents; they belong together and are to be written by ``AtomicFile/writeAll(_:)``.
  package var files: [(path: String, bytes: [UInt8])]
  /// What the format does not keep.
  package var dropped: [DroppedContent]

  /// One sentence for each thing that is not kept.
  package var notes: [String] { dropped.map(\.description) }
}
