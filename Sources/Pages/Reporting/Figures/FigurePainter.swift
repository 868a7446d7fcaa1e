package import CMCPNG
internal import CMCPrimitives

/// Paints a figure to pixels, with smooth edges.
struct FigurePainter {
  private let scale: Double
  private let theme: Theme
  private(set) var pixels: Pixels

  /// Paints on the ground of a theme.
  ///
  /// - Parameter scale: Pixels a unit.
  init(_ figure: Figure, scale: Double, theme: Theme) {
    self.scale = scale
    self.theme = theme
    pixels = Pixels(
      width: max(1, Int(saturating: (figure.width * scale).rounded(.up))),
      height: max(1, Int(saturating: (figure.height * scale).rounded(.up))),
      theme.color(.surface))
    for mark in figure.marks { paint(mark) }
  }

  private mutating func paint(_ mark: Figure.Mark) {
    switch mark {
    case .rectangle(let at, let width, let height, let paint, _):
      rectangle(at.x * scale, at.y * scale, width * scale, height * scale, theme.color(paint))
    case .line(let points, let paint, let width):
      stroke([points.map { Figure.Point($0.x * scale, $0.y * scale) }], width * scale, theme.color(paint))
    case .dot(let at, let radius, let paint, _):
      stroke([[Figure.Point(at.x * scale, at.y * scale)]], 2 * radius * scale, theme.color(paint))
    case .text(let at, let text, let size, let anchor, let paint, let isUpright):
      let (strokes, width) = StrokeFont.strokes(text, size: size)
      let shift = anchor == .start ? 0 : anchor == .middle ? -width / 2 : -width
      let placed = strokes.map { stroke in
        stroke.map { point in
          let (x, y) = (point.x + shift, point.y)
          return isUpright
            ? Figure.Point((at.x + y) * scale, (at.y - x) * scale)
            : Figure.Point((at.x + x) * scale, (at.y + y) * scale)
        }
      }
      stroke(placed, max(1.1, size * 0.095 * scale), theme.color(paint))
    case .image(let at, let width, let height, let image):
      self.image(image, at.x * scale, at.y * scale, width * scale, height * scale)
    }
  }

  private mutating func blend(_ x: Int, _ y: Int, _ color: RGB, _ cover: Double) {
    guard cover > 0 else { return }
    let under = pixels[x, y]
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8(saturating: (Double(a) + (Double(b) - Double(a)) * min(1, cover)).rounded())
    }
    pixels[x, y] = RGB(mix(under.red, color.red), mix(under.green, color.green), mix(under.blue, color.blue))
  }

  /// The columns or rows that an interval touches.
  private static func span(_ low: Double, _ high: Double, _ limit: Int) -> Range<Int> {
    let first = max(0, min(Double(limit), low.rounded(.down)))
    return Int(first)..<Int(saturating: max(first, min(Double(limit), high.rounded(.up))))
  }

  private mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ color: RGB) {
    for row in Self.span(y, y + height, pixels.height) {
      let down = min(y + height, Double(row + 1)) - max(y, Double(row))
      for column in Self.span(x, x + width, pixels.width) {
        blend(column, row, color, down * (min(x + width, Double(column + 1)) - max(x, Double(column))))
      }
    }
  }

  /// All strokes of a mark at once, so that nothing is painted twice where they meet.
  private mutating func stroke(_ strokes: [[Figure.Point]], _ width: Double, _ color: RGB) {
    let all = strokes.flatMap { $0 }
    guard let first = all.first else { return }
    let reach = width / 2 + 1
    let low = all.reduce(first) { Figure.Point(min($0.x, $1.x), min($0.y, $1.y)) }
    let high = all.reduce(first) { Figure.Point(max($0.x, $1.x), max($0.y, $1.y)) }
    let columns = Self.span(low.x - reach, high.x + reach, pixels.width)
    let rows = Self.span(low.y - reach, high.y + reach, pixels.height)
    guard !columns.isEmpty, !rows.isEmpty else { return }
    var cover = [Double](repeating: 0, count: columns.count * rows.count)
    for stroke in strokes {
      for place in 0..<max(1, stroke.count - 1) {
        let (a, b) = (stroke[place], stroke[min(place + 1, stroke.count - 1)])
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let length = dx * dx + dy * dy
        for row in Self.span(min(a.y, b.y) - reach, max(a.y, b.y) + reach, pixels.height) {
          for column in Self.span(min(a.x, b.x) - reach, max(a.x, b.x) + reach, pixels.width) {
            let (x, y) = (Double(column) + 0.5 - a.x, Double(row) + 0.5 - a.y)
            let along = length > 0 ? max(0, min(1, (x * dx + y * dy) / length)) : 0
            let (ex, ey) = (x - along * dx, y - along * dy)
            let distance = (ex * ex + ey * ey).squareRoot()
            let index = (row - rows.lowerBound) * columns.count + column - columns.lowerBound
            cover[index] = max(cover[index], width / 2 + 0.5 - distance)
          }
        }
      }
    }
    for row in rows {
      for column in columns {
        blend(
          column, row, color, cover[(row - rows.lowerBound) * columns.count + column - columns.lowerBound])
      }
    }
  }

  private mutating func image(_ image: Pixels, _ x: Double, _ y: Double, _ width: Double, _ height: Double) {
    guard width > 0, height > 0 else { return }
    for row in Self.span(y, y + height, pixels.height) {
      let from = Int(saturating: (Double(row) + 0.5 - y) / height * Double(image.height))
      guard from >= 0, from < image.height else { continue }
      for column in Self.span(x, x + width, pixels.width) {
        let across = Int(saturating: (Double(column) + 0.5 - x) / width * Double(image.width))
        if across >= 0, across < image.width { pixels[column, row] = image[across, from] }
      }
    }
  }
}

extension Figure {
  /// The figure as a PNG file, dark ink on white.
  ///
  /// - Parameter scale: Pixels a unit.
  /// - Throws: ``PNGError``.
  package func png(scale: Double = 2) throws(PNGError) -> [UInt8] {
    let pixels = FigurePainter(self, scale: scale, theme: .light).pixels
    return try PNG.encode(width: pixels.width, height: pixels.height, rgb: pixels.bytes)
  }
}
