internal import CMCAlignment
internal import CMCPrimitives

/// The result of `cmc atlas` as text.
enum AtlasText {
  /// The matrix of exact shares, then for each vocabulary the closest and the farthest other one.
  static func text(_ atlas: VocabularyAtlas, output: String) -> String {
    let written = terminalText("\(output).html, \(output).json")
    return matrix(atlas) + "\n" + neighbours(atlas) + "\nWritten: \(written)\n"
  }

  /// A row a source and a column a target, both in the order in which they group.
  private static func matrix(_ atlas: VocabularyAtlas) -> String {
    var table = TextTable(
      [("equal tokens in …", .left)] + atlas.order.indices.map { ("\($0 + 1)", .right) })
    for (place, row) in atlas.order.enumerated() {
      table.add(
        ["\(place + 1) \(shortened(atlas.entries[row].name, to: 28))"]
          + atlas.order.map { column in
            row == column ? "·" : fixed(atlas.cells[row][column].exactShare * 100, digits: 1)
          })
    }
    return table.text()
      + "Per cent of the row's tokens that are not special and have an equal one in the column's vocabulary.\n"
  }

  private static func neighbours(_ atlas: VocabularyAtlas) -> String {
    var table = TextTable([
      ("vocabulary", .left), ("tokens", .right), ("most equal tokens in", .left), ("largest share", .right),
      ("fewest in", .left), ("least share", .right),
    ])
    for row in atlas.order {
      let others = atlas.order.filter { $0 != row }.sorted {
        (atlas.cells[row][$1].exactShare, $0) < (atlas.cells[row][$0].exactShare, $1)
      }
      guard let closest = others.first, let farthest = others.last else { continue }
      table.add([
        atlas.entries[row].name, grouped(atlas.entries[row].tokens), atlas.entries[closest].name,
        percent(atlas.cells[row][closest].exactShare), atlas.entries[farthest].name,
        percent(atlas.cells[row][farthest].exactShare),
      ])
    }
    return table.text()
  }
}
