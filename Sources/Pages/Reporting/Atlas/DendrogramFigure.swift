internal import CMCAlignment
internal import CMCPrimitives

/// How the vocabularies of an atlas group, as a tree.
struct DendrogramFigure {
  let atlas: VocabularyAtlas

  /// The figure: leaves to the right, one under the other, and joints as far left as the groups are apart.
  var figure: Figure {
    let count = atlas.entries.count
    let (line, top, left, leaf) = (19.0, 8.0, 12.0, 400.0)
    var figure = Figure(
      width: 660, height: top + line * Double(count) + 40, title: "How the vocabularies group",
      summary: atlas.order.map { atlas.entries[$0].name }.joined(separator: ", "))
    let bottom = top + line * Double(count)
    for tick in stride(from: 0, through: 100, by: 20) {
      let x = leaf - Double(tick) / 100 * (leaf - left)
      figure.line([(x, top), (x, bottom)], .line)
      figure.text(x, bottom + 16, "\(100 - tick) %", size: 12, tick == 100 ? .start : .middle)
    }
    figure.text(
      (left + leaf) / 2, bottom + 32, "mean share of equal tokens across two groups", size: 12, .middle)
    var places: [Int: (x: Double, y: Double)] = [:]
    for (place, entry) in atlas.order.enumerated() {
      let y = top + line * (Double(place) + 0.5)
      places[entry] = (leaf, y)
      figure.text(leaf + 8, y + 4, atlas.entries[entry].name, size: 13, .start, .ink)
      figure.text(652, y + 4, NumberText.grouped(atlas.entries[entry].tokens), size: 12, .end)
    }
    for (index, merge) in atlas.merges.enumerated() {
      guard let first = places[merge.first], let second = places[merge.second] else { continue }
      let x = leaf - min(1, max(0, merge.height)) * (leaf - left)
      figure.line(
        [(first.x, first.y), (x, first.y), (x, second.y), (second.x, second.y)], .exact, width: 1.6)
      places[count + index] = (x, (first.y + second.y) / 2)
    }
    return figure
  }
}
