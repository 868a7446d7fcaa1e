/// The keys and values of all positions so far, for each layer that keeps any [capacity × key/value heads · d] of float32.
///
/// Room is made ahead and doubles when it runs out, so a decoded token allocates nothing; memory that no position has
/// reached yet is address space only.
final class KeyValueCache {
  /// The elements of a position's keys, or values, in each layer.
  let widths: [Int]
  /// The number of positions there is room for.
  private(set) var capacity = 0
  private var keys: [UnsafeMutablePointer<Float>] = []
  private var values: [UnsafeMutablePointer<Float>] = []

  /// An empty cache.
  init(widths: [Int]) {
    self.widths = widths
    keys = widths.map { _ in .allocate(capacity: 0) }
    values = widths.map { _ in .allocate(capacity: 0) }
  }

  deinit {
    for pointer in keys + values { pointer.deallocate() }
  }

  /// The keys of a layer, position after position.
  func keys(_ layer: Int) -> UnsafeMutablePointer<Float> { keys[layer] }
  /// The values of a layer, position after position.
  func values(_ layer: Int) -> UnsafeMutablePointer<Float> { values[layer] }

  /// Makes room for `positions`, of which the first `filled` are kept.
  ///
  /// - Parameter limit: The most that will ever be asked for.
  func reserve(_ positions: Int, filled: Int, limit: Int) {
    guard positions > capacity else { return }
    let capacity = min(limit, max(positions, 2 * self.capacity, 512))
    // One layer at a time, so that old and new storage coexist for one layer only.
    for layer in keys.indices {
      keys[layer] = grown(keys[layer], widths[layer], filled: filled, to: capacity)
      values[layer] = grown(values[layer], widths[layer], filled: filled, to: capacity)
    }
    self.capacity = capacity
  }

  private func grown(
    _ old: UnsafeMutablePointer<Float>, _ width: Int, filled: Int, to capacity: Int
  ) -> UnsafeMutablePointer<Float> {
    let new = UnsafeMutablePointer<Float>.allocate(capacity: capacity * width)
    new.update(from: old, count: filled * width)
    old.deallocate()
    return new
  }
}
