/// The colours of figures that stand alone; the style sheet of pages has the same.
struct Theme {
  /// Dark ink on white.
  static let light = Theme([
    .ink: 0x1C2128, .muted: 0x59626E, .line: 0xE2E4E7, .surface: 0xFFFFFF, .exact: 0x3F73B7,
    .prefix: 0xE2A02B,
    .role: 0x4A2F7D, .unmatched: 0xB9BFC7, .other: 0x2C8C84,
  ])
  /// Light ink on a dark ground.
  static let dark = Theme([
    .ink: 0xE4E7EB, .muted: 0xA0A9B5, .line: 0x2D333C, .surface: 0x1A1E25, .exact: 0x6C9FE0,
    .prefix: 0xE6B357,
    .role: 0xBFA6EC, .unmatched: 0x565F6B, .other: 0x5CBFB4,
  ])

  private enum Key: Hashable {
    case ink, muted, line, surface, exact, prefix, role, unmatched, other
  }

  private let colors: [Key: RGB]

  private init(_ colors: [Key: UInt32]) { self.colors = colors.mapValues { RGB(hex: $0) } }

  /// The colour of a paint.
  func color(_ paint: Figure.Paint) -> RGB {
    let key: Key
    switch paint {
    case .ink: key = .ink
    case .muted: key = .muted
    case .line: key = .line
    case .surface: key = .surface
    case .exact: key = .exact
    case .prefix: key = .prefix
    case .role: key = .role
    case .unmatched: key = .unmatched
    case .other: key = .other
    case .color(let color): return color
    }
    return colors[key] ?? RGB(0, 0, 0)
  }
}
