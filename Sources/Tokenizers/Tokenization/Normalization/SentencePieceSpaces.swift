/// SentencePiece's treatment of white space, and the frozen pieces it leaves alone.
struct SentencePieceSpaces: Sendable {
  /// U+2581, which stands for a space.
  static let mark: [UInt8] = [0xE2, 0x96, 0x81]

  let addsPrefix: Bool
  var addsSuffix = false
  let removesExtra: Bool
  let escapes: Bool
  /// Whether it is done as llama.cpp does it for Unigram.
  var isOfLlamaCpp = false

  /// The same for a text that goes on inside another.
  var withoutPrefix: SentencePieceSpaces {
    SentencePieceSpaces(
      addsPrefix: false, removesExtra: false, escapes: escapes, isOfLlamaCpp: isOfLlamaCpp)
  }

  func apply(to text: TrackedText, tracks: Bool) -> TrackedText {
    if isOfLlamaCpp { return applyAsLlamaCpp(to: text, tracks: tracks) }
    let bytes = text.bytes
    let space = UInt8(ascii: " ")
    var start = 0
    var end = bytes.count
    if removesExtra {
      while start < end, bytes[start] == space { start += 1 }
      // Of a text that the character map left nothing of, a dummy behind it is left.
      if start == end, !(bytes.isEmpty && addsSuffix) { return TrackedText([], base: text.base) }
      // At the end marks that the text itself has go too, and the dummy with them where nothing is left.
      while end > start {
        if bytes[end - 1] == space {
          end -= 1
        } else if escapes, bytes[start..<end].suffix(3).elementsEqual(Self.mark) {
          end -= 3
        } else {
          break
        }
      }
    }
    var rewriter = TextRewriter(text, tracks: tracks)
    let mark = escapes ? Self.mark : [space]
    // A text of which the character map left nothing still has its dummy, where no spaces are taken away.
    if addsPrefix, start < end || !removesExtra { rewriter.put(mark, for: start..<start) }
    var kept = start
    var place = start
    while place < end {
      guard bytes[place] == space else {
        place += 1
        continue
      }
      let isExtra = removesExtra && place > start && bytes[place - 1] == space
      if kept < place { rewriter.keep(kept..<place) }
      if !isExtra { rewriter.put(mark, for: place..<place + 1) }
      place += 1
      kept = place
    }
    if kept < end { rewriter.keep(kept..<end) }
    if addsSuffix { rewriter.put(mark, for: end..<end) }
    return rewriter.finish()
  }
}
