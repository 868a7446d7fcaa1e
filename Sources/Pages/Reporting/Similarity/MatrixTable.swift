package import CMCMarkup
internal import CMCPrimitives

/// A table of every pair of a list, its cells coloured by how alike the two are.
package struct MatrixTable {
  /// What the first column is, for those who do not see the table.
  package let corner: String
  /// What the table is, above it.
  package var caption: String?
  /// The names of rows and columns.
  package let names: [String]
  /// The values, row by row; nil where there is none.
  package let values: [[Double?]]
  /// Whether small values are the strong colours.
  package let isDistance: Bool

  /// A table without colours of its own: the page gives them.
  package init(
    corner: String, caption: String? = nil, names: [String], values: [[Double?]], isDistance: Bool
  ) {
    (self.corner, self.caption, self.names) = (corner, caption, names)
    (self.values, self.isDistance) = (values, isDistance)
  }

  /// The table in a box that scrolls by itself.
  ///
  /// - Parameters:
  ///   - value: The text of a value.
  ///   - remark: A second line of a cell.
  package func element(
    value: (Double?) -> String, remark: (Int, Int) -> String? = { _, _ in nil }
  ) -> Element {
    let known = values.flatMap { $0.compactMap { $0 } }
    let (low, high) = (known.min() ?? 0, known.max() ?? 1)
    return Element("div", ["class": "matrixbox", "style": "overflow-x:auto"]) {
      Element("table", ["class": "matrix"]) {
        if let caption { Element("caption", text: caption) }
        Element("thead") {
          Element("tr") {
            Element("th", ["scope": "col"]) { Element("span", ["class": "unseen"], text: corner) }
            names.map { Element("th", ["scope": "col"], text: $0) }
          }
        }
        Element("tbody") {
          zip(names, values).enumerated().map { row, line in
            Element("tr") {
              Element("th", ["scope": "row"], text: line.0)
              line.1.enumerated().map { column, number -> Element in
                guard let number else { return Element("td", text: "–") }
                return cell(
                  number, low, high, text: value(number), remark: remark(row, column))
              }
            }
          }
        }
      }
    }
  }

  private func cell(_ number: Double, _ low: Double, _ high: Double, text: String, remark: String?) -> Element
  {
    let share = high > low ? (number - low) / (high - low) : 0
    let depth = isDistance ? 1 - share : share
    return Element(
      "td",
      [
        "style": "--s:\(NumberText.fixed(depth * 100, digits: 1))",
        "class": depth > 0.68 ? "high" : depth > 0.5 ? "middle" : "low",
      ]
    ) {
      text
      if let remark { Element("small", text: remark) }
    }
  }
}
