import CMCAlignment
import CMCPrimitives
import Testing

@testable import CMCReporting

/// The page knows the piece of every target that a row can show, those of further targets included.
@Test func piecesOfAllTargetsAreOnThePage() throws {
  let pieces = ByteTable(["a", "b", "c"].map { Array($0.utf8) })
  let map = try TokenMap(
    source: MapSide(name: "u", maxID: 0, pieces: pieces),
    target: MapSide(name: "d", maxID: 2, pieces: pieces),
    ids: [0], methods: [.retokenized], distances: [1],
    sequences: [0: try #require(TargetSequence(ids: [0, 2], weights: [0.5, 0.5], combination: .mean))])
  let json = String(decoding: TokenTableData(map: map, name: "x").json(), as: UTF8.self)
  #expect(json.contains(#""targetPieces":["a","","c"]"#))
}
