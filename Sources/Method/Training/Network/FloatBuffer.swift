/// Numbers in memory of their own, zero at first; the first begins at a line of the cache.
///
/// Shared between threads only in disjoint parts.
package final class FloatBuffer: @unchecked Sendable {
  /// The first number.
  package let start: UnsafeMutablePointer<Float>
  /// How many there are.
  package let count: Int

  /// So many zeros.
  package init(count: Int) {
    self.count = count
    let bytes = max(64, count * MemoryLayout<Float>.stride)
    start = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Float.self, capacity: max(1, count))
    start.initialize(repeating: 0, count: count)
  }

  deinit { start.deallocate() }

  /// All numbers.
  package var values: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: start, count: count)
  }

  /// Sets every number to zero.
  package func clear() { start.update(repeating: 0, count: count) }
}
