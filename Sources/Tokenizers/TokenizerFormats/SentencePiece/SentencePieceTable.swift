internal import CMCSentencePieceProto
internal import CMCVocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The pieces of a SentencePiece model, sorted out by their type.
///
/// What the library refuses to load is refused: several unknown pieces, and bytes that are not all there or that nothing
/// falls back on.
struct SentencePieceTable {
  var builder: VocabularyBuilder
  private(set) var scores: [Float]
  private(set) var addedTokens: [AddedToken] = []
  private(set) var userDefined: [Int32] = []
  private(set) var unused: [Int32] = []
  /// The piece of type UNKNOWN; a model has at most one.
  private(set) var unknown: Int32?
  private let pieces: [SentencePieceModel.Piece]
  private let byteFallback: Bool
  private var bytes: Set<UInt8> = []

  /// Sorts the pieces out.
  ///
  /// - Parameter takesInfinite: Whether a score may be infinite, as the trainer writes for a character that the text did
  ///   not have; it orders pieces, or is not looked at.
  init(
    _ pieces: [SentencePieceModel.Piece], byteFallback: Bool, takesInfinite: Bool
  ) throws(SentencePieceError) {
    self.pieces = pieces
    self.byteFallback = byteFallback
    builder = VocabularyBuilder(capacity: pieces.count)
    scores = []
    scores.reserveCapacity(pieces.count)
    for (id, piece) in pieces.enumerated() {
      guard piece.score.isFinite || takesInfinite && piece.score == -.infinity else {
        throw .scoreNotFinite(id: id)
      }
      guard !piece.piece.isEmpty else { throw .emptyPiece(id: id) }
      guard !piece.piece.contains(0) else { throw .nulInPiece(id: id) }
      scores.append(piece.score)
      do {
        try add(piece, id: id)
      } catch let error as VocabularyError {
        throw .vocabulary(error)
      } catch let error as SentencePieceError {
        throw error
      } catch {
        throw .malformed("\(error)")
      }
    }
    if byteFallback, bytes.count < 256 { throw .missingBytes(found: bytes.count) }
  }

  var count: Int { pieces.count }

  /// The bytes of a piece as the file spells them.
  func piece(_ id: Int) -> Data { pieces[id].piece }

  func isSpecial(_ id: Int) -> Bool { pieces[id].type == .control || pieces[id].type == .unknown }

  /// Whether text never becomes it by its spelling; the library looks such pieces up apart from the others.
  func isReserved(_ id: Int) -> Bool { isSpecial(id) || pieces[id].type == .byte }

  /// The special piece with the given spelling.
  func firstSpecial(spelled spelling: Data) -> Int? {
    pieces.indices.first { isSpecial($0) && pieces[$0].piece == spelling }
  }

  private mutating func add(_ piece: SentencePieceModel.Piece, id: Int) throws {
    switch piece.type {
    case .normal:
      try addText(piece.piece, id: id)
    case .userDefined:
      try addText(piece.piece, id: id)
      userDefined.append(Int32(id))
      note(piece.piece, id: id, isSpecial: false)
    case .unknown, .control:
      try builder.addSpecial(id: id, piece: Array(piece.piece))
      note(piece.piece, id: id, isSpecial: true)
      guard piece.type == .unknown else { return }
      if let unknown { throw SentencePieceError.secondUnknown(earlier: Int(unknown), later: id) }
      unknown = Int32(id)
    case .unused:
      try builder.addSpecial(id: id, piece: Array(piece.piece))
      unused.append(Int32(id))
    case .byte:
      let spelled = Array(piece.piece)
      guard byteFallback else {
        throw SentencePieceError.byteWithoutFallback(id: id, piece: shownPiece(spelled))
      }
      // Lower case is for other formats.
      guard let byte = spelled.withUnsafeBufferPointer(BytePiece.byte),
        !spelled[3...4].contains(where: { $0 >= UInt8(ascii: "a") })
      else {
        throw SentencePieceError.malformedByte(id: id, piece: shownPiece(spelled))
      }
      bytes.insert(byte)
      try builder.addByte(id: id, piece: spelled, byte: byte)
    }
  }

  private mutating func addText(_ piece: Data, id: Int) throws {
    try piece.withUnsafeBytes { bytes in
      try builder.add(id: id, piece: bytes.bindMemory(to: UInt8.self), spelling: .sentencePiece)
    }
  }

  /// Lists a piece that is looked for in the text before everything else.
  private mutating func note(_ piece: Data, id: Int, isSpecial: Bool) {
    guard let content = String(validating: piece, as: UTF8.self) else { return }
    addedTokens.append(AddedToken(id: Int32(id), content: content, isSpecial: isSpecial))
  }
}
