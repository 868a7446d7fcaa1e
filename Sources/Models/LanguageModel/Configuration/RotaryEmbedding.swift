#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which elements of a head turn together, and how fast.
///
/// Source: RoFormer (Su et al., 2021); the scaling for longer contexts as in Llama 3.1's and transformers' configurations.
package struct RotaryEmbedding: Sendable, Equatable {
  /// How slow frequencies are stretched for a context longer than the one of pretraining.
  package enum Scaling: Sendable, Equatable {
    /// Not at all.
    case none
    /// All by one factor: positions are divided by it.
    case linear(factor: Double)
    /// Long waves by the factor, short ones not, with a transition between.
    case llama3(factor: Double, lowFrequency: Double, highFrequency: Double, originalContext: Double)
    /// Long waves by the factor, short ones not, with a ramp over the pairs between; what is turned is scaled too.
    case yarn(Yarn)
    /// The first pairs of a head alone turn, so large a share of all, as fast as if all did; positions are divided by a factor.
    case proportional(share: Double, factor: Double)
    /// Each by a divisor of its own, one for each pair of elements (GGUF's tensor `rope_freqs.weight`), on top of another
    /// scaling.
    indirect case divisors([Float], over: Scaling = .none)
    /// Each by a divisor of its own, and what is turned is scaled.
    case longRope(LongRope)
  }

  /// The wavelength of the slowest pair is 2π times this (`rope_theta`).
  package var base: Double
  /// How frequencies are stretched.
  package var scaling: Scaling

  /// How many elements of a head are turned, from its start; nil for all.
  package var turned: Int?

  /// An embedding of a base.
  package init(base: Double, scaling: Scaling = .none, turned: Int? = nil) {
    self.base = base
    self.scaling = scaling
    self.turned = turned
  }

  /// What turned elements are multiplied by.
  package var attentionFactor: Float { scaling.attentionFactor }

  /// The most positions that the scaling holds for, or nil.
  var contextLimit: Int? {
    if case .longRope(let scaling) = scaling, scaling.long == nil { return scaling.originalContext }
    return nil
  }

  /// The longest text of which positions are turned as those of a short one, where longer ones are turned otherwise.
  var shortContext: Int? {
    if case .longRope(let scaling) = scaling, scaling.long != nil { return scaling.originalContext }
    return nil
  }

  /// The angle in radians by which each pair of elements turns from one position to the next.
  ///
  /// - Parameters:
  ///   - headSize: The elements of a head, an even number.
  ///   - isLong: Whether the text is longer than ``shortContext``.
  /// - Returns: A number for each pair that is turned; descending, but for those of longrope.
  package func frequencies(headSize: Int, isLong: Bool = false) -> [Float] {
    let headSize = turned ?? headSize
    return (0..<headSize / 2).map { frequency(scaling, pair: $0, headSize: headSize, isLong: isLong) }
  }

  private func frequency(_ scaling: Scaling, pair: Int, headSize: Int, isLong: Bool) -> Float {
    // Rounded to single precision where the models' own code is.
    let exponent = Float(2 * pair) / Float(headSize)
    let period = Float(pow(base, Double(exponent)))
    switch scaling {
    case .none: return 1 / period
    case .linear(let factor): return 1 / period / Float(factor)
    case .llama3(let factor, let low, let high, let original):
      let frequency = 1 / period
      let wavelength = 2 * Double.pi / Double(frequency)
      if wavelength < original / high { return frequency }
      if wavelength > original / low { return frequency / Float(factor) }
      let share = (original / wavelength - low) / (high - low)
      return Float((1 - share) * Double(frequency) / factor + share * Double(frequency))
    case .yarn(let yarn): return yarn.frequency(period: period, pair: pair, headSize: headSize, base: base)
    case .proportional(let share, let factor):
      // Half of the share of all elements, whole pairs of it.
      return Double(pair) + 1 > share * Double(headSize) / 2 ? 0 : 1 / period / Float(factor)
    case .divisors(let divisors, let other):
      // As llama.cpp: the ramp of yarn goes by the number of the pair, so that the divisor is a factor of the whole.
      let frequency = frequency(other, pair: pair, headSize: headSize, isLong: isLong)
      return pair < divisors.count ? frequency / divisors[pair] : frequency
    case .longRope(let scaling):
      let divisors = isLong ? scaling.long ?? scaling.short : scaling.short
      return 1 / ((pair < divisors.count ? divisors[pair] : 1) * period)
    }
  }
}

extension RotaryEmbedding.Scaling {
  /// What turned elements are multiplied by.
  fileprivate var attentionFactor: Float {
    switch self {
    case .yarn(let yarn): Float(yarn.attentionFactor)
    case .longRope(let scaling): Float(scaling.attentionFactor)
    case .divisors(_, let other): other.attentionFactor
    case .none, .linear, .llama3, .proportional: 1
    }
  }
}
