/// Levenshtein distance by Myers's bit-parallel algorithm: one word of operations for 64 rows of the table.
///
/// Source: G. Myers, "A fast bit-vector algorithm for approximate string matching", JACM 46 (1999); H. Hyyrö's form
/// for whole strings and for patterns of several words.
struct BitParallelDistance {
  /// For each symbol the rows of the pattern where it stands, `words` words a symbol; all zero between patterns.
  private var occurrences: [UInt64]
  private var pattern: [UInt32] = []
  private var words = 1
  /// Vertical differences, a pair a word; used for patterns of several words.
  private var positive: [UInt64] = []
  private var negative: [UInt64] = []
  private let symbolCount: Int

  init(symbolCount: Int) {
    self.symbolCount = symbolCount
    occurrences = [UInt64](repeating: 0, count: symbolCount)
  }

  /// Sets the string that the following ones are compared with.
  mutating func setPattern(_ symbols: [UInt32]) {
    for symbol in pattern {
      for word in 0..<words { occurrences[Int(symbol) * words + word] = 0 }
    }
    pattern = symbols
    let needed = max(1, (symbols.count + 63) / 64)
    if needed != words {
      words = needed
      occurrences = [UInt64](repeating: 0, count: symbolCount * words)
    }
    // Symbol 0 stands for what no target has; it must match nothing.
    for (row, symbol) in symbols.enumerated() where symbol != 0 {
      occurrences[Int(symbol) * words + row / 64] |= 1 << UInt64(row % 64)
    }
  }

  /// The distance of a string from the pattern, or some number above `bound` where it is above it.
  ///
  /// - Complexity: O(⌈pattern / 64⌉ · length).
  mutating func distance(to symbols: UnsafeBufferPointer<UInt32>, bound: Int) -> Int {
    if pattern.isEmpty { return symbols.count }
    return words == 1 ? distanceInOneWord(symbols, bound) : distanceInWords(symbols, bound)
  }

  private func distanceInOneWord(_ symbols: UnsafeBufferPointer<UInt32>, _ bound: Int) -> Int {
    let last: UInt64 = 1 << UInt64(pattern.count - 1)
    var plus = UInt64.max
    var minus: UInt64 = 0
    var score = pattern.count
    var left = symbols.count
    return occurrences.withUnsafeBufferPointer { occurrences in
      for symbol in symbols {
        let match = occurrences[Int(symbol)]
        let diagonal = (((match & plus) &+ plus) ^ plus) | match | minus
        var horizontalPlus = minus | ~(diagonal | plus)
        var horizontalMinus = plus & diagonal
        if horizontalPlus & last != 0 { score &+= 1 }
        if horizontalMinus & last != 0 { score &-= 1 }
        left &-= 1
        if score &- left > bound { return score &- left }  // each symbol still to come takes off one at most
        horizontalPlus = horizontalPlus << 1 | 1
        horizontalMinus <<= 1
        plus = horizontalMinus | ~(diagonal | horizontalPlus)
        minus = horizontalPlus & diagonal
      }
      return score
    }
  }

  private mutating func distanceInWords(_ symbols: UnsafeBufferPointer<UInt32>, _ bound: Int) -> Int {
    positive = [UInt64](repeating: .max, count: words)
    negative = [UInt64](repeating: 0, count: words)
    let last: UInt64 = 1 << UInt64((pattern.count - 1) % 64)
    var score = pattern.count
    var left = symbols.count
    for symbol in symbols {
      var carryPlus: UInt64 = 1
      var carryMinus: UInt64 = 0
      for word in 0..<words {
        let (plus, minus) = (positive[word], negative[word])
        let match = occurrences[Int(symbol) * words + word]
        let entering = match | carryMinus
        let diagonal = (((entering & plus) &+ plus) ^ plus) | entering | minus
        var horizontalPlus = minus | ~(diagonal | plus)
        var horizontalMinus = plus & diagonal
        if word == words - 1 {
          if horizontalPlus & last != 0 { score += 1 }
          if horizontalMinus & last != 0 { score -= 1 }
        }
        let (outPlus, outMinus) = (horizontalPlus >> 63, horizontalMinus >> 63)
        horizontalPlus = horizontalPlus << 1 | carryPlus
        horizontalMinus = horizontalMinus << 1 | carryMinus
        positive[word] = horizontalMinus | ~(match | minus | diagonal | horizontalPlus)
        negative[word] = horizontalPlus & (diagonal | match | minus)
        (carryPlus, carryMinus) = (outPlus, outMinus)
      }
      left -= 1
      if score - left > bound { return score - left }
    }
    return score
  }
}
