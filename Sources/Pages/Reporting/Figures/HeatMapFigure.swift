package import CMCLogitShift
internal import CMCPrimitives

/// The paper's figure 2: the shifts of two models over the steps of one response, the second in the order of the first.
package struct HeatMapFigure: Sendable {
  /// The shifts.
  package var map: HeatMap
  /// The name of the first run.
  package var first: String
  /// The name of the second run.
  package var second: String
  /// Whether each step's mean is taken off both panels.
  private let isCentred: Bool

  /// Takes the shifts and the names of the two runs.
  ///
  /// - Parameter isCentred: Whether each step's mean over the shown columns is taken off, as the centred measures do; the
  ///   paper's figure has it.
  package init(_ map: HeatMap, first: String, second: String, isCentred: Bool = false) {
    self.map = isCentred ? map.centred : map
    self.first = first
    self.second = second
    self.isCentred = isCentred
  }

  /// The figure: two panels under each other, one scale.
  package var figure: Figure {
    let limit = Double(map.limit)
    var figure = Figure(
      width: 760, height: 560, title: "Logit shifts of \(first) and \(second)",
      summary:
        "Two panels of \(map.steps.count) steps by \(map.upper.first?.count ?? 0) tokens, on one scale from \(Axis.name(-limit)) to \(Axis.name(limit))"
    )
    let (left, width, height) = (64.0, 590.0, 208.0)
    figure.text(
      left, 24,
      "Logit shifts, prompt \(NumberText.counted(map.prompt))"
        + (isCentred ? ", without each step's mean" : ""),
      size: 16, .start, .ink)
    for (panel, (rows, name)) in [(map.upper, first), (map.lower, second)].enumerated() {
      let top = 62.0 + Double(panel) * (height + 40)
      figure.text(left, top - 8, name, size: 13, .start, .ink)
      figure.marks.append(
        .image(Figure.Point(left, top), width: width, height: height, Self.pixels(rows, limit: limit)))
      let steps = max(1, map.steps.count)
      for place in stride(from: 0, to: steps, by: max(1, (steps + 4) / 5)) {
        let y = top + (Double(place) + 0.5) / Double(steps) * height
        // Files count steps from 0, figures from 1.
        let step = map.steps.indices.contains(place) ? map.steps[place] : place
        figure.text(left - 8, y + 4, NumberText.counted(step), size: 11, .end)
      }
      figure.text(20, top + height / 2, "step", size: 12, .middle, .muted, isUpright: true)
    }
    let bottom = 62 + 2 * height + 40
    let columns = map.upper.first?.count ?? 0
    for place in Axis.ticks(1, Double(max(2, columns)), count: 5) {
      figure.text(
        left + (place - 0.5) / Double(max(1, columns)) * width, bottom + 16, Axis.name(place), size: 11,
        .middle)
    }
    figure.text(
      left + width / 2, bottom + 34, "tokens of a step, sorted by the shift of \(first)", size: 12, .middle)
    bar(&figure, x: left + width + 26, top: 62, height: 2 * height + 40, limit: limit)
    return figure
  }

  private func bar(_ figure: inout Figure, x: Double, top: Double, height: Double, limit: Double) {
    var pixels = Pixels(width: 1, height: 201, RGB(255, 255, 255))
    for row in 0..<201 { pixels[0, row] = DivergingScale.color(1 - Double(row) / 100, limit: 1) }
    figure.marks.append(.image(Figure.Point(x, top), width: 14, height: height, pixels))
    for tick in Axis.ticks(-limit, limit, count: 6) {
      let y = top + (1 - tick / max(limit, .leastNormalMagnitude)) / 2 * height
      figure.line([(x + 14, y), (x + 18, y)], .muted)
      figure.text(x + 22, y + 4, Axis.name(tick), size: 11)
    }
    figure.text(x + 4, top - 8, "shift", size: 12)
  }

  /// A pixel a value.
  static func pixels(_ rows: [[Float]], limit: Double) -> Pixels {
    let columns = rows.map(\.count).max() ?? 0
    var pixels = Pixels(width: max(1, columns), height: max(1, rows.count), RGB(255, 255, 255))
    for (y, row) in rows.enumerated() {
      for (x, value) in row.enumerated() { pixels[x, y] = DivergingScale.color(Double(value), limit: limit) }
    }
    return pixels
  }
}

extension HeatMap {
  /// The map with each row's mean taken off; the order of a row does not depend on it.
  var centred: HeatMap {
    func centre(_ rows: [[Float]]) -> [[Float]] {
      rows.map { row in
        let mean = row.reduce(0.0) { $0 + Double($1) } / Double(max(1, row.count))
        return row.map { Float(Double($0) - mean) }
      }
    }
    var map = self
    map.upper = centre(upper)
    map.lower = centre(lower)
    map.limit = (map.upper + map.lower).joined().reduce(0) { max($0, abs($1)) }
    return map
  }
}
