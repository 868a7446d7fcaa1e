import Foundation

/// e to a power.
func exponential(_ x: Double) -> Double { exp(x) }
/// The natural logarithm.
func logarithm(_ x: Double) -> Double { log(x) }
