import CMCVocabulary

/// The merges of a byte-pair encoding by the two tokens they join.
struct MergeTable: Sendable {
  fileprivate struct Slot: BitwiseCopyable {
    var pair: UInt64
    var merge: PairMerge
  }

  fileprivate static let free = UInt64.max
  private let slots: [Slot]

  /// Indexes merges by pair; of a pair that stands twice the later place counts, as in the HF library, or the first, as in
  /// llama.cpp.
  ///
  /// - Complexity: O(merges).
  init(_ merges: [BPEMerge], keepsFirst: Bool = false) {
    let wanted = max(16, merges.count * 2)
    let size = 1 << (Int.bitWidth - (wanted - 1).leadingZeroBitCount)
    slots = [Slot](unsafeUninitializedCapacity: size) { slots, initialized in
      slots.initialize(repeating: Slot(pair: Self.free, merge: .none))
      initialized = size
      for (rank, merge) in merges.enumerated() {
        let pair = Self.pair(merge.left, merge.right)
        var place = Self.place(pair, size)
        while slots[place].pair != Self.free, slots[place].pair != pair { place = (place + 1) & (size - 1) }
        if keepsFirst, slots[place].pair == pair { continue }
        slots[place] = Slot(pair: pair, merge: PairMerge(priority: UInt32(rank), result: merge.result))
      }
    }
  }

  @inline(__always)
  fileprivate static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  @inline(__always)
  fileprivate static func place(_ pair: UInt64, _ size: Int) -> Int {
    let product = pair.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return Int(truncatingIfNeeded: product.high ^ product.low) & (size - 1)
  }

  /// The table as a rule, for the length of one closure.
  func withRule<R>(_ body: (Rule) -> R) -> R {
    slots.withUnsafeBufferPointer { body(Rule(slots: $0)) }
  }

  struct Rule: PairRule {
    fileprivate let slots: UnsafeBufferPointer<Slot>

    @inline(__always)
    func merge(_ left: Int32, _ right: Int32, joined: UnsafeBufferPointer<UInt8>) -> PairMerge {
      guard left >= 0, right >= 0 else { return .none }
      let pair = MergeTable.pair(left, right)
      var place = MergeTable.place(pair, slots.count)
      while slots[place].pair != MergeTable.free {
        if slots[place].pair == pair { return slots[place].merge }
        place = (place + 1) & (slots.count - 1)
      }
      return .none
    }
  }
}
