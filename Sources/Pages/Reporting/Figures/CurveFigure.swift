internal import CMCPrimitives

/// Curves over one quantity, as of a sweep over α.
package struct CurveFigure: Sendable {
  /// One curve.
  package struct Curve: Sendable {
    /// Its name.
    package var name: String
    /// What it is painted with.
    package var paint: Figure.Paint
    /// Its points.
    package var points: [(x: Double, y: Double)]
    /// The interval of each point, or none at all.
    package var intervals: [(low: Double, high: Double)]

    /// Makes a curve.
    package init(
      name: String, paint: Figure.Paint, points: [(x: Double, y: Double)],
      intervals: [(low: Double, high: Double)] = []
    ) {
      self.name = name
      self.paint = paint
      self.points = points
      self.intervals = intervals
    }
  }

  /// What it shows.
  package var title: String
  /// The name of the axis to the right.
  package var xName: String
  /// The curves.
  package var curves: [Curve]
  /// Whether the values are shares, shown in per cent from 0 to 100.
  package var isShare: Bool

  /// Makes a figure of curves.
  package init(title: String, xName: String, curves: [Curve], isShare: Bool) {
    self.title = title
    self.xName = xName
    self.curves = curves
    self.isShare = isShare
  }

  /// The figure.
  package var figure: Figure {
    let points = curves.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
    let heights =
      points.map(\.y) + curves.flatMap { $0.intervals.flatMap { [$0.low, $0.high] } }.filter(\.isFinite)
    let (left, right, top, bottom) = (56.0, 600.0, 50.0, 270.0)
    var figure = Figure(
      width: 640, height: 320, title: title,
      summary: curves.map { curve in
        "\(curve.name): "
          + curve.points.map { "\(Axis.name($0.x)) \(Axis.name($0.y))" }.joined(separator: ", ")
      }.joined(separator: "; "))
    figure.text(left, 20, title, size: 15, .start, .ink)
    let (xLow, xHigh) = (points.map(\.x).min() ?? 0, points.map(\.x).max() ?? 1)
    var (yLow, yHigh) = isShare ? (0.0, 1.0) : (heights.min() ?? 0, heights.max() ?? 1)
    if yHigh - yLow < 1e-9 { (yLow, yHigh) = (yLow - 0.5, yHigh + 0.5) }
    let across = { (x: Double) in left + (xHigh > xLow ? (x - xLow) / (xHigh - xLow) : 0.5) * (right - left) }
    let down = { (y: Double) in bottom - (y - yLow) / (yHigh - yLow) * (bottom - top) }
    for tick in Axis.ticks(yLow, yHigh) {
      figure.line([(left, down(tick)), (right, down(tick))], .line)
      let name = isShare ? "\(NumberText.fixed(tick * 100, digits: 0)) %" : Axis.name(tick)
      figure.text(left - 8, down(tick) + 4, name, size: 13, .end)
    }
    for tick in Axis.ticks(xLow, xHigh, count: 8) {
      figure.text(across(tick), bottom + 18, Axis.name(tick), size: 13, .middle)
    }
    figure.text((left + right) / 2, bottom + 38, xName, size: 13, .middle)
    var legend = left
    for (place, curve) in curves.enumerated() {
      // Whiskers of several curves stand beside each other, not upon each other.
      let aside = curve.intervals.isEmpty ? 0 : (Double(place) - Double(curves.count - 1) / 2) * 5
      for (point, interval) in zip(curve.points, curve.intervals)
      where point.x.isFinite && interval.low.isFinite && interval.high.isFinite {
        let (x, low, high) = (across(point.x) + aside, down(interval.low), down(interval.high))
        figure.line([(x, low), (x, high)], curve.paint, width: 1.2)
        for end in [low, high] { figure.line([(x - 3, end), (x + 3, end)], curve.paint, width: 1.2) }
      }
      let shown = curve.points.filter { $0.x.isFinite && $0.y.isFinite }
      figure.line(shown.map { (across($0.x) + aside, down($0.y)) }, curve.paint, width: 2)
      for point in shown {
        let value = isShare ? NumberText.percent(point.y, digits: 1) : NumberText.fixed(point.y, digits: 3)
        figure.marks.append(
          .dot(
            Figure.Point(across(point.x) + aside, down(point.y)), radius: 3.2, curve.paint,
            remark: "\(curve.name), \(xName) \(Axis.name(point.x)): \(value)"))
      }
      if curves.count > 1 {
        figure.marks.append(.dot(Figure.Point(legend + 5, 36), radius: 4.5, curve.paint, remark: nil))
        figure.text(legend + 14, 40, curve.name, size: 13)
        legend += 34 + Double(curve.name.count) * 7.2
      }
    }
    return figure
  }
}
