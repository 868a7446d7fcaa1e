internal import CMCGGUF
internal import CMCVocabulary

/// The tokens of a GGUF file, sorted out by their type.
struct GGUFTokenTable {
  var builder: VocabularyBuilder
  private(set) var addedTokens: [AddedToken] = []
  private(set) var userDefined: [Int32] = []
  private(set) var unused: [Int32] = []
  /// The first token of type unknown.
  private(set) var unknown: Int32?
  /// Rows that pad the list to the width of the logits.
  private(set) var paddingRows = 0
  /// Rows with nothing in them that do not say that they are padding.
  private(set) var emptyRows = 0
  private(set) var byteCount = 0
  /// The types that llama.cpp gives by text, where they are others than the file's.
  private let known: [Int: GGUFTokenType]
  private let model: GGUFTokenizerModel
  /// Whether a leading U+2581 marks the pieces that begin a word (WordPiece only).
  private let marksWordStarts: Bool
  private var scratch: [UInt8] = []

  init(
    tokens: GGUFStrings, types: [Int32]?, model: GGUFTokenizerModel, known: [Int: GGUFTokenType]
  ) throws(GGUFTokenizerError) {
    self.model = model
    self.known = known
    marksWordStarts = model == .bert && tokens.contains { Self.hasBlock($0) }
    builder = VocabularyBuilder(capacity: tokens.underestimatedCount)
    for (id, piece) in tokens.enumerated() {
      let number = types?[id] ?? GGUFTokenType.normal.rawValue
      guard let type = GGUFTokenType(rawValue: number) else { throw .unknownTokenType(id: id, type: number) }
      do {
        try add(piece, id: id, type)
      } catch let error as GGUFTokenizerError {
        throw error
      } catch let error as VocabularyError {
        throw .vocabulary(error)
      } catch {
        throw .noTokenizer
      }
    }
  }

  private mutating func add(_ piece: UnsafeBufferPointer<UInt8>, id: Int, _ type: GGUFTokenType) throws {
    guard !piece.isEmpty else {
      emptyRows += 1
      return
    }
    if PaddingRow.matches(piece, id: id, isUnused: type == .unused),
      [.unknown, .userDefined, .unused].contains(type)
    {
      paddingRows += 1
      return
    }
    switch type {
    case .normal, .undefined:
      try addText(piece, id: id)
      note(piece, id: id, type)
    case .userDefined:
      try builder.add(id: id, piece: piece, spelling: model.userDefinedSpelling)
      userDefined.append(Int32(id))
      note(piece, id: id, .userDefined)
    case .unknown, .control:
      try builder.addSpecial(id: id, piece: Array(piece))
      note(piece, id: id, type)
      if type == .unknown, unknown == nil { unknown = Int32(id) }
    case .unused:
      try builder.addSpecial(id: id, piece: Array(piece))
      unused.append(Int32(id))
      note(piece, id: id, type)
    case .byte:
      guard let byte = BytePiece.byte(piece) else {
        throw GGUFTokenizerError.malformedByte(id: id, piece: shownPiece(piece))
      }
      try builder.addByte(id: id, piece: Array(piece), byte: byte)
      byteCount += 1
      note(piece, id: id, type)
    }
  }

  /// Adds an ordinary token.
  ///
  /// Word parts are turned back into the spelling of `vocab.txt`: GGUF marks the pieces that begin a word, WordPiece those
  /// that do not; bracketed ones, such as `[unused0]`, converters leave alone.
  private mutating func addText(_ piece: UnsafeBufferPointer<UInt8>, id: Int) throws {
    guard marksWordStarts else {
      try builder.add(id: id, piece: piece, spelling: model.spelling)
      return
    }
    if piece.count > 3, Self.hasBlock(piece) {
      try builder.add(id: id, piece: UnsafeBufferPointer(rebasing: piece[3...]), spelling: model.spelling)
    } else if piece.count > 1, piece.first == UInt8(ascii: "["), piece.last == UInt8(ascii: "]") {
      try builder.add(id: id, piece: piece, spelling: model.spelling)
    } else {
      scratch.removeAll(keepingCapacity: true)
      scratch.append(contentsOf: "##".utf8)
      scratch.append(contentsOf: piece)
      try builder.add(id: id, piece: scratch, spelling: model.spelling)
    }
  }

  /// Lists a token that is looked for in the text before everything else, by its own type or the one that llama.cpp gives
  /// it.
  ///
  /// The kind in the vocabulary stays that of the file: it tells what is a piece, and which family this is.
  private mutating func note(_ piece: UnsafeBufferPointer<UInt8>, id: Int, _ type: GGUFTokenType) {
    let isSpecial: Bool
    switch known[id] ?? type {
    case .control, .unknown: isSpecial = true
    case .userDefined: isSpecial = false
    case .normal, .undefined, .unused, .byte: return
    }
    guard let content = String(validating: piece, as: UTF8.self) else { return }
    addedTokens.append(AddedToken(id: Int32(id), content: content, isSpecial: isSpecial))
  }

  /// Whether a piece begins with U+2581.
  private static func hasBlock(_ piece: UnsafeBufferPointer<UInt8>) -> Bool {
    piece.count >= 3 && piece[0] == 0xE2 && piece[1] == 0x96 && piece[2] == 0x81
  }
}
