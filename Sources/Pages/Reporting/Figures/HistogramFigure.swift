internal import CMCMarkup
internal import CMCPrimitives

/// How many tokens stand at each distance.
struct HistogramFigure {
  /// The distances above 0, ascending, and how many there are.
  let bins: [(distance: Int, count: Int)]

  /// At most so many bars; the last takes everything beyond.
  private static let limit = 14

  /// The bars: their names and counts.
  var bars: [(name: String, count: Int)] {
    let last = bins.last?.distance ?? 0
    let shown = min(last, Self.limit)
    var bars = (0..<shown).map { (name: "\($0 + 1)", count: 0) }
    for bin in bins where bin.distance > 0 { bars[min(bin.distance, shown) - 1].count += bin.count }
    if last > shown, shown > 0 { bars[shown - 1].name = "\(shown)+" }
    return bars
  }

  /// The figure.
  var figure: Figure {
    let bars = bars
    let highest = Double(max(1, bars.map(\.count).max() ?? 1))
    let summary = bars.map { "distance \($0.name): \($0.count) tokens" }.joined(separator: ", ")
    var figure = Figure(
      width: 424, height: 210, title: "Distances between tokens and targets", summary: summary)
    let (left, bottom, height) = (2.0, 182.0, 150.0)
    let step = (figure.width - 2 * left) / Double(max(1, bars.count))
    let gap = min(6, step * 0.18)
    for (place, bar) in bars.enumerated() {
      let x = left + Double(place) * step
      let tall = bar.count == 0 ? 0 : max(3, Double(bar.count) / highest * height)
      figure.rectangle(
        x + gap / 2, bottom - tall, step - gap, tall, .prefix,
        remark: "distance \(bar.name): \(NumberText.grouped(bar.count)) tokens")
      figure.text(x + step / 2, bottom + 16, bar.name, size: 13, .middle)
      if bar.count > 0 {
        figure.text(x + step / 2, bottom - tall - 5, Self.short(bar.count), size: 13, .middle, .ink)
      }
    }
    figure.line([(left, bottom + 0.5), (figure.width - left, bottom + 0.5)], .line)
    return figure
  }

  /// The figure within a page.
  func inline() throws -> Element {
    Element("figure", ["class": "figure"], children: [.element(try figure.scrolling())])
  }

  /// 950, 2.6k, 31k, 1.2M: as much as fits over a bar.
  private static func short(_ count: Int) -> String {
    switch count {
    case ..<1000: "\(count)"
    case ..<10_000: NumberText.fixed(Double(count) / 1000, digits: 1) + "k"
    case ..<1_000_000: "\((count + 500) / 1000)k"
    default: NumberText.fixed(Double(count) / 1_000_000, digits: 1) + "M"
    }
  }
}
