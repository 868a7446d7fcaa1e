import CMCAlignment
import Testing

@Suite("Shuffled maps") struct TokenMapShufflingTests {
  private static let map: TokenMap = {
    let methods: [MapMethod] = (0..<100).map { $0 < 50 ? .exact : $0 < 90 ? .prefix : .unmatched }
    return SmallVocabulary.bare(
      methods.enumerated().map { id, method in
        id < 90 ? (Int32(id) + 7, method, method == .exact ? 0 : 2) : (-1, .unmatched, -1)
      }, sequences: [60: TargetSequence(ids: [67, 68], combination: .mean)])
  }()

  @Test("Targets stay within their method, what is unmatched stays unmatched, sequences go with their ids")
  func permutes() {
    let map = Self.map
    let shuffled = map.shuffled(seed: 1)
    #expect(shuffled.ids[..<50].sorted() == Array(map.ids[..<50]))
    #expect(shuffled.ids[50..<90].sorted() == Array(map.ids[50..<90]))
    #expect(shuffled.ids[90...].allSatisfy { $0 == TokenMap.unmatchedID })
    #expect(shuffled.ids != map.ids && shuffled == map.shuffled(seed: 1) && shuffled != map.shuffled(seed: 2))
    let places = shuffled.ids.indices.filter { shuffled.ids[$0] == 67 }
    #expect(places.count == 1 && shuffled.sequences.count == 1)
    #expect(places.allSatisfy { shuffled.sequences[Int32($0)] == map.sequences[60] })
  }

  @Test("Roles stay where they are asked to, as text must be able to end") func roles() {
    var map = Self.map
    for row in 0..<4 { map[row].method = .role }
    let kept = map.shuffled(seed: 1, keepsRoles: true)
    #expect(kept.ids[..<4] == map.ids[..<4] && kept.methods[..<4] == map.methods[..<4])
    #expect(kept.ids[4..<50] != map.ids[4..<50] && kept.ids[4..<50].sorted() == Array(map.ids[4..<50]))
  }

  @Test("No entry is exact any more, so a delta model reads the true text") func isNoMatch() {
    let shuffled = Self.map.shuffled(seed: 3)
    #expect((0..<100).allSatisfy { !shuffled.isMatch($0) })
    #expect(shuffled.distances.allSatisfy { $0 == TokenMap.noDistance })
    #expect(shuffled.methods[90] == .unmatched && shuffled.methods[0] == .imported)
  }
}
