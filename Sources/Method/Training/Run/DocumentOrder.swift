internal import CMCPrimitives

/// In which order documents are learnt: every epoch all of them, shuffled anew.
///
/// The order follows from the seed and the place alone, so a run that goes on after a break needs no state of it.
struct DocumentOrder {
  let count: Int
  let seed: UInt64
  private var epoch = -1
  private var order: [Int] = []

  init(count: Int, seed: UInt64) {
    self.count = count
    self.seed = seed
  }

  /// The document at a place of the endless sequence of epochs.
  mutating func document(at place: Int) -> Int {
    let wanted = place / count
    if wanted != epoch {
      epoch = wanted
      order = Self.shuffled(count, seed: seed &+ UInt64(wanted) &* 0x9E37_79B9_7F4A_7C15)
    }
    return order[place % count]
  }

  /// The numbers below `count`, shuffled by the method of Fisher and Yates.
  static func shuffled(_ count: Int, seed: UInt64) -> [Int] {
    var generator = SeededGenerator(seed: seed)
    var order = Array(0..<count)
    for index in stride(from: count - 1, to: 0, by: -1) { order.swapAt(index, generator.below(index + 1)) }
    return order
  }
}
