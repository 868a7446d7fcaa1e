#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The natural logarithm; −∞ for 0.
///
/// Here so that modules that need no more of the C library import none of it.
package func logarithm(_ x: Double) -> Double { log(x) }

/// e to the power of a number.
package func exponential(_ x: Double) -> Double { exp(x) }
