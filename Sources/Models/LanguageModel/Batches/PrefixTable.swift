/// The beginning of a history as it was computed: whole rounds from the first position on.
///
/// Two histories share one where they begin with the same tokens in the same rounds, and positions turn by the same angles:
/// then their numbers are the same, bit for bit. (A product of BLAS may sum up otherwise for a round of another length, so the same tokens alone are not enough.)
final class HistoryPrefix {
  /// What comes before; kept alive.
  let parent: HistoryPrefix?
  /// The tokens of the last round.
  let ids: [Int32]
  /// By which angles positions turn.
  let turning: Int
  /// How many positions there are.
  let end: Int
  /// The pages of all positions; of the last one the places behind the end belong to nobody.
  let pages: [CachePage]
  /// The state behind it, of layers that have one; one of a round, as long as a history holds the beginning.
  let state: HistoryState?
  /// The logits of the last position, where they were computed.
  let logits: [Float]?

  init(
    parent: HistoryPrefix?, ids: [Int32], turning: Int, pages: [CachePage], state: HistoryState?,
    logits: [Float]?
  ) {
    self.parent = parent
    self.turning = turning
    self.ids = ids
    end = (parent?.end ?? 0) + ids.count
    self.pages = pages
    self.state = state
    self.logits = logits
  }
}

/// The beginnings of histories that are alive; it keeps none of them alive itself.
struct PrefixTable {
  /// A round behind a beginning.
  struct Key: Hashable {
    private let parent: ObjectIdentifier?
    private let ids: [Int32]
    private let turning: Int

    init(parent: HistoryPrefix?, ids: [Int32], turning: Int) {
      self.parent = parent.map { ObjectIdentifier($0) }
      self.ids = ids
      self.turning = turning
    }
  }

  private struct Entry {
    weak var prefix: HistoryPrefix?
  }

  private var entries: [Key: Entry] = [:]
  private var sweepAt = 64

  /// The beginning with a round more, where a living history has it.
  func prefix(_ key: Key) -> HistoryPrefix? { entries[key]?.prefix }

  /// Notes a beginning.
  mutating func add(_ prefix: HistoryPrefix) {
    entries[Key(parent: prefix.parent, ids: prefix.ids, turning: prefix.turning)] = Entry(prefix: prefix)
    guard entries.count > sweepAt else { return }
    entries = entries.filter { $0.value.prefix != nil }
    sweepAt = 2 * entries.count + 64
  }
}
