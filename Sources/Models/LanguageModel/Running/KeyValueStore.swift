internal import CMCLinearAlgebra

/// What one history adds in a pass.
struct PassSegment {
  /// How many new positions.
  var count: Int
  /// How many positions it has already.
  var past: Int
  /// How long the text is that is being read, to which the angles of its positions are fit.
  var textLength: Int
}

/// Where a pass keeps keys and values, and what attention reads.
protocol KeyValueStore: AnyObject {
  /// Keeps the keys and values of the pass' positions; there is room for them.
  ///
  /// - Parameters:
  ///   - keys: positions × width, segment after segment.
  ///   - values: The same.
  ///   - layer: The layer.
  ///   - segments: What each history adds.
  func keep(
    _ keys: UnsafePointer<Float>, _ values: UnsafePointer<Float>, layer: Int, _ segments: [PassSegment])

  /// The attention of the pass' positions over what is kept, themselves included.
  func attend(
    _ queries: UnsafePointer<Float>, layer: Int, _ segments: [PassSegment], shape: AttentionShape,
    with engine: ComputeEngine, into out: UnsafeMutablePointer<Float>)
}

extension KeyValueCache: KeyValueStore {
  func keep(
    _ keys: UnsafePointer<Float>, _ values: UnsafePointer<Float>, layer: Int, _ segments: [PassSegment]
  ) {
    let (past, count, width) = (segments[0].past, segments[0].count, widths[layer])
    (self.keys(layer) + past * width).update(from: keys, count: count * width)
    (self.values(layer) + past * width).update(from: values, count: count * width)
  }

  func attend(
    _ queries: UnsafePointer<Float>, layer: Int, _ segments: [PassSegment], shape: AttentionShape,
    with engine: ComputeEngine, into out: UnsafeMutablePointer<Float>
  ) {
    engine.attention(
      queries, keys: keys(layer), values: values(layer), past: segments[0].past, positions: segments[0].count,
      shape: shape, into: out)
  }
}
