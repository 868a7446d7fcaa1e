package import CMCLogitShift
internal import CMCMarkup
internal import CMCPrimitives

/// The page of many runs: a table for each measure, the test, and the runs.
package struct SimilarityMatrixReport: Sendable {
  /// The result.
  package var result: SimilarityMatrix

  /// Takes a result.
  package init(_ result: SimilarityMatrix) { self.result = result }

  /// The page: one HTML file that loads nothing.
  ///
  /// - Parameter source: What tells its source from others of the same name; the run where left out.
  /// - Throws: `MarkupError`.
  package func html(source: String? = nil) throws -> [UInt8] {
    var page = try ReportPage(
      title: "Similarity of \(result.runs.count) runs", eyebrow: "Logit shifts",
      headline: [.text("\(result.runs.count) runs, each against each other")],
      lede:
        "How alike the changes are that tuning made to next-token scores: the row's run keeps its columns, the column's run is read through the map.",
      style: PageResource.similarityStyle + "\n" + PageResource.matrixTableStyle, content: content(),
      tool: result.tool
    )
    page.source = source ?? result.run
    return try page.bytes()
  }

  /// The centred cosine distances as a figure that stands alone; Sinkhorn divergences where a result has none.
  package var figure: Figure? {
    let hasValues = { (table: SimilarityMatrix.Table) in table.means.joined().contains { $0 != nil } }
    let table =
      result.tables.first { $0.measure == .centredCosineDistance && hasValues($0) }
      ?? result.tables.first { $0.measure == .sinkhorn }
    return table.map { table in
      MatrixFigure(
        title: table.measure.title, names: result.runs.map(\.label), values: table.means, isReversed: true
      ).figure
    }
  }

  private func content() throws -> [Node] {
    var nodes: [Node] = []
    if !result.notes.isEmpty { nodes.append(.element(SimilarityParts.notes(result.notes))) }
    for table in result.tables { nodes.append(.element(section(table))) }
    let tests = try [result.centredTest, result.test].compactMap(\.self).flatMap {
      try SimilarityParts.test($0)
    }
    if !tests.isEmpty { nodes.append(.element(Parts.section("test", "Test") { tests })) }
    nodes.append(.element(provenance))
    return nodes
  }

  private func section(_ table: SimilarityMatrix.Table) -> Element {
    Parts.section("table-\(table.measure.rawValue.replacing("_", with: "-"))", table.measure.title) {
      Element(
        "p", ["class": "note"],
        text: table.measure.isDistance
          ? "Strong colours are small distances: shifts that are alike."
          : "Strong colours are large values: shifts that are alike.")
      MatrixTable(
        corner: "run", names: result.runs.map(\.label), values: table.means,
        isDistance: table.measure.isDistance
      ).element(
        value: SimilarityParts.number,
        remark: { row, column in table.intervals[row][column].map { SimilarityParts.interval($0) } })
    }
  }

  private var provenance: Element {
    Parts.section("provenance", "Where this comes from") {
      Element("div", ["class": "runs"]) { result.runs.map { SimilarityParts.run($0.label, $0) } }
      Element("h3", text: "Comparison")
      Parts.facts(
        SimilarityParts.settings(result.settings)
          + result.maps.map { map in
            (
              "Map",
              .text(
                "\(map.source) → \(map.target), \(NumberText.grouped(map.matched)) of \(NumberText.grouped(map.total)) with a target"
              )
            )
          } + [
            ("Prompts", .text(NumberText.grouped(result.prompts.count))), ("Written by", .text(result.tool)),
          ])
    }
  }
}
