import CMCPrimitives
import CMCRegularExpressions
import CMCVocabulary

/// The decoders of a `tokenizer.json`, each from a list of pieces to another list, as the HF library runs them.
struct DecoderChain: TextDecoder {
  private let steps: [DecoderStep]
  private let vocabulary: Vocabulary
  /// What stands for added tokens whose text is normalised.
  private let spelled: [Int32: [UInt8]]
  /// The texts of special tokens, which are left out.
  private let special: Set<[UInt8]>
  let needsAll: Bool
  let holdsLast: Bool
  private let joinsBytes: Bool
  private let name: String

  /// - Parameters:
  ///   - spelled: Added tokens by the text that they are looked for in normalised text.
  ///   - special: The contents of special tokens.
  init(
    _ description: TokenizerDescription, spelled: [Int32: [UInt8]], special: Set<[UInt8]>
  ) throws(TokenizationError) {
    name = description.name
    vocabulary = description.vocabulary
    self.spelled = spelled
    self.special = special
    var steps: [DecoderStep] = []
    var isJoined = false
    for (place, decoder) in description.decoders.enumerated() {
      steps.append(
        try DecoderStep(
          decoder, isJoined: isJoined, isLast: place + 1 == description.decoders.count,
          name: description.name))
      if decoder == .fuse || decoder == .byteLevel { isJoined = true }
    }
    if steps.isEmpty { steps = [.join] }
    self.steps = steps
    needsAll = !Self.isCertainPieceByPiece(steps)
    holdsLast = steps.contains { if case .bpe = $0 { true } else { false } }
    joinsBytes = steps.contains { if case .byteFallback = $0 { true } else { false } }
  }

  /// Whether the text of the first tokens is the beginning of the text of all, but for a run of byte pieces at its end.
  private static func isCertainPieceByPiece(_ steps: [DecoderStep]) -> Bool {
    var isJoined = false
    var hasBytes = false
    for (place, step) in steps.enumerated() {
      switch step {
      case .replace(let from, _):
        // A replacement that makes or breaks the spelling of a byte piece would move the end of a run.
        if isJoined || (!hasBytes && from.contains { $0 < 0x80 } && steps.contains(where: \.isByteFallback)) {
          return false
        }
      case .byteFallback:
        if isJoined || hasBytes { return false }
        hasBytes = true
      case .fuse: isJoined = true
      case .strip(_, let start, let stop, _):
        if isJoined, stop > 0 || place + 1 < steps.count { return false }
        if !isJoined, start + stop > 0, !hasBytes, steps.contains(where: \.isByteFallback) { return false }
      case .metaspace, .wordPiece: if isJoined || place > 0 { return false }
      case .bpe: if isJoined || steps.count > 1 { return false }
      case .byteLevel: if place + 1 < steps.count || isJoined || hasBytes { return false }
      case .join: return true
      case .ctc, .replaceMatches: return false
      }
    }
    return true
  }

  func isSkipped(_ id: Int32, showsSpecial: Bool) -> Bool { !showsSpecial && special.contains(piece(id)) }

  func goesOn(_ id: Int32) -> Bool { joinsBytes && DecoderStep.byte(of: piece(id)) != nil }

  /// What the library takes for the text of a token.
  private func piece(_ id: Int32) -> [UInt8] { spelled[id] ?? Array(vocabulary.pieces[Int(id)]) }

  func text(
    of ids: ArraySlice<Int32>, showsSpecial: Bool, isBeginning: Bool, isEnd: Bool
  ) throws(TokenizationError) -> [UInt8] {
    var pieces = ids.map(piece)
    let limit = max(TrackedText.lengthLimit, TrackedText.growthLimit * pieces.reduce(0) { $0 + $1.count })
    for step in steps {
      do {
        pieces = try step.apply(to: pieces, isBeginning: isBeginning, isEnd: isEnd, limit: limit)
      } catch let error as TokenizationError {
        throw error
      } catch let error as RegexError {
        throw .badPattern(error, tokenizer: name)
      } catch {
        throw .undecodable("\(error)")
      }
    }
    return Array(pieces.joined())
  }
}
