import CMCLinearAlgebra
import Foundation

/// The plain forms, in float64, of what the engine computes.
enum Naive {
  /// x · Wᵀ and, beside it, the sum of magnitudes that bounds what rounding can do to it.
  static func multiply(_ w: [Float], rows: Int, columns: Int, _ x: [Double], positions n: Int) -> (
    y: [Double], magnitude: [Double]
  ) {
    var y = [Double](repeating: 0, count: n * rows)
    var magnitude = y
    for p in 0..<n {
      for r in 0..<rows {
        for k in 0..<columns {
          let product = Double(w[r * columns + k]) * x[p * columns + k]
          y[p * rows + r] += product
          magnitude[p * rows + r] += product.magnitude
        }
      }
    }
    return (y, magnitude)
  }

  /// Numbers rounded to eight bits in blocks of 32, as the fast products see them.
  static func quantize(_ x: [Float]) -> (q: [Int], scales: [Float], values: [Double]) {
    var q: [Int] = []
    var scales: [Float] = []
    var values: [Double] = []
    for block in stride(from: 0, to: x.count, by: 32) {
      let numbers = x[block..<block + 32]
      let most = numbers.map(\.magnitude).max() ?? 0
      let scale = most / 127
      scales.append(scale)
      for number in numbers {
        let whole = most > 0 ? (number * (127 / most)).rounded(.toNearestOrEven) : 0
        q.append(Int(whole))
        values.append(Double(whole) * Double(scale))
      }
    }
    return (q, scales, values)
  }
}

/// exp in float64, from the C library.
func exponential(_ x: Double) -> Double { Foundation.exp(x) }
