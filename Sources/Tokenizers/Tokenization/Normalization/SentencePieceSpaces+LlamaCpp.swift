extension SentencePieceSpaces {
  /// llama.cpp's treatment of white space before Unigram.
  ///
  /// The dummy comes before the first character that is no space, so that spaces alone have none. Where extra spaces are
  /// removed none of them stays, and each word has a dummy, asked for or not.
  func applyAsLlamaCpp(to text: TrackedText, tracks: Bool) -> TrackedText {
    let mark = escapes ? Self.mark : [UInt8(ascii: " ")]
    var rewriter = TextRewriter(text, tracks: tracks)
    var kept = 0
    var isInWord = false
    var isMarked = false
    for (place, byte) in text.bytes.enumerated() {
      if byte == UInt8(ascii: " ") {
        if kept < place { rewriter.keep(kept..<place) }
        if !removesExtra { rewriter.put(mark, for: place..<place + 1) }
        kept = place + 1
        isInWord = false
      } else if !isInWord {
        isInWord = true
        // A mark in place of spaces stands for the last of them.
        let start = removesExtra && kept > 0 ? place - 1 : place
        if removesExtra || (addsPrefix && !isMarked) { rewriter.put(mark, for: start..<place) }
        isMarked = true
      }
    }
    if kept < text.bytes.count { rewriter.keep(kept..<text.bytes.count) }
    return rewriter.finish()
  }
}
