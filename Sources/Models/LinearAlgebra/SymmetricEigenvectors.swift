/// Eigenvectors of a small symmetric matrix, by Jacobi's rotations.
enum SymmetricEigenvectors {
  /// The eigenvectors as columns, that of the largest eigenvalue first.
  ///
  /// - Parameters:
  ///   - matrix: size × size numbers, symmetric.
  ///   - size: The length of a row.
  /// - Complexity: O(size³) a sweep, some ten sweeps.
  static func descending(_ matrix: [Double], size: Int) -> [Double] {
    var a = matrix
    var v = [Double](repeating: 0, count: size * size)
    for i in 0..<size { v[i * size + i] = 1 }
    for _ in 0..<60 {
      var rest = 0.0
      var whole = 0.0
      for i in 0..<size {
        whole += a[i * size + i] * a[i * size + i]
        for j in 0..<i { rest += a[i * size + j] * a[i * size + j] }
      }
      if rest <= 1e-30 * whole { break }
      for p in 0..<size { for q in p + 1..<max(size, p + 1) { rotate(&a, &v, p, q, size) } }
    }
    let order = (0..<size).sorted { a[$0 * size + $0] > a[$1 * size + $1] }
    return (0..<size).flatMap { row in order.map { v[row * size + $0] } }
  }

  /// Makes the elements (p, q) and (q, p) zero.
  private static func rotate(_ a: inout [Double], _ v: inout [Double], _ p: Int, _ q: Int, _ size: Int) {
    let off = a[p * size + q]
    guard off != 0 else { return }
    let theta = (a[q * size + q] - a[p * size + p]) / (2 * off)
    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
    let c = 1 / (t * t + 1).squareRoot()
    let s = t * c
    for k in 0..<size {
      let (x, y) = (a[k * size + p], a[k * size + q])
      a[k * size + p] = c * x - s * y
      a[k * size + q] = s * x + c * y
    }
    for k in 0..<size {
      let (x, y) = (a[p * size + k], a[q * size + k])
      a[p * size + k] = c * x - s * y
      a[q * size + k] = s * x + c * y
      let (u, w) = (v[k * size + p], v[k * size + q])
      v[k * size + p] = c * u - s * w
      v[k * size + q] = s * u + c * w
    }
  }
}
