internal import CMCKernels

/// Causal attention of packed sequences and its gradient: one sequence and one key/value head at a time.
///
/// Queries go in blocks against the keys up to the block's end. The weights of the softmax are not kept between the
/// passes: the backward pass computes them again, which costs one product and keeps memory linear in the length.
///
/// Rows of `x` are [heads · d | kvHeads · d | kvHeads · d]: queries, keys and values; `width` numbers in all.
struct PackedAttention {
  /// The queries of a block.
  static let block = 64

  let x: UnsafePointer<Float>
  let shape: AttentionShape
  let kernels: ck_isa

  /// The length of a row of `x`.
  var width: Int { (shape.heads + 2 * shape.kvHeads) * shape.headSize }
  private var outWidth: Int { shape.heads * shape.headSize }
  private var keyColumn: Int { shape.heads * shape.headSize }
  private var valueColumn: Int { (shape.heads + shape.kvHeads) * shape.headSize }

  /// The heads of queries that a head of keys and values serves.
  private func queryHeads(_ head: Int) -> Range<Int> {
    let group = shape.heads / shape.kvHeads
    return head * group..<(head + 1) * group
  }

  /// The scratch memory of a task, in numbers: weights and their gradients.
  static func scratch(longest: Int) -> Int { 2 * block * (longest + 16) }

  /// out = softmax(scale · Q · Kᵀ) · V for the queries that share a head of keys and values.
  ///
  /// - Parameters:
  ///   - positions: Those of the sequence.
  ///   - head: The head of keys and values.
  ///   - scratch: ``scratch(longest:)`` numbers.
  ///   - out: All positions × heads · d.
  func forward(
    _ positions: Range<Int>, head: Int, scratch: UnsafeMutablePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) {
    let d = shape.headSize
    for queryHead in queryHeads(head) {
      for first in stride(from: 0, to: positions.count, by: Self.block) {
        let rows = min(Self.block, positions.count - first)
        let keys = keyRange(first, rows)
        let queries = positions.lowerBound + first
        weights(positions, head: head, queryHead: queryHead, first: first, rows: rows, into: scratch)
        BLAS.multiply(
          m: rows, n: d, k: keys.count, DenseOperand(scratch, stride: keys.count),
          DenseOperand(row(positions.lowerBound + keys.lowerBound, valueColumn + head * d), stride: width),
          to: out + queries * outWidth + queryHead * d, stride: outWidth)
      }
    }
  }

  /// The gradients of queries, keys and values from that of the output.
  ///
  /// - Parameters:
  ///   - positions: Those of the sequence.
  ///   - head: The head of keys and values.
  ///   - dOut: All positions × heads · d.
  ///   - scratch: ``scratch(longest:)`` numbers.
  ///   - dx: As `x`; the part of this head and its queries is overwritten.
  func backward(
    _ positions: Range<Int>, head: Int, dOut: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    into dx: UnsafeMutablePointer<Float>
  ) {
    let d = shape.headSize
    let slope = scratch + Self.scratch(longest: positions.count) / 2
    for position in positions {
      for column in [keyColumn, valueColumn] {
        (dx + position * width + column + head * d).update(repeating: 0, count: d)
      }
    }
    for queryHead in queryHeads(head) {
      for first in stride(from: 0, to: positions.count, by: Self.block) {
        let rows = min(Self.block, positions.count - first)
        let keys = keyRange(first, rows)
        let count = keys.count
        let queries = positions.lowerBound + first
        let firstKey = positions.lowerBound + keys.lowerBound
        weights(positions, head: head, queryHead: queryHead, first: first, rows: rows, into: scratch)
        let dRows = DenseOperand(dOut + queries * outWidth + queryHead * d, stride: outWidth)
        // dP = dO · Vᵀ, dV += Pᵀ · dO
        BLAS.multiply(
          m: rows, n: count, k: d, dRows,
          DenseOperand(row(firstKey, valueColumn + head * d), stride: width, transposed: true), to: slope,
          stride: count)
        BLAS.multiply(
          m: count, n: d, k: rows, DenseOperand(scratch, stride: count, transposed: true), dRows,
          adding: true,
          to: dx + firstKey * width + valueColumn + head * d, stride: width)
        ck_softmax_backward(scratch, slope, rows, count, count, shape.scale, kernels)
        // dQ = dS · K, dK += dSᵀ · Q
        BLAS.multiply(
          m: rows, n: d, k: count, DenseOperand(slope, stride: count),
          DenseOperand(row(firstKey, keyColumn + head * d), stride: width),
          to: dx + queries * width + queryHead * d, stride: width)
        BLAS.multiply(
          m: count, n: d, k: rows, DenseOperand(slope, stride: count, transposed: true),
          DenseOperand(row(queries, queryHead * d), stride: width), adding: true,
          to: dx + firstKey * width + keyColumn + head * d, stride: width)
      }
    }
  }

  private func row(_ position: Int, _ column: Int) -> UnsafePointer<Float> { x + position * width + column }

  /// The keys that a block of queries sees, counted from the sequence's beginning.
  private func keyRange(_ first: Int, _ rows: Int) -> Range<Int> {
    max(0, shape.window.map { first - $0 + 1 } ?? 0)..<first + rows
  }

  /// The weights of a block of queries: rows × keys, zero for keys that a query does not see.
  private func weights(
    _ positions: Range<Int>, head: Int, queryHead: Int, first: Int, rows: Int,
    into weights: UnsafeMutablePointer<Float>
  ) {
    let d = shape.headSize
    let keys = keyRange(first, rows)
    let count = keys.count
    BLAS.multiply(
      m: rows, n: count, k: d, alpha: shape.scale,
      DenseOperand(row(positions.lowerBound + first, queryHead * d), stride: width),
      DenseOperand(
        row(positions.lowerBound + keys.lowerBound, keyColumn + head * d), stride: width, transposed: true),
      to: weights, stride: count)
    for index in 0..<rows {
      let line = weights + index * count
      let end = first + index + 1 - keys.lowerBound
      let begin = max(0, shape.window.map { end - $0 } ?? 0)
      if begin > 0 { line.update(repeating: 0, count: begin) }
      ck_softmax(line + begin, 1, end - begin, count, kernels)
      if end < count { (line + end).update(repeating: 0, count: count - end) }
    }
  }
}
