internal import CMCPrimitives

/// Colours for values on both sides of 0: blue below, a light neutral at 0, brown above.
///
/// Blue and brown stay apart for every common kind of colour blindness, and lightness alone tells how far from 0 a value is.
enum DivergingScale {
  private static let stops: [RGB] = [0x12345F, 0x2F6DB0, 0x8FB8DF, 0xF5F4F1, 0xF0BE7B, 0xC07519, 0x6B3605].map
  {
    RGB(hex: $0)
  }

  /// The colour of a value of which `limit` is the end of the scale; what lies beyond has the colour of the end.
  static func color(_ value: Double, limit: Double) -> RGB {
    let share = limit > 0 && value.isFinite ? max(-1, min(1, value / limit)) : 0
    let place = (share + 1) / 2 * Double(stops.count - 1)
    let low = min(stops.count - 2, Int(place))
    let part = place - Double(low)
    let (a, b) = (stops[low], stops[low + 1])
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8(saturating: (Double(a) + (Double(b) - Double(a)) * part).rounded())
    }
    return RGB(mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue))
  }

  /// The scale from one end to the other, for pages: so many colours.
  static func table(_ count: Int) -> [RGB] {
    (0..<count).map { color(Double($0) / Double(count - 1) * 2 - 1, limit: 1) }
  }
}

/// Colours for shares and distances: from the ground to a deep blue.
enum SequentialScale {
  private static let stops: [RGB] = [0xF0F1EF, 0xC5D5E8, 0x82A9D6, 0x3F73B7, 0x163E78].map { RGB(hex: $0) }

  /// The colour of a share from 0 to 1.
  static func color(_ share: Double) -> RGB {
    let place = max(0, min(1, share.isFinite ? share : 0)) * Double(stops.count - 1)
    let low = min(stops.count - 2, Int(place))
    let part = place - Double(low)
    let (a, b) = (stops[low], stops[low + 1])
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8(saturating: (Double(a) + (Double(b) - Double(a)) * part).rounded())
    }
    return RGB(mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue))
  }
}
