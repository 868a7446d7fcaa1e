/// Numbers as serde_json reads them, with which the tokenizers library reads its files.
///
/// It takes the digits for a whole number, rounds that to a `Double`, and divides by a power of ten, which rounds again:
/// numbers of 16 digits and more can come out one step beside the nearest `Double`. Nearly equal sums of scores decide
/// between segmentations, so the step matters.
enum LibraryNumber {
  private static let powers = (0...308).map { Double("1e\($0)") ?? .infinity }

  /// What the library makes of the number whose nearest `Double` this is, taken to be written with the fewest digits that
  /// tell it, as Python and serde_json write.
  static func read(_ number: Double) -> Double {
    guard number.isFinite, number != 0 else { return number }
    var digits: UInt64 = 0
    var exponent = 0
    var stated = 0
    var isFraction = false
    var isExponent = false
    var isNegativeExponent = false
    for byte in "\(number.magnitude)".utf8 {
      switch byte {
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"): isExponent = true
      case UInt8(ascii: "-"): isNegativeExponent = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = byte - UInt8(ascii: "0")
        if isExponent {
          stated = stated * 10 + Int(digit)
        } else {
          digits = digits &* 10 &+ UInt64(digit)
          if isFraction { exponent -= 1 }
        }
      default: continue
      }
    }
    exponent += isNegativeExponent ? -stated : stated
    var value = Double(digits)
    while exponent < -308 {
      value /= 1e308
      exponent += 308
    }
    value = exponent < 0 ? value / powers[-exponent] : value * powers[min(exponent, 308)]
    return number < 0 ? -value : value
  }
}
