import CMCPrimitives
import CMCVocabulary
import Testing

@testable import CMCAlignment

private func failing(_ check: TokenMapCheck) -> [String] { check.results.filter { !$0.passed }.map(\.name) }

@Test func coverageLeavesOutSpecialsAndHoles() throws {
  let source = try SmallVocabulary.description("s", ["<s>", "a", "", "b", "c", "d"])
  let target = try SmallVocabulary.description("t", ["a", "bb"])
  let map = SmallVocabulary.map(
    MapSide(source), MapSide(target),
    [
      (0, .role, 0), (0, .exact, 0), (-1, .unmatched, -1), (1, .prefix, 1), (-1, .unmatched, -1),
      (-1, .unmatched, -1),
    ])
  let coverage = TokenMapCoverage(map)
  #expect(coverage.total == 4)
  #expect(coverage.coverage == 0.5)
  #expect(coverage.exactShare == 0.25)
  #expect(coverage.basis == .nonSpecial)
  let bare = TokenMapCoverage(SmallVocabulary.bare([(0, .exact, 0), (-1, .unmatched, -1)]))
  #expect(bare.basis == .allRows)
  #expect(bare.coverage == 0.5)
}

@Test func exactIsWhatHasEqualBytesWhoeverPlacedIt() throws {
  let source = try SmallVocabulary.description("s", ["a", "b", "c", "d"])
  let target = try SmallVocabulary.description("t", ["a", "b", "<c>"])
  let rows: [(Int32, MapMethod, Int32)] = [
    (0, .override, 0), (0, .override, 0), (2, .override, 0), (-1, .override, -1),
  ]
  let map = SmallVocabulary.map(MapSide(source), MapSide(target), rows)
  let coverage = TokenMapCoverage(map)
  #expect(coverage.exact == 1 && coverage.mapped == 3 && coverage.unknown == 0)
  #expect((0..<4).map { map.decision($0) } == [.exact, .override, .override, .unmatched])
  let summary = AlignmentSummary(map)
  #expect(summary.exactShare == 0.25)
  #expect(summary.counts.exact == 1 && summary.counts.override == 2)
  // Without the tokens' text nothing tells.
  let bare = SmallVocabulary.bare(rows)
  #expect(TokenMapCoverage(bare).unknown == 3 && AlignmentSummary(bare).exactShare == nil)
}

@Test func requirementsAreReportedOneByOne() throws {
  let source = try SmallVocabulary.description(
    "s", ["<s>", "</s>", "a", "b"], roles: [(.bos, 0), (.eos, 1)])
  let target = try SmallVocabulary.description("t", ["<s>", "a"])
  let map = SmallVocabulary.map(
    MapSide(source), MapSide(target),
    [(0, .role, 0), (-1, .unmatched, -1), (1, .exact, 0), (-1, .unmatched, -1)])
  #expect(try TokenMapCheck(map, source: source, target: target).passed)
  let check = try TokenMapCheck(
    map, source: source, target: target,
    requirements: TokenMapRequirements(coverage: 0.5, exactShare: 0.6, roles: [.bos, .eos, .pad]))
  #expect(failing(check) == ["exact share", "role eos", "role pad"])
  #expect(throws: TokenMapToolError.vocabularyNeeded("a check of roles", side: "source")) {
    try TokenMapCheck(map, requirements: TokenMapRequirements(roles: [.bos]))
  }
}

@Test func aMapOfOtherVocabulariesFails() throws {
  let source = try SmallVocabulary.description("s", ["a", "b"], width: 4)
  let other = try SmallVocabulary.description("o", ["a", "c"], width: 8)
  let map = SmallVocabulary.map(MapSide(source), MapSide(source), [(0, .exact, 0), (1, .exact, 0)])
  #expect(failing(try TokenMapCheck(map, source: other)) == ["source fingerprint", "source logits width"])
  #expect(failing(try TokenMapCheck(map, target: other)) == ["target fingerprint", "target logits width"])
  #expect(throws: TokenMapToolError.self) { try map.validate(source: other, target: nil) }
  #expect(throws: TokenMapToolError.self) { try map.validate(source: nil, target: other) }
  #expect(try map.validate(source: source, target: source).isEmpty)
}

