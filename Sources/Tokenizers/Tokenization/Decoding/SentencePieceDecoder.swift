import CMCPrimitives
import CMCVocabulary

/// SentencePiece's way from ids to text.
///
/// Control pieces are nothing, the unknown piece is its surface, spaces at the beginning that encoding put there are
/// taken away, and of a run of bytes what is no UTF-8 is U+FFFD byte by byte.
struct SentencePieceDecoder: TextDecoder {
  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  private let vocabulary: Vocabulary
  private let settings: SentencePieceDecoding
  private let unknown: Int32?
  /// Pieces that text never becomes, but that stand for text.
  private let unused: Set<Int32>
  private let name: String
  let needsAll = false
  let holdsLast = false

  init(_ description: TokenizerDescription) {
    vocabulary = description.vocabulary
    settings = description.sentencePiece
    switch description.algorithm {
    case .scoredBPE(let model), .unigram(let model), .characters(let model), .words(let model):
      unknown = model.unknown
      unused = Set(model.unused)
    default:
      unknown = nil
      unused = []
    }
    name = description.name
  }

  /// A control piece is nothing, and still parts the bytes on its two sides.
  func isSkipped(_ id: Int32, showsSpecial: Bool) -> Bool { false }

  func goesOn(_ id: Int32) -> Bool { vocabulary.kind(id) == .byte }

  func text(
    of ids: ArraySlice<Int32>, showsSpecial: Bool, isBeginning: Bool, isEnd: Bool
  ) throws(TokenizationError) -> [UInt8] {
    if settings.hasDenormalizer {
      throw .unsupported(part: "setting", name: "denormalizer_spec.precompiled_charsmap", tokenizer: name)
    }
    var text: [UInt8] = []
    var run: [UInt8] = []
    var isBeginning = isBeginning
    var tookSpace = false
    for id in ids {
      if vocabulary.kind(id) == .byte {
        run += vocabulary.canonical[Int(id)]
        continue
      }
      Self.append(run, to: &text)
      run = []
      if tookSpace || !text.isEmpty { isBeginning = false }
      tookSpace = false
      if id == unknown {
        text += Array(settings.unknownSurface.utf8)
        continue
      }
      if vocabulary.kind(id) == .special, !unused.contains(id) {
        if showsSpecial { text += vocabulary.canonical[Int(id)] }
        continue
      }
      var piece = vocabulary.pieces[Int(id)]
      if isBeginning, settings.dropsFirstSpaces, piece.starts(with: SentencePieceSpaces.mark) {
        piece = piece.dropFirst(SentencePieceSpaces.mark.count)
        tookSpace = !settings.dropsAllSpaces
      }
      _ = piece.withUnsafeBufferPointer { PieceSpelling.sentencePiece.appendBytes(of: $0, to: &text) }
    }
    Self.append(run, to: &text)
    return text
  }

  private static func append(_ run: [UInt8], to text: inout [UInt8]) {
    run.withUnsafeBufferPointer { run in
      var place = 0
      while place < run.count {
        let length = InvalidUTF8.step(run, at: place)
        if length > 0 {
          text += run[place..<place + length]
          place += length
        } else {
          text += replacement
          place += 1
        }
      }
    }
  }
}
