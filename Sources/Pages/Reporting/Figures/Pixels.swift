/// A colour, 8 bits a channel, as sRGB.
package struct RGB: Sendable, Equatable {
  /// Red.
  package var red: UInt8
  /// Green.
  package var green: UInt8
  /// Blue.
  package var blue: UInt8

  /// Makes a colour.
  package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// A colour of the form 0xRRGGBB.
  init(hex: UInt32) {
    self.init(UInt8(hex >> 16 & 255), UInt8(hex >> 8 & 255), UInt8(hex & 255))
  }

  /// The colour as style sheets write it.
  var css: String {
    let value = UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
    let digits = String(value, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}

/// An image: rows from the top, three bytes a pixel.
package struct Pixels: Sendable, Equatable {
  /// The width in pixels.
  package let width: Int
  /// The height in pixels.
  package let height: Int
  /// Red, green, blue; `width · height · 3` bytes.
  package var bytes: [UInt8]

  /// An image of one colour.
  package init(width: Int, height: Int, _ color: RGB) {
    self.width = width
    self.height = height
    bytes = []
    bytes.reserveCapacity(width * height * 3)
    for _ in 0..<width * height { bytes += [color.red, color.green, color.blue] }
  }

  /// The colour of a pixel.
  package subscript(x: Int, y: Int) -> RGB {
    get {
      let start = (y * width + x) * 3
      return RGB(bytes[start], bytes[start + 1], bytes[start + 2])
    }
    set {
      let start = (y * width + x) * 3
      bytes[start] = newValue.red
      bytes[start + 1] = newValue.green
      bytes[start + 2] = newValue.blue
    }
  }
}