@Test func rowsAndRangesAreCheckedWithoutFingerprints() throws {
  let source = try SmallVocabulary.description("s", ["a", "b", "c"], width: 4)
  let target = try SmallVocabulary.description("t", ["a", "", "b"])
  let short = SmallVocabulary.bare([(0, .imported, -1), (2, .imported, -1)])
  #expect(failing(try TokenMapCheck(short, source: source, target: target)) == ["rows"])
  #expect(throws: TokenMapToolError.tooShort(rows: 2, needed: 3)) {
    try short.validate(source: source, target: target)
  }
  let wide = SmallVocabulary.bare((0..<5).map { _ in (0, .imported, -1) })
  #expect(failing(try TokenMapCheck(wide, source: source)) == ["rows"])
  let padded = SmallVocabulary.bare((0..<4).map { _ in (0, .imported, -1) })
  #expect(try TokenMapCheck(padded, source: source).passed)
  #expect(try padded.validate(source: source, target: target).count == 2)
  let beyond = SmallVocabulary.bare([(0, .imported, -1), (3, .imported, -1), (1, .imported, -1)])
  #expect(failing(try TokenMapCheck(beyond, target: target)) == ["target ids", "targets are tokens"])
  #expect(throws: TokenMapToolError.idOutOfRange(source: 1, id: 3, limit: 2)) {
    try beyond.validate(source: nil, target: target)
  }
}

@Test func idsBeyondTheTargetBecomeUnmatched() throws {
  let side = MapSide(try SmallVocabulary.description("s", ["a", "b"]))
  var map = SmallVocabulary.map(
    side, side, [(7, .role, 0), (1, .retokenized, 1), (0, .exact, 0)],
    sequences: [1: TargetSequence(ids: [1, 9], combination: .max)])
  #expect(map.unmatchIDsBeyondTarget() == 2)
  #expect(map.ids == [-1, -1, 0])
  #expect(map.methods == [.unmatched, .unmatched, .exact])
  #expect(map.sequences.isEmpty)
}

/// What a map says of its tokens is held against the fingerprint that it states.
@Test func tokensThatAreNotThoseOfTheFingerprintFail() throws {
  let side = MapSide(try SmallVocabulary.description("s", ["<s>", "a", "", "b"]))
  let map = SmallVocabulary.map(
    side, side, [(0, .role, 0), (1, .exact, 0), (-1, .unmatched, -1), (3, .exact, 0)])
  #expect(failing(try TokenMapCheck(map)).isEmpty)
  #expect(try TokenMapCheck(map).results.contains { $0.name == "source tokens" })
  var kinds = map
  kinds.source.kinds?[1] = .fragment
  #expect(failing(try TokenMapCheck(kinds)) == ["source tokens"])
  var pieces = map
  pieces.target.pieces = ByteTable(["<s>", "b", "", "a"].map { Array($0.utf8) })
  #expect(failing(try TokenMapCheck(pieces)) == ["target tokens"])
  #expect(
    try TokenMapCheck(pieces).results.first { $0.name == "exact entries" }?.found
      == "0 equal, 2 of other bytes: entry 1 goes to 1, a and b")
  var unreadable = map
  unreadable.source.pieces = ByteTable(["<s>", "a\\", "", "b"].map { Array($0.utf8) })
  #expect(failing(try TokenMapCheck(unreadable)) == ["source tokens"])
}

@Test func tokensOfTheModelNeedALogit() throws {
  var side = MapSide(try SmallVocabulary.description("s", ["a", "b", "<added>"], width: 3))
  let rows: [(Int32, MapMethod, Int32)] = [(0, .exact, 0), (1, .exact, 0), (2, .role, 0)]
  for (width, names) in [(3, []), (2, []), (1, ["source logits", "target logits"])] as [(Int, [String])] {
    side.logitsWidth = width
    #expect(
      failing(try TokenMapCheck(SmallVocabulary.map(side, side, rows))).filter { $0 != "rows" } == names,
      "\(width)")
  }
}

/// A target without a token is found without its tokenizer, too, where the map has its kinds.
@Test func aTargetWithoutATokenIsFoundByTheMapsOwnKinds() throws {
  let source = MapSide(try SmallVocabulary.description("s", ["a", "b"]))
  let target = MapSide(try SmallVocabulary.description("t", ["a", "", "b"]))
  let map = SmallVocabulary.map(source, target, [(0, .exact, 0), (1, .prefix, 1)])
  #expect(failing(try TokenMapCheck(map)) == ["targets are tokens"])
}
