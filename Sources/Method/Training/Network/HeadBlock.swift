/// The buffers of the head: logits of some rows at a time, never of all.
final class HeadBlock {
  /// A block has at most this many logits, unless one document has more: 64 MB.
  static let limit = 1 << 24

  let vocabulary: Int
  /// The rows of a block.
  let rows: Int
  private(set) var logits: FloatBuffer
  /// Rows of other models, as many as `logits`, once they are needed.
  private(set) var others: FloatBuffer
  private(set) var differences: FloatBuffer

  init(vocabulary: Int, positions: Int) {
    self.vocabulary = vocabulary
    rows = max(1, min(positions, Self.limit / vocabulary))
    logits = FloatBuffer(count: rows * vocabulary)
    others = FloatBuffer(count: 0)
    differences = FloatBuffer(count: 0)
  }

  /// Makes room for so many rows.
  func reserve(_ count: Int, others needsOthers: Bool) {
    let wanted = max(count, rows) * vocabulary
    if logits.count < wanted { logits = FloatBuffer(count: wanted) }
    if needsOthers, others.count < wanted { others = FloatBuffer(count: wanted) }
  }

  /// A third buffer of so many rows.
  func reserveDifferences(_ count: Int) -> FloatBuffer {
    if differences.count < count * vocabulary {
      differences = FloatBuffer(count: max(count, rows) * vocabulary)
    }
    return differences
  }

  /// The memory in bytes.
  var bytes: Int { 4 * (logits.count + others.count + differences.count) }
}
