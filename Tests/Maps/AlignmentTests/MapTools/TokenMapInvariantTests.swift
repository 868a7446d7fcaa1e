import CMCAlignment
import CMCPrimitives
import Testing

/// Whatever is done to a map by its entries, its columns say one thing.
@Suite struct TokenMapInvariantTests {
  private static let side = MapSide(name: "side")

  /// A random entry: of no target, one, or several.
  private static func entry(_ random: inout SeededGenerator) -> MapEntry {
    let ids = (0..<random.below(4)).map { _ in Int32(random.below(50)) }
    let method = MapMethod.allCases[random.below(MapMethod.allCases.count)]
    let distance = Int32(random.below(5)) - 1
    if ids.count > 1, let sequence = TargetSequence(ids: ids, combination: .mean) {
      return MapEntry(sequence, method: method, distance: distance)
    }
    return MapEntry(id: ids.first ?? TokenMap.unmatchedID, method: method, distance: distance)
  }

  private static func expectWhole(_ map: TokenMap) {
    #expect(map.methods.count == map.count && map.distances.count == map.count)
    for (row, sequence) in map.sequences {
      #expect(map.ids[Int(row)] == sequence.ids[0])
      #expect(TargetSequence.isWhole(sequence.weights, of: sequence.ids.count))
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>) func entriesAreWhatWasPut(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var entries = (0..<40).map { _ in Self.entry(&random) }
    var map = TokenMap(source: Self.side, target: Self.side, entries: entries)
    for _ in 0..<200 {
      let row = random.below(entries.count)
      switch random.below(4) {
      case 0:
        entries[row] = Self.entry(&random)
        map[row] = entries[row]
      case 1:
        entries[row].place(at: 7)
        map[row].place(at: 7)
        #expect(map.sequences[Int32(row)] == nil)
      case 2:
        entries[row].method = .edit
        map[row].method = .edit
      default:
        entries[row].distance = 3
        map[row].distance = 3
      }
    }
    #expect(map.ids.indices.map { map[$0] } == entries)
    #expect(map.ids == entries.map(\.id) && map.methods == entries.map(\.method))
    #expect(map.distances == entries.map(\.distance))
    #expect(map.sequences.count == entries.count { $0.sequence != nil })
    Self.expectWhole(map)
    Self.expectWhole(map.shuffled(seed: seed))
    Self.expectWhole(map.inverted().map)
  }

  @Test func columnsThatDoNotBelongTogetherAreRefused() throws {
    let sequence = try #require(TargetSequence(ids: [4, 5], combination: .max))
    func map(_ ids: [Int32], _ rows: Int, _ sequences: [Int32: TargetSequence] = [:]) throws -> TokenMap {
      try TokenMap(
        source: Self.side, target: Self.side, ids: ids, methods: Array(repeating: .imported, count: rows),
        distances: Array(repeating: -1, count: ids.count), sequences: sequences)
    }
    #expect(throws: TokenMapColumnError.lengths(ids: 2, methods: 3, distances: 2)) { try map([4, 1], 3) }
    #expect(throws: TokenMapColumnError.noSuchEntry(2)) { try map([4, 1], 2, [2: sequence]) }
    #expect(throws: TokenMapColumnError.noSuchEntry(-1)) { try map([4, 1], 2, [-1: sequence]) }
    #expect(throws: TokenMapColumnError.otherFirstTarget(1, id: 1, first: 4)) {
      try map([4, 1], 2, [1: sequence])
    }
    #expect(try map([4, 1], 2, [0: sequence])[0].targets == [4, 5])
  }

  @Test func aSequenceIsWholeOrIsNone() {
    #expect(TargetSequence(ids: [], combination: .mean) == nil)
    #expect(TargetSequence(ids: [1, 2], weights: [1], combination: .mean) == nil)
    #expect(TargetSequence(ids: [1, 2], weights: [0.5, 0.6], combination: .mean) == nil)
    #expect(TargetSequence(ids: [1, 2], weights: [1.5, -0.5], combination: .mean) == nil)
    #expect(TargetSequence(ids: [1, 2], weights: [.nan, 1], combination: .mean) == nil)
    #expect(
      TargetSequence(ids: [1, 2, 3], combination: .mean)?.weights == [Float](repeating: 1 / 3, count: 3))
  }
}
