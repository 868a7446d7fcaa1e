#if canImport(Glibc)
  internal import CMCPrimitives
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How the learning rate changes from step to step.
public struct LearningRateSchedule: Sendable, Equatable, Codable {
  /// What follows the warm-up.
  public enum Kind: String, Sendable, CaseIterable, Codable {
    /// Half a cosine down to the end.
    case cosine
    /// Flat for a while, then straight down to the end.
    case linear
    /// Always the same.
    case constant
  }

  /// What follows the warm-up.
  public var kind = Kind.cosine
  /// The highest rate.
  public var peak = 3e-4
  /// The rate at the end, as a share of the highest.
  public var end = 0.0
  /// The steps in which the rate rises from zero.
  public var warmup = 0
  /// For `linear`, the share of all steps after which the rate falls.
  public var flat = 0.0
  /// The number of steps.
  public var steps = 1

  /// A cosine of one step without warm-up.
  public init() {}

  /// The rate of a step, counted from 0.
  public func rate(_ step: Int) -> Double {
    // The first step has a rate above 0, or it would be for nothing.
    if step < warmup { return peak * Double(step + 1) / Double(warmup) }
    let begin = kind == .linear ? max(warmup, Int(saturating: flat * Double(steps))) : warmup
    guard kind != .constant, step >= begin, steps > begin else { return peak }
    let share = min(1, Double(step - begin) / Double(steps - begin))
    let height = kind == .cosine ? (1 + cos(Double.pi * share)) / 2 : 1 - share
    return peak * (end + (1 - end) * height)
  }
}
