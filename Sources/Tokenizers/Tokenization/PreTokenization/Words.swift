import CMCVocabulary

/// A text cut into words: the text, which a step may change, and the ranges of the words in it.
struct Words {
  var text: TrackedText
  /// Ascending; what lies between them is dropped.
  var ranges: [Range<Int>]

  /// A text as one word.
  init(_ text: TrackedText) {
    self.text = text
    ranges = text.bytes.isEmpty ? [] : [0..<text.bytes.count]
  }

  /// Cuts each word where `matches` finds something, by a rule of the HF library.
  ///
  /// - Parameter matches: Calls back with the ranges found in a word, ascending and relative to it.
  mutating func split(
    _ behavior: SplitBehavior, invert: Bool = false,
    _ matches: (UnsafeBufferPointer<UInt8>, (Range<Int>) -> Void) throws -> Void
  ) rethrows {
    var result: [Range<Int>] = []
    result.reserveCapacity(max(ranges.count, text.bytes.count / 4))
    try text.bytes.withUnsafeBufferPointer { bytes in
      for range in ranges {
        var cutter = WordCutter(behavior, invert: invert, base: range.lowerBound, count: range.count)
        try matches(UnsafeBufferPointer(rebasing: bytes[range])) { cutter.match($0, into: &result) }
        cutter.finish(into: &result)
      }
    }
    ranges = result
  }

  /// Rewrites each word; the ranges follow.
  mutating func rewriteWords(tracks: Bool, _ body: (Range<Int>, inout TextRewriter) -> Void) {
    var rewriter = TextRewriter(text, tracks: tracks)
    var result: [Range<Int>] = []
    result.reserveCapacity(ranges.count)
    for range in ranges {
      let start = rewriter.count
      body(range, &rewriter)
      if rewriter.count > start { result.append(start..<rewriter.count) }
    }
    text = rewriter.finish()
    ranges = result
  }
}

/// Turns the matches in one word into words, by the rules of the HF library.
private struct WordCutter {
  private let behavior: SplitBehavior
  private let invert: Bool
  private let base: Int
  private let count: Int
  private var place = 0
  /// A word that is not closed yet, and whether it is a match.
  private var open: (range: Range<Int>, isMatch: Bool)?

  init(_ behavior: SplitBehavior, invert: Bool, base: Int, count: Int) {
    self.behavior = behavior
    self.invert = invert
    self.base = base
    self.count = count
  }

  mutating func match(_ range: Range<Int>, into words: inout [Range<Int>]) {
    if place < range.lowerBound { add(place..<range.lowerBound, isMatch: invert, into: &words) }
    add(range, isMatch: !invert, into: &words)
    place = range.upperBound
  }

  mutating func finish(into words: inout [Range<Int>]) {
    if place < count { add(place..<count, isMatch: invert, into: &words) }
    close(into: &words)
  }

  private mutating func add(_ range: Range<Int>, isMatch: Bool, into words: inout [Range<Int>]) {
    switch behavior {
    case .isolated: emit(range, into: &words)
    case .removed: if !isMatch { emit(range, into: &words) }
    case .contiguous:
      if let last = open, last.isMatch == isMatch {
        open = (last.range.lowerBound..<range.upperBound, isMatch)
      } else {
        close(into: &words)
        open = (range, isMatch)
      }
    case .mergedWithPrevious:
      if isMatch, let last = open, !last.isMatch {
        emit(last.range.lowerBound..<range.upperBound, into: &words)
        open = nil
      } else {
        close(into: &words)
        open = (range, isMatch)
      }
    case .mergedWithNext:
      if !isMatch, let last = open, last.isMatch {
        emit(last.range.lowerBound..<range.upperBound, into: &words)
        open = nil
      } else {
        close(into: &words)
        open = (range, isMatch)
      }
    }
  }

  private mutating func close(into words: inout [Range<Int>]) {
    if let last = open { emit(last.range, into: &words) }
    open = nil
  }

  private func emit(_ range: Range<Int>, into words: inout [Range<Int>]) {
    if !range.isEmpty { words.append(base + range.lowerBound..<base + range.upperBound) }
  }
}
