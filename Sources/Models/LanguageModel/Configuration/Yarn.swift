#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// YaRN: frequencies for a context longer than the one of pretraining.
///
/// Source: Peng et al., 2023, in the form of transformers' `_compute_yarn_parameters`, single precision where it has it.
package struct Yarn: Sendable, Equatable {
  /// How much longer the context is.
  package var factor: Double
  /// The context of pretraining.
  package var originalContext: Double
  /// Turns over that context above which a frequency stays as it is.
  package var betaFast = 32.0
  /// Turns over that context below which a frequency is divided by the factor.
  package var betaSlow = 1.0
  /// Whether the ramp begins and ends at whole pairs.
  package var truncates = true
  /// What turned elements are multiplied by.
  package var attentionFactor = 1.0

  /// The factor of attention where none is stated; with two scales, the ratio of what each makes of it.
  static func attention(factor: Double, scale: Double? = nil, allDimensions: Double? = nil) -> Double {
    guard let scale, let allDimensions, scale != 0, allDimensions != 0 else {
      return scaled(factor: factor, scale: 1)
    }
    return scaled(factor: factor, scale: scale) / scaled(factor: factor, scale: allDimensions)
  }

  /// What a scale makes of a factor.
  static func scaled(factor: Double, scale: Double) -> Double {
    factor <= 1 ? 1 : 0.1 * scale * log(factor) + 1
  }

  /// The angle of a pair from one position to the next.
  ///
  /// - Parameter period: What an unscaled angle is the reciprocal of.
  func frequency(period: Float, pair: Int, headSize: Int, base: Double) -> Float {
    func place(turns: Double) -> Double {
      Double(headSize) * log(originalContext / (turns * 2 * Double.pi)) / (2 * log(base))
    }
    var low = place(turns: betaFast)
    var high = place(turns: betaSlow)
    if truncates { (low, high) = (low.rounded(.down), high.rounded(.up)) }
    low = max(low, 0)
    high = min(high, Double(headSize - 1))
    if low == high { high += 0.001 }
    let ramp = min(max((Float(pair) - Float(low)) / Float(high - low), 0), 1)
    let kept = 1 - ramp
    return 1 / (Float(factor) * period) * (1 - kept) + 1 / period * kept
  }
}
