internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The parts of a matrix that adapters start from: its first singular directions, or the span of its first columns.
///
/// Both are projections, so they do not depend on the signs and bases in which libraries give singular vectors and
/// factors. Singular directions are found by block iteration with more vectors than asked for (Halko, Martinsson and
/// Tropp, 2011) until the wanted subspace stands still.
package enum LeadingParts {
  private static let spare = 48
  private static let mostRounds = 400
  /// How far, as a squared sine, the subspace may still move in a round.
  private static let stillness = 1e-12

  /// Takes the part of a matrix in its first singular directions away from it.
  ///
  /// - Parameters:
  ///   - matrix: rows × columns numbers.
  ///   - rank: How many directions.
  /// - Returns: Whether the directions were found; where not, two singular values are too near to tell apart.
  /// - Complexity: O(rows · columns · rank) a round; a handful to some hundred rounds.
  package static func removePrincipal(
    _ matrix: UnsafeMutablePointer<Float>, rows: Int, columns: Int, rank: Int, engine: ComputeEngine
  ) -> Bool {
    let width = min(rows, columns, 2 * rank + spare)
    let kept = min(rank, width)
    var random = SeededGenerator(seed: 0x5EED)
    var basis = (0..<columns * width).map { _ in Float.random(in: -1...1, using: &random) }
    orthonormalize(&basis, length: columns, count: width)
    var image = [Float](repeating: 0, count: rows * width)
    var leading: [Float] = []
    for _ in 0..<mostRounds {
      multiply(engine, matrix, stride: columns, rows, width, columns, basis, into: &image)
      let directions = ritz(image, rows: rows, width: width, kept: kept)
      // [columns × kept]: the basis turned to the directions found so far.
      var turned = [Float](repeating: 0, count: columns * kept)
      turned.withUnsafeMutableBufferPointer { out in
        guard let start = out.baseAddress else { return }
        multiply(engine, basis, width, columns, kept, directions, into: start)
      }
      let moved = leading.isEmpty ? 1 : movement(from: leading, to: turned, length: columns, count: kept)
      leading = turned
      if moved < stillness || width == columns {
        subtractProjection(matrix, rows: rows, columns: columns, onto: leading, kept, engine)
        return true
      }
      multiplyTransposed(engine, matrix, rows, columns, image, width, into: &basis)
      orthonormalize(&basis, length: columns, count: width)
    }
    return false
  }

  /// Takes away the projection of a matrix onto the span of its first columns, times a factor.
  ///
  /// - Parameters:
  ///   - matrix: rows × columns numbers.
  ///   - count: How many columns span.
  ///   - scale: The factor.
  package static func removeLeadingColumns(
    _ matrix: UnsafeMutablePointer<Float>, rows: Int, columns: Int, count: Int, scale: Float,
    engine: ComputeEngine
  ) {
    let kept = min(count, rows, columns)
    var span = [Float](repeating: 0, count: rows * kept)
    for row in 0..<rows {
      for column in 0..<kept { span[row * kept + column] = matrix[row * columns + column] }
    }
    orthonormalize(&span, length: rows, count: kept)
    var part = [Float](repeating: 0, count: kept * columns)
    span.withUnsafeBufferPointer { span in
      part.withUnsafeMutableBufferPointer { part in
        guard let q = span.baseAddress, let r = part.baseAddress else { return }
        engine.product(
          m: kept, n: columns, k: rows, DenseOperand(q, stride: kept, transposed: true),
          DenseOperand(matrix, stride: columns), to: r, stride: columns)
        engine.product(
          m: rows, n: columns, k: kept, alpha: -scale, DenseOperand(q, stride: kept),
          DenseOperand(r, stride: columns), adding: true, to: matrix, stride: columns)
      }
    }
  }

  /// matrix -= matrix · V · Vᵀ with V [columns × kept].
  private static func subtractProjection(
    _ matrix: UnsafeMutablePointer<Float>, rows: Int, columns: Int, onto v: [Float], _ kept: Int,
    _ engine: ComputeEngine
  ) {
    var image = [Float](repeating: 0, count: rows * kept)
    multiply(engine, matrix, stride: columns, rows, kept, columns, v, into: &image)
    image.withUnsafeBufferPointer { image in
      v.withUnsafeBufferPointer { v in
        guard let imageStart = image.baseAddress, let start = v.baseAddress else { return }
        engine.product(
          m: rows, n: columns, k: kept, alpha: -1, DenseOperand(imageStart, stride: kept),
          DenseOperand(start, stride: kept, transposed: true), adding: true, to: matrix, stride: columns)
      }
    }
  }

  /// The first eigenvectors of imageᵀ · image, as [width × kept].
  private static func ritz(_ image: [Float], rows: Int, width: Int, kept: Int) -> [Float] {
    var gram = [Double](repeating: 0, count: width * width)
    var line = [Double](repeating: 0, count: width)
    for row in 0..<rows {
      for i in 0..<width { line[i] = Double(image[row * width + i]) }
      for i in 0..<width where line[i] != 0 {
        for j in i..<width { gram[i * width + j] += line[i] * line[j] }
      }
    }
    for i in 0..<width { for j in 0..<i { gram[i * width + j] = gram[j * width + i] } }
    let vectors = SymmetricEigenvectors.descending(gram, size: width)
    return (0..<width).flatMap { i in (0..<kept).map { Float(vectors[i * width + $0]) } }
  }

  /// kept − ‖oldᵀ · new‖²: 0 where both span one subspace.
  private static func movement(from old: [Float], to new: [Float], length: Int, count: Int) -> Double {
    var moved = 0.0
    for j in 0..<count {
      var left = [Double](repeating: 0, count: length)
      for row in 0..<length { left[row] = Double(new[row * count + j]) }
      for i in 0..<count {
        var dot = 0.0
        for row in 0..<length { dot += Double(old[row * count + i]) * left[row] }
        for row in 0..<length { left[row] -= dot * Double(old[row * count + i]) }
      }
      moved += left.reduce(0) { $0 + $1 * $1 }
    }
    return moved
  }

  /// Makes the columns of [length × count] orthonormal, by Gram and Schmidt twice in double precision.
  private static func orthonormalize(_ vectors: inout [Float], length: Int, count: Int) {
    var columns = [[Double]]()
    for index in 0..<count {
      var vector = (0..<length).map { Double(vectors[$0 * count + index]) }
      let size = norm(vector)
      for _ in 0..<2 {
        for earlier in columns {
          var dot = 0.0
          for i in 0..<length { dot += earlier[i] * vector[i] }
          for i in 0..<length { vector[i] -= dot * earlier[i] }
        }
      }
      let left = norm(vector)
      // A column that lies in the span of those before adds nothing.
      let scale = left > 1e-9 * size && left > 0 ? 1 / left : 0
      for i in 0..<length { vector[i] *= scale }
      columns.append(vector)
      for i in 0..<length { vectors[i * count + index] = Float(vector[i]) }
    }
  }

  private static func norm(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// out [m × n] = a [m × k] · b [k × n].
  private static func multiply(
    _ engine: ComputeEngine, _ a: UnsafePointer<Float>, stride: Int, _ m: Int, _ n: Int, _ k: Int,
    _ b: [Float],
    into out: inout [Float]
  ) {
    b.withUnsafeBufferPointer { b in
      out.withUnsafeMutableBufferPointer { out in
        guard let start = b.baseAddress, let to = out.baseAddress else { return }
        engine.product(
          m: m, n: n, k: k, DenseOperand(a, stride: stride), DenseOperand(start, stride: n), to: to, stride: n
        )
      }
    }
  }

  /// out [rows × n] = a [rows × k] · b [k × n].
  private static func multiply(
    _ engine: ComputeEngine, _ a: [Float], _ k: Int, _ rows: Int, _ n: Int, _ b: [Float],
    into out: UnsafeMutablePointer<Float>
  ) {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        guard let left = a.baseAddress, let right = b.baseAddress else { return }
        engine.product(
          m: rows, n: n, k: k, DenseOperand(left, stride: k), DenseOperand(right, stride: n), to: out,
          stride: n)
      }
    }
  }

  /// out [columns × width] = matrixᵀ · image [rows × width].
  private static func multiplyTransposed(
    _ engine: ComputeEngine, _ matrix: UnsafePointer<Float>, _ rows: Int, _ columns: Int, _ image: [Float],
    _ width: Int, into out: inout [Float]
  ) {
    image.withUnsafeBufferPointer { image in
      out.withUnsafeMutableBufferPointer { out in
        guard let start = image.baseAddress, let to = out.baseAddress else { return }
        engine.product(
          m: columns, n: width, k: rows, DenseOperand(matrix, stride: columns, transposed: true),
          DenseOperand(start, stride: width), to: to, stride: width)
      }
    }
  }
}
