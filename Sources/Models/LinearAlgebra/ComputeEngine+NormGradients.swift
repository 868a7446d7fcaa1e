internal import CMCKernels
internal import CMCPrimitives

extension ComputeEngine {
  /// The gradient of ``rmsNorm(_:weight:epsilon:offset:rows:columns:into:)`` with an offset of 0.
  ///
  /// The sums over rows are made of fixed parts, so they do not depend on the number of threads.
  ///
  /// - Parameters:
  ///   - x: rows × columns, what was normed.
  ///   - weight: columns.
  ///   - epsilon: As in the norm.
  ///   - dy: rows × columns, the gradient of the result.
  ///   - rows: The number of rows.
  ///   - columns: The length of a row.
  ///   - keep: Whether the gradient is added to `dx`.
  ///   - dx: rows × columns; may be `dy` where nothing is kept.
  ///   - dWeight: columns, to which the gradient of the weight is added; nil where it is not wanted.
  package func rmsNormBackward(
    _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, epsilon: Float, _ dy: UnsafePointer<Float>,
    rows: Int, columns: Int, adding keep: Bool, into dx: UnsafeMutablePointer<Float>,
    weightInto dWeight: UnsafeMutablePointer<Float>?
  ) {
    guard rows > 0 else { return }
    let length = max(32768 / columns + 1, (rows + 63) / 64)
    let chunks = (rows + length - 1) / length
    nonisolated(unsafe) let sums =
      dWeight == nil
      ? nil : inputs.reserve(chunks * columns * 4).bindMemory(to: Float.self, capacity: chunks * columns)
    nonisolated(unsafe) let (x, weight, dy, dx) = (x, weight, dy, dx)
    parallelFor(rows, chunk: length, threads: threads) { [kernels] _, range in
      let at = range.lowerBound * columns
      let own = sums.map { $0 + range.lowerBound / length * columns }
      own?.update(repeating: 0, count: columns)
      ck_rms_norm_backward(
        x + at, weight, epsilon, dy + at, range.count, columns, keep ? 1 : 0, dx + at, own, kernels)
    }
    guard let dWeight, let sums else { return }
    for chunk in 0..<chunks { ck_add(dWeight, sums + chunk * columns, columns, kernels) }
  }

  /// out += the sum of the rows of `x`, in a fixed order: the gradient of a bias.
  package func addColumnSums(
    _ x: UnsafePointer<Float>, rows: Int, columns: Int, into out: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let (x, out) = (x, out)
    parallelFor(columns, chunk: 64, threads: threads) { [kernels] _, range in
      for row in 0..<rows {
        ck_add(out + range.lowerBound, x + row * columns + range.lowerBound, range.count, kernels)
      }
    }
  }

  /// Rotary embedding of some heads of packed rows, or the opposite turn, which is its gradient.
  ///
  /// - Parameters:
  ///   - x: positions × width; the heads lie at the beginning of each row.
  ///   - width: The length of a row.
  ///   - heads: How many heads are turned.
  ///   - headSize: The length of a head, halves of which make the pairs.
  ///   - sequences: Positions count from the beginning of each.
  ///   - cosine: At least the longest sequence × headSize / 2.
  ///   - sine: The same; the opposite turn has the sines' signs changed.
  package func packedRotary(
    _ x: UnsafeMutablePointer<Float>, width: Int, heads: Int, headSize: Int, _ sequences: PackedSequences,
    cosine: UnsafePointer<Float>, sine: UnsafePointer<Float>
  ) {
    let pairs = headSize / 2
    nonisolated(unsafe) let (x, cosine, sine) = (x, cosine, sine)
    parallelFor(sequences.count, chunk: 1, threads: threads) { [kernels] _, range in
      for sequence in range {
        for (index, position) in sequences[sequence].enumerated() {
          ck_rotary(
            x + position * width, 1, heads, headSize, pairs, cosine + index * pairs, sine + index * pairs, 0,
            kernels)
        }
      }
    }
  }
}
