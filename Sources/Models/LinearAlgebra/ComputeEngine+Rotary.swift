internal import CMCKernels

/// Which numbers of a head are turned together.
package enum RotaryLayout: String, Sendable {
  /// (0, 1), (2, 3), …: llama2.c, and GGUF files of the llama family.
  case interleaved
  /// (0, p), (1, p + 1), … for p pairs: Hugging Face files.
  case halves
}

extension ComputeEngine {
  /// Rotary position embedding, in place: each pair (a, b) becomes (a cos − b sin, a sin + b cos).
  ///
  /// - Parameters:
  ///   - x: positions × heads × headSize.
  ///   - n: The number of positions.
  ///   - heads: The number of heads.
  ///   - headSize: The length of a head.
  ///   - pairs: How many pairs of a head are turned, from its start; mostly headSize / 2.
  ///   - cosine: positions × pairs: those of the positions in `x`.
  ///   - sine: The same.
  ///   - layout: Which numbers make a pair.
  package func rotary(
    _ x: UnsafeMutablePointer<Float>, positions n: Int, heads: Int, headSize: Int, pairs: Int,
    cosine: UnsafePointer<Float>, sine: UnsafePointer<Float>, layout: RotaryLayout
  ) {
    let width = heads * headSize
    nonisolated(unsafe) let (x, cosine, sine) = (x, cosine, sine)
    rowsOf(width, n) { [kernels] in
      let first = $0.lowerBound
      ck_rotary(
        x + first * width, $0.count, heads, headSize, pairs, cosine + first * pairs, sine + first * pairs,
        layout == .interleaved ? 1 : 0, kernels)
    }
  }
}
