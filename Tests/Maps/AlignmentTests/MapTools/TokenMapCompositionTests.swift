import CMCAlignment
import Testing

@Test func distancesAddAndTheWorseMethodStands() throws {
  let first = SmallVocabulary.bare([
    (0, .exact, 0), (1, .prefix, 2), (2, .role, 0), (-1, .unmatched, -1), (3, .exact, 0), (4, .prefix, 1),
    (-1, .override, -1),
  ])
  let second = SmallVocabulary.bare([
    (5, .exact, 0), (6, .prefix, 3), (7, .prefix, 1), (-1, .unmatched, -1), (8, .imported, -1),
  ])
  let composed = try first.composed(with: second)
  #expect(composed.map.ids == [5, 6, 7, -1, -1, 8, -1])
  #expect(composed.map.methods == [.exact, .prefix, .prefix, .unmatched, .unmatched, .imported, .override])
  #expect(composed.map.distances == [0, 5, 1, -1, -1, -1, -1])
  #expect(composed.lost == 1)
  #expect(!composed.notes.isEmpty)
}

@Test func theIdentityChangesNothing() throws {
  let vocabulary = MapSide(try SmallVocabulary.description("s", ["a", "b", "c"]))
  let identity = SmallVocabulary.map(vocabulary, vocabulary, (0..<3).map { (Int32($0), .exact, 0) })
  let map = SmallVocabulary.map(
    vocabulary, vocabulary, [(2, .prefix, 1), (0, .retokenized, 2), (-1, .unmatched, -1)],
    sequences: [1: TargetSequence(ids: [0, 1], weights: [0.75, 0.25], combination: .max)])
  #expect(try map.composed(with: identity).map == map)
  #expect(try identity.composed(with: map).map == map)
  #expect(try map.composed(with: identity).notes.isEmpty)
}

@Test func sequencesMultiplyByWeight() throws {
  let first = SmallVocabulary.bare(
    [(0, .retokenized, 2)],
    sequences: [0: TargetSequence(ids: [0, 1, 2], weights: [0.5, 0.25, 0.25], combination: .mean)])
  // 0 goes to two targets, 1 to one of them, 2 nowhere: its weight is spread over the rest.
  let second = SmallVocabulary.bare(
    [(4, .retokenized, 1), (5, .prefix, 3), (-1, .unmatched, -1)],
    sequences: [0: TargetSequence(ids: [4, 5], weights: [0.5, 0.5], combination: .mean)])
  let composed = try first.composed(with: second).map
  let sequence = try #require(composed.sequences[0])
  #expect(sequence.ids == [4, 5])
  #expect(abs(sequence.weights[0] - 0.25 / 0.75) < 1e-6)
  #expect(abs(sequence.weights[1] - 0.5 / 0.75) < 1e-6)
  #expect(composed.ids == [4])
  #expect(composed.distances == [5])
}

@Test func aSequenceThatMeetsOneTargetIsOneEntry() throws {
  let first = SmallVocabulary.bare(
    [(0, .retokenized, 2)], sequences: [0: TargetSequence(ids: [0, 1], combination: .mean)])
  let second = SmallVocabulary.bare([(-1, .unmatched, -1), (7, .exact, 0)])
  let composed = try first.composed(with: second).map
  #expect(composed.ids == [7])
  #expect(composed.sequences.isEmpty)
}

@Test func theVocabularyInTheMiddleMustBeTheSame() throws {
  let a = MapSide(try SmallVocabulary.description("a", ["x"]))
  let b = MapSide(try SmallVocabulary.description("b", ["y"]))
  let first = SmallVocabulary.map(a, a, [(0, .exact, 0)])
  let second = SmallVocabulary.map(b, b, [(0, .exact, 0)])
  #expect(throws: TokenMapToolError.self) { try first.composed(with: second) }
  let bare = SmallVocabulary.bare([(0, .exact, 0), (1, .exact, 0)])
  #expect(
    throws: TokenMapToolError.size(
      side: "the first map's target and the second map's source", expected: 0, found: 1)
  ) { try first.composed(with: bare) }
  #expect(throws: TokenMapToolError.idOutOfRange(source: 1, id: 1, limit: 0)) {
    try bare.composed(with: first)
  }
}
