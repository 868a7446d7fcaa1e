internal import CMCLinearAlgebra

/// The buffers of a forward pass over at most `positions` positions, allocated once.
final class Workspace {
  /// The most positions that go through the layers at once.
  let positions: Int
  /// The most positions that go through the head at once.
  let headPositions: Int
  /// The residual stream [positions × hidden].
  let state: UnsafeMutablePointer<Float>
  /// What a part reads: the state, normed [positions × hidden].
  let normed: UnsafeMutablePointer<Float>
  /// What a part adds to the state [positions × hidden].
  let update: UnsafeMutablePointer<Float>
  /// [positions × heads · d].
  let queries: UnsafeMutablePointer<Float>
  let attended: UnsafeMutablePointer<Float>
  /// [positions × key/value heads · d].
  let keys: UnsafeMutablePointer<Float>
  let values: UnsafeMutablePointer<Float>
  /// [positions × inner]; `gate` is not used where the feed-forward part is plain.
  let gate: UnsafeMutablePointer<Float>
  let up: UnsafeMutablePointer<Float>
  /// [headPositions × width].
  let logits: UnsafeMutablePointer<Float>
  /// The size of all of these.
  let bytes: Int

  private let storage: UnsafeMutablePointer<Float>

  /// At most this many logits are computed at once, unless one position has more: 16 MB.
  private static let logitLimit = 1 << 22

  /// How many positions go through the head at once, where so many go through the layers.
  static func headPositions(width: Int, positions: Int) -> Int { max(1, min(positions, logitLimit / width)) }

  init(_ configuration: ModelConfiguration, width: Int, positions: Int, headPositions: Int? = nil) {
    let c = configuration
    self.positions = positions
    let headPositions = headPositions ?? Self.headPositions(width: width, positions: positions)
    self.headPositions = headPositions
    let sizes = Self.sizes(c, width: width, positions: positions, headPositions: headPositions)
    // Each begins at a multiple of 64 bytes, a line of the cache.
    let padded = sizes.map { ($0 + 15) / 16 * 16 }
    let total = padded.reduce(0, +)
    bytes = total * MemoryLayout<Float>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(64, bytes), alignment: 64)
    storage = raw.bindMemory(to: Float.self, capacity: total)
    var next = storage
    var starts: [UnsafeMutablePointer<Float>] = []
    for size in padded {
      starts.append(next)
      next += size
    }
    (state, normed, update) = (starts[0], starts[1], starts[2])
    (queries, attended, keys, values) = (starts[3], starts[4], starts[5], starts[6])
    (gate, up, logits) = (starts[7], starts[8], starts[9])
  }

  /// The numbers of each buffer, in their order.
  static func sizes(
    _ c: ModelConfiguration, width: Int, positions: Int, headPositions: Int
  ) -> [Int] {
    [
      positions * c.hiddenSize, positions * c.hiddenSize, positions * c.hiddenSize,
      positions * c.widestQueries, positions * c.widestQueries, positions * c.widestKeys,
      positions * c.widestKeys,
      c.isGated ? positions * c.widestFeedForward : 0, positions * c.widestFeedForward,
      headPositions * width,
    ]
  }

  deinit { UnsafeMutableRawPointer(storage).deallocate() }
}
