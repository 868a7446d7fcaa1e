internal import CMCLanguageModel

/// The buffers of a training pass over at most `positions` positions, allocated once.
///
/// What the backward pass reads is kept for each layer; or, where activations are recomputed, only each layer's input
/// is, and the rest for one layer at a time.
final class Activations {
  /// What one layer keeps.
  struct Layer {
    /// [positions × (heads + 2 · kvHeads) · d]: after norms, biases and rotation.
    let fused: FloatBuffer
    /// Queries [positions × heads · d] and keys [positions × kvHeads · d] before their norms; empty without.
    let plainQueries: FloatBuffer
    let plainKeys: FloatBuffer
    /// [positions × heads · d].
    let attended: FloatBuffer
    /// What attention adds, before its norm [positions × hidden]; empty without.
    let plainAttention: FloatBuffer
    /// The state after attention [positions × hidden].
    let middle: FloatBuffer
    /// [positions × 2 · inner].
    let gateAndUp: FloatBuffer
    /// What the feed-forward part adds, before its norm [positions × hidden]; empty without.
    let plainFeedForward: FloatBuffer
  }

  /// The most positions of a pass.
  let positions: Int
  /// Whether layers are computed again in the backward pass.
  let isRecomputed: Bool
  /// The state before each layer and after the last [layers + 1][positions × hidden].
  let states: [FloatBuffer]
  private let kept: [Layer]
  /// [positions × hidden], shared by all layers.
  let normed: FloatBuffer
  let update: FloatBuffer
  /// [positions × inner].
  let product: FloatBuffer
  /// [positions × heads · d], for norms of heads; empty without.
  let heads: FloatBuffer
  /// Gradients: of the state [positions × hidden], of what a norm gives, of the fused products and of attention.
  let dState: FloatBuffer
  let dNormed: FloatBuffer
  let dFused: FloatBuffer
  let dAttended: FloatBuffer
  /// Of the rows that have targets: state, normed state and its gradient [positions × hidden].
  let targetStates: FloatBuffer
  let targetNormed: FloatBuffer
  let dTarget: FloatBuffer
  /// [positions × the largest rank], for adapters; empty without.
  let low: FloatBuffer
  let dLow: FloatBuffer

  init(_ shape: NetworkShape, positions n: Int, isRecomputed: Bool, rank: Int) {
    positions = n
    self.isRecomputed = isRecomputed
    let c = shape.configuration
    let state = n * shape.hidden
    states = (0...shape.layers).map { _ in FloatBuffer(count: state) }
    kept = (0..<(isRecomputed ? 1 : shape.layers)).map { _ in
      Layer(
        fused: FloatBuffer(count: n * shape.fusedWidth),
        plainQueries: FloatBuffer(count: c.queryKeyNorm == .shared ? n * shape.queryWidth : 0),
        plainKeys: FloatBuffer(count: c.queryKeyNorm == .shared ? n * shape.keyWidth : 0),
        attended: FloatBuffer(count: n * shape.queryWidth),
        plainAttention: FloatBuffer(count: c.normsOutputs ? state : 0),
        middle: FloatBuffer(count: state), gateAndUp: FloatBuffer(count: 2 * n * shape.inner),
        plainFeedForward: FloatBuffer(count: c.normsOutputs ? state : 0))
    }
    normed = FloatBuffer(count: state)
    update = FloatBuffer(count: state)
    product = FloatBuffer(count: n * shape.inner)
    heads = FloatBuffer(count: c.queryKeyNorm == .shared ? n * shape.queryWidth : 0)
    dState = FloatBuffer(count: state)
    dNormed = FloatBuffer(count: state)
    dFused = FloatBuffer(count: n * shape.fusedWidth)
    dAttended = FloatBuffer(count: n * shape.queryWidth)
    targetStates = FloatBuffer(count: state)
    targetNormed = FloatBuffer(count: state)
    dTarget = FloatBuffer(count: state)
    low = FloatBuffer(count: n * rank)
    dLow = FloatBuffer(count: n * rank)
  }

  /// What a layer keeps.
  subscript(_ layer: Int) -> Layer { kept[isRecomputed ? 0 : layer] }

  /// The memory of all of these, in bytes.
  static func bytes(_ shape: NetworkShape, positions n: Int, isRecomputed: Bool) -> Int {
    let c = shape.configuration
    let norms = c.normsOutputs ? 2 * shape.hidden : 0
    let heads = c.queryKeyNorm == .shared ? shape.queryWidth + shape.keyWidth : 0
    let layer = shape.fusedWidth + shape.queryWidth + shape.hidden + 2 * shape.inner + norms + heads
    let common =
      8 * shape.hidden + shape.inner + 2 * shape.queryWidth + shape.fusedWidth
      + (shape.layers + 1) * shape.hidden
    return 4 * n * (common + (isRecomputed ? 1 : shape.layers) * layer)
  }
}
