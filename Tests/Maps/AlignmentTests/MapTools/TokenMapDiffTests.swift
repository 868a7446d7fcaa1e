import CMCAlignment
import CMCVocabulary
import Testing

@Test func aDiffNamesEachKindOfChange() throws {
  let source = MapSide(try SmallVocabulary.description("s", ["a", "b", "c", "d", "e", "f"]))
  let target = MapSide(try SmallVocabulary.description("t", ["a", "b", "c"]))
  let first = SmallVocabulary.map(
    source, target,
    [(0, .exact, 0), (1, .prefix, 1), (2, .prefix, 1), (2, .prefix, 1), (-1, .unmatched, -1), (0, .exact, 0)])
  let second = SmallVocabulary.map(
    source, target,
    [
      (0, .exact, 0), (2, .prefix, 1), (2, .edit, 1), (2, .prefix, 2), (1, .override, 0),
      (-1, .unmatched, -1),
    ])
  let diff = try TokenMapDiff(from: first, to: second)
  #expect(diff.rows == 6)
  #expect(diff.changes.map(\.token.id) == [1, 2, 3, 4, 5])
  #expect(diff.changedTargets == 3)
  #expect(diff.changedMethods == 3)
  #expect(diff.changedDistances == 3)
  #expect(diff.gained == 1)
  #expect(diff.lost == 1)
  #expect(diff.changes[0].token.piece == "b")
  #expect(diff.changes[0].before.target?.piece == "b")
  #expect(diff.changes[0].after.target?.piece == "c")
  #expect(diff.changes[3].before.target?.piece == nil)
  #expect(diff.notes.isEmpty)
  #expect(try TokenMapDiff(from: first, to: first).changes.isEmpty)
}

@Test func aChangedWeightIsAChangedTarget() throws {
  func map(_ weights: [Float]) -> TokenMap {
    SmallVocabulary.bare(
      [(0, .retokenized, 1)],
      sequences: [0: TargetSequence(ids: [0, 1], weights: weights, combination: .mean)])
  }
  let diff = try TokenMapDiff(from: map([0.5, 0.5]), to: map([0.75, 0.25]))
  #expect(diff.changedTargets == 1)
  #expect(diff.changedMethods == 0)
}

@Test func mapsOfDifferentVocabulariesCannotBeCompared() throws {
  let a = MapSide(try SmallVocabulary.description("a", ["x"]))
  let b = MapSide(try SmallVocabulary.description("b", ["y"]))
  let rows: [(Int32, MapMethod, Int32)] = [(0, .exact, 0)]
  #expect(throws: TokenMapToolError.self) {
    try TokenMapDiff(from: SmallVocabulary.map(a, a, rows), to: SmallVocabulary.map(b, a, rows))
  }
  #expect(throws: TokenMapToolError.self) {
    try TokenMapDiff(from: SmallVocabulary.map(a, a, rows), to: SmallVocabulary.map(a, b, rows))
  }
  #expect(throws: TokenMapToolError.size(side: "source", expected: 0, found: 1)) {
    try TokenMapDiff(from: SmallVocabulary.bare(rows), to: SmallVocabulary.bare(rows + rows))
  }
  #expect(try TokenMapDiff(from: SmallVocabulary.bare(rows), to: SmallVocabulary.bare(rows)).notes.count == 2)
}
