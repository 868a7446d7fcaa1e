internal import CMCKernels

/// Input vectors rounded to eight bits, in scratch memory.
struct QuantizedInput {
  private let start: ck_quantized
  private let columns: Int

  /// The bytes that so many vectors take.
  static func size(positions: Int, columns: Int) -> Int { positions * columns / 2 * 3 }

  /// Divides memory of that size; it starts at a multiple of 64, and 32 divides the columns.
  init(in memory: UnsafeMutableRawPointer, positions: Int, columns: Int) {
    let count = positions * columns
    self.columns = columns
    let scale = (memory + count).assumingMemoryBound(to: Float.self)
    start = ck_quantized(
      q: memory.assumingMemoryBound(to: Int8.self), scale: scale, sum: scale + count / 32,
      half_sum: scale + count / 16)
  }

  /// The vectors from a position on.
  subscript(position: Int) -> ck_quantized {
    let at = position * columns
    return ck_quantized(
      q: start.q + at, scale: start.scale + at / 32, sum: start.sum + at / 32,
      half_sum: start.half_sum + at / 16)
  }
}
