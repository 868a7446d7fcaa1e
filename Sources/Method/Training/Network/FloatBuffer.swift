/// Numbers in memory of their own, zero at first; the first begins at a line of the cache.
///
/// Shared between threads only in disjoint parts.
public final class FloatBuffer: @unchecked Sendable {
  /// The first number.
  public let start: UnsafeMutablePointer<Float>
  /// How many there are.
  public let count: Int

  /// So many zeros.
  public init(count: Int) {
    self.count = count
    let bytes = max(64, count * MemoryLayout<Float>.stride)
    start = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Float.self, capacity: max(1, count))
    start.initialize(repeating: 0, count: count)
  }

  deinit { start.deallocate() }

  /// All numbers.
  public var values: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: start, count: count)
  }

  /// Sets every number to zero.
  public func clear() { start.update(repeating: 0, count: count) }
}
