/// A drawing in units of its own, as plain marks: written as SVG, alone or within a page, or painted to pixels.
package struct Figure: Sendable {
  /// What a mark is painted with.
  package enum Paint: Sendable, Equatable {
    /// Text and axes.
    case ink
    /// Lesser text.
    case muted
    /// Rules and grids.
    case line
    /// The ground.
    case surface
    /// The kinds of match, in the colours that pages use for them.
    case exact, prefix, role, unmatched, other
    /// A colour of its own.
    case color(RGB)
  }

  /// Which point of a text stands at its place.
  package enum Anchor: String, Sendable {
    /// The first letter.
    case start
    /// The middle.
    case middle
    /// The last letter.
    case end
  }

  /// A point, x to the right and y down.
  package struct Point: Sendable, Equatable {
    /// To the right.
    package var x: Double
    /// Down.
    package var y: Double

    /// Makes a point.
    package init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// One mark.
  package enum Mark: Sendable {
    /// A filled rectangle; pages show the remark where the pointer rests.
    case rectangle(Point, width: Double, height: Double, Paint, remark: String?)
    /// A line through points.
    case line([Point], Paint, width: Double)
    /// A filled circle; pages show the remark where the pointer rests.
    case dot(Point, radius: Double, Paint, remark: String?)
    /// A line of text with its baseline at the point, turned upright (reading upwards) where asked.
    case text(Point, String, size: Double, Anchor, Paint, isUpright: Bool)
    /// Pixels stretched over a rectangle, without smoothing.
    case image(Point, width: Double, height: Double, Pixels)
  }

  /// The width in units.
  package var width: Double
  /// The height in units.
  package var height: Double
  /// What it is, in a few words.
  package var title: String
  /// What it shows, for those who do not see it.
  package var summary: String
  /// The marks, the lowest first.
  package var marks: [Mark] = []

  /// An empty figure.
  package init(width: Double, height: Double, title: String, summary: String) {
    self.width = width
    self.height = height
    self.title = title
    self.summary = summary
  }

  mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ paint: Paint, remark: String? = nil
  ) {
    marks.append(.rectangle(Point(x, y), width: width, height: height, paint, remark: remark))
  }

  mutating func line(_ points: [(Double, Double)], _ paint: Paint, width: Double = 1) {
    marks.append(.line(points.map { Point($0.0, $0.1) }, paint, width: width))
  }

  mutating func text(
    _ x: Double, _ y: Double, _ text: String, size: Double = 12, _ anchor: Anchor = .start,
    _ paint: Paint = .muted,
    isUpright: Bool = false
  ) {
    marks.append(.text(Point(x, y), text, size: size, anchor, paint, isUpright: isUpright))
  }
}
