#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The logarithm of the sum of exponentials, by which log-softmax shifts.
///
/// The exponentials are single precision, eight at a time, accurate to 2 units in the last place; their sum is double
/// precision.
///
/// - Complexity: O(count).
package func logSumExp(_ values: UnsafeBufferPointer<Float>) -> Float {
  var top = -Float.infinity
  for value in values where value > top { top = value }
  guard top > -.infinity, top < .infinity else { return top }
  var sum = 0.0
  var place = 0
  let shift = SIMD8<Float>(repeating: top)
  while place + 8 <= values.count {
    // Blocks of 64 are summed in single precision: the error stays below that of one exponential.
    var block = SIMD8<Float>.zero
    let end = min(place + 64, values.count - values.count % 8)
    while place < end {
      let x = UnsafeRawPointer(values.baseAddress.unsafelyUnwrapped + place).loadUnaligned(
        as: SIMD8<Float>.self)
      block += exponential(x - shift)
      place += 8
    }
    sum += Double(block.sum())
  }
  while place < values.count {
    sum += Double(exp(values[place] - top))
    place += 1
  }
  return Float(Double(top) + log(sum))
}

/// The same in double precision, for few values: each exponential is the system's own.
///
/// - Complexity: O(count).
package func logSumExp(_ values: [Double]) -> Double {
  let top = values.max() ?? 0
  return top + log(values.reduce(0) { $0 + exp($1 - top) })
}

/// e to the power of numbers that are not positive.
///
/// Cody and Waite: x = n·ln 2 + r, and a polynomial of degree 6 in r, which is at most ln 2 / 2 in size.
@inline(__always)
private func exponential(_ x: SIMD8<Float>) -> SIMD8<Float> {
  let clamped = x.replacing(with: -87, where: x .< -87)
  // Adding 1.5 · 2²³ rounds to a whole number, which is in the low bits then.
  let shift = SIMD8<Float>(repeating: 12_582_912)
  let shifted = clamped * 1.442695041 + shift
  let n = shifted - shift
  let r = (clamped - n * 0.693359375) - n * -2.12194440e-4
  var p = SIMD8<Float>(repeating: 1.0 / 720)
  p = p * r + 1.0 / 120
  p = p * r + 1.0 / 24
  p = p * r + 1.0 / 6
  p = p * r + 0.5
  p = p * r + 1
  p = p * r + 1
  let whole = unsafeBitCast(shifted, to: SIMD8<Int32>.self) &- unsafeBitCast(shift, to: SIMD8<Int32>.self)
  let bits = (whole &+ 127) &<< 23
  let result = p * unsafeBitCast(bits, to: SIMD8<Float>.self)
  return result.replacing(with: 0, where: x .< -87)
}
