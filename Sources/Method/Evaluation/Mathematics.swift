#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// e to a power.
func exponential(_ x: Double) -> Double { exp(x) }
