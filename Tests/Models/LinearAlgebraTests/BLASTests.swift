import Testing

@testable import CMCLinearAlgebra

@Suite struct BLASTests {
  /// Some builds of OpenBLAS miscompute on some processors: shapes around its block sizes, against float64.
  @Test func productsEqualFloat64() {
    #expect(!BLAS.core.isEmpty)
    for (m, n, k) in [(1, 1, 1), (3, 17, 5), (16, 16, 16), (31, 33, 65), (64, 128, 576), (129, 47, 300)] {
      for transposed in [false, true] {
        for keep in [false, true] {
          let a = randomNumbers(m * k, seed: 1)
          let b = randomNumbers(n * k, seed: 2)
          var c = randomNumbers(m * n, seed: 3)
          let before = c
          c.withUnsafeMutableBufferPointer {
            guard let start = $0.baseAddress else { return }
            BLAS.multiply(
              m: m, n: n, k: k, alpha: 0.5, a, aStride: k, b, bStride: transposed ? k : n,
              transposed: transposed,
              adding: keep, to: start, cStride: n)
          }
          var worst = 0.0
          for i in 0..<m {
            for j in 0..<n {
              var sum = keep ? Double(before[i * n + j]) : 0
              var magnitude = sum.magnitude
              for l in 0..<k {
                let term = 0.5 * Double(a[i * k + l]) * Double(b[transposed ? j * k + l : l * n + j])
                sum += term
                magnitude += term.magnitude
              }
              worst = max(worst, abs(Double(c[i * n + j]) - sum) / magnitude)
            }
          }
          // k + 2 roundings in any order.
          #expect(worst <= Double(k + 2) * 0x1p-24, "\(m) × \(n) × \(k), \(BLAS.core)")
        }
      }
    }
  }
}
