#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The natural logarithm; −∞ for 0.
func logarithm(_ x: Double) -> Double { log(x) }

/// e to the power of a number.
func exponential(_ x: Double) -> Double { exp(x) }
