internal import CMCPrimitives

/// A square table of numbers as coloured cells, with names on both sides.
struct MatrixFigure {
  /// What it shows.
  let title: String
  /// The names of rows and columns.
  let names: [String]
  /// The numbers; nil where there is none.
  let values: [[Double?]]
  /// Whether small numbers are the deep colours: distances, where near is alike.
  let isReversed: Bool
  /// Digits behind the point of what stands in a cell, which has no room for more.
  var digits = 3

  /// The figure.
  var figure: Figure {
    let longest = Double(names.map(\.count).max() ?? 0)
    let label = min(190, longest * 7 + 12)
    let cell = max(30.0, min(78, 560 / Double(max(1, names.count))))
    let side = cell * Double(names.count)
    let top = 46 + label * 0.72
    var figure = Figure(
      width: label + side + 30, height: top + side + 16, title: title,
      summary: names.enumerated().map { row, name in
        "\(name): "
          + values[row].map { $0.map { NumberText.significant($0) } ?? "none" }.joined(
            separator: ", ")
      }.joined(separator: "; "))
    figure.text(10, 22, title, size: 15, .start, .ink)
    let known = values.flatMap { $0.compactMap { $0 } }
    let (low, high) = (known.min() ?? 0, known.max() ?? 1)
    for (row, name) in names.enumerated() {
      let y = top + Double(row) * cell
      figure.text(label, y + cell / 2 + 4, Self.short(name), size: 12, .end, .ink)
      figure.text(
        label + 12 + (Double(row) + 0.5) * cell + 4, top - 8, Self.short(name), size: 12, .start, .ink,
        isUpright: true)
      for (column, value) in values[row].enumerated() {
        guard let value else { continue }
        let share = high > low ? (value - low) / (high - low) : 0
        let depth = isReversed ? 1 - share : share
        let x = label + 12 + Double(column) * cell
        figure.rectangle(
          x + 0.5, y + 0.5, cell - 1, cell - 1, .color(SequentialScale.color(depth)),
          remark: "\(name), \(names[column]): \(NumberText.significant(value))")
        if cell >= 34 {
          figure.text(
            x + cell / 2, y + cell / 2 + 4, NumberText.fixed(value, digits: digits),
            size: cell > 50 ? 12 : 10, .middle,
            .color(depth > 0.55 ? RGB(255, 255, 255) : RGB(hex: 0x1C2128)))
        }
      }
    }
    return figure
  }

  private static func short(_ name: String) -> String { name.count > 26 ? name.prefix(25) + "…" : name }
}
