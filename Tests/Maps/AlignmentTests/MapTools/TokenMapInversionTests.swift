import CMCAlignment
import Testing

@Test func theBestSourceOfATargetIsExactThenNearThenLow() {
  let map = SmallVocabulary.bare([
    (0, .prefix, 1), (0, .exact, 0),  // exact beats the earlier one
    (1, .prefix, 3), (1, .prefix, 2), (1, .edit, 2),  // nearest, then lowest id
    (2, .imported, -1), (2, .prefix, 9),  // an unknown distance is the farthest
    (-1, .unmatched, -1), (4, .override, 0), (4, .exact, 0),
  ])
  let inverse = map.inverted()
  #expect(inverse.map.ids == [1, 3, 6, -1, 9])
  #expect(inverse.map.methods == [.exact, .prefix, .prefix, .unmatched, .exact])
  #expect(inverse.map.distances == [0, 2, 9, -1, 0])
  #expect(inverse.unreached == 1)
  #expect(inverse.lost == 5)
}

@Test func invertingSwapsSidesAndCoversAllTargets() throws {
  let source = MapSide(try SmallVocabulary.description("s", ["a", "b"]))
  let target = MapSide(try SmallVocabulary.description("t", ["a", "x", "y", "z"]))
  let inverse = SmallVocabulary.map(source, target, [(0, .exact, 0), (-1, .unmatched, -1)]).inverted()
  #expect(inverse.map.source == target)
  #expect(inverse.map.target == source)
  #expect(inverse.map.ids == [0, -1, -1, -1])
  #expect(inverse.unreached == 3)
}

@Test func invertingAOneToOneMapTwiceGivesItBack() {
  let map = SmallVocabulary.bare([(2, .exact, 0), (0, .prefix, 4), (1, .role, 0)])
  #expect(map.inverted().map.inverted().map == map)
}

@Test func entriesOfSeveralTargetsTakeNoPart() {
  let map = SmallVocabulary.bare(
    [(0, .retokenized, 2), (1, .exact, 0)], sequences: [0: TargetSequence(ids: [0, 1], combination: .mean)])
  let inverse = map.inverted()
  #expect(inverse.map.ids == [-1, 1])
  #expect(inverse.sequences == 1)
}

@Test func anEmptyMapInverts() {
  #expect(SmallVocabulary.bare([]).inverted().map.count == 0)
}
