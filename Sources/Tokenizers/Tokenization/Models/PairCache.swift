/// The merges of pairs looked up before, also of those that do not merge.
///
/// Most pairs of a text are the same few, and most never merge; a look at half a megabyte that stays near the processor
/// then stands for one at tables of many. Direct-mapped: a pair takes the place of an earlier one. One cache belongs to
/// one rule and to one thread at a time.
final class PairCache {
  private static let count = 1 << 15

  fileprivate struct Slot: BitwiseCopyable {
    var pair: UInt64
    var merge: PairMerge
  }

  private let slots: UnsafeMutableBufferPointer<Slot>

  init() {
    slots = .allocate(capacity: Self.count)
    slots.initialize(repeating: Slot(pair: .max, merge: .none))
  }

  deinit { slots.deallocate() }

  /// A rule behind this cache; not to be used after the cache is gone.
  func rule<Rule: PairRule>(_ rule: Rule) -> CachedRule<Rule> { CachedRule(rule: rule, slots: slots) }

  /// A rule behind a cache.
  struct CachedRule<Rule: PairRule>: PairRule {
    fileprivate let rule: Rule
    fileprivate let slots: UnsafeMutableBufferPointer<Slot>

    @inline(__always)
    func merge(_ left: Int32, _ right: Int32, joined: UnsafeBufferPointer<UInt8>) -> PairMerge {
      // What has no token is told apart by its bytes alone.
      guard left >= 0, right >= 0 else { return rule.merge(left, right, joined: joined) }
      let pair = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
      let place = Int(truncatingIfNeeded: (pair &* 0x9E37_79B9_7F4A_7C15) >> 49)
      if slots[place].pair == pair { return slots[place].merge }
      let merge = rule.merge(left, right, joined: joined)
      slots[place] = Slot(pair: pair, merge: merge)
      return merge
    }
  }
}
