internal import CMCPrimitives

/// How parameters are stored in a file.
public enum FloatEncoding: String, Sendable, CaseIterable, Codable {
  /// As they are.
  case float32
  /// IEEE 754 half precision, rounded to even.
  case float16
  /// The upper half of single precision, rounded to even.
  case bfloat16

  /// Numbers as little-endian bytes.
  func bytes(_ values: UnsafeBufferPointer<Float>) -> [UInt8] {
    switch self {
    case .float32: return Array(UnsafeRawBufferPointer(values))
    case .float16: return encoded(values, Self.half)
    case .bfloat16: return encoded(values, Self.brain)
    }
  }

  private func encoded(_ values: UnsafeBufferPointer<Float>, _ encode: (Float) -> UInt16) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 2 * values.count) { bytes, count in
      for (index, value) in values.enumerated() {
        let bits = encode(value)
        bytes[2 * index] = UInt8(truncatingIfNeeded: bits)
        bytes[2 * index + 1] = UInt8(truncatingIfNeeded: bits >> 8)
      }
      count = 2 * values.count
    }
  }

  /// The upper half, rounded to even; what is not a number stays none.
  static func brain(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    guard !value.isNaN else { return UInt16(bits >> 16) | 0x40 }
    return UInt16((bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
  }

  /// The nearest half; the even one of two, infinity beyond the largest.
  static func half(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(bits >> 16) & 0x8000
    let magnitude = bits & 0x7FFF_FFFF
    if magnitude >= 0x7F80_0000 { return sign | (magnitude > 0x7F80_0000 ? 0x7E00 : 0x7C00) }
    if magnitude >= 0x477F_F000 { return sign | 0x7C00 }
    if magnitude < 0x3880_0000 {
      // Below the normal halves: a multiple of 2⁻²⁴, rounded by the addition to even.
      let scaled = Float(bitPattern: magnitude) * 16_777_216
      return sign | UInt16(saturating: scaled.rounded(.toNearestOrEven))
    }
    let rounded = magnitude &+ 0xFFF &+ (magnitude >> 13 & 1)
    return sign | UInt16((rounded &- 0x3800_0000) >> 13)
  }
}
