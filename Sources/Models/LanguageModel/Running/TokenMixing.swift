internal import CMCLinearAlgebra

/// What mixes the positions of texts in the layers of one kind: the only part of a forward pass that knows of a past.
protocol TokenMixing: AnyObject {
  /// The memory of its buffers.
  var bytes: Int { get }

  /// Makes sure that so many positions can be computed.
  func reserve(_ positions: Int)

  /// update = what the mixer of a layer makes of its input.
  ///
  /// - Parameters:
  ///   - layer: The layer's number.
  ///   - h: What it reads [positions × hidden].
  ///   - step: What each history adds.
  ///   - update: Where the result goes [positions × hidden].
  func mix(
    _ layer: Int, _ h: UnsafePointer<Float>, _ step: PassStep, into update: UnsafeMutablePointer<Float>)
}

/// What the histories of a pass add.
struct PassStep {
  /// What each history adds, the shorter ones first.
  private(set) var segments = [PassSegment(count: 0, past: 0, textLength: 0)]
  /// The lengths of the segments where there may be several.
  private(set) var groups: PositionGroups?
  /// The number of all positions.
  private(set) var positions = 0

  /// A step of one history, whose positions are set later.
  init() {}

  /// A step of several histories.
  init(several segments: [PassSegment]) {
    self.segments = segments
    groups = PositionGroups(lengths: segments.map(\.count))
    positions = segments.reduce(0) { $0 + $1.count }
  }

  /// Makes it a step of one history; allocates nothing where it was one.
  mutating func set(_ segment: PassSegment) {
    if segments.count != 1 { segments = [segment] }
    segments[0] = segment
    groups = nil
    positions = segment.count
  }
}

extension ComputeEngine {
  /// Several products of one input, each history as if it went alone.
  func multiply(_ products: [WeightProduct], _ x: UnsafePointer<Float>, _ step: PassStep) {
    if let groups = step.groups {
      multiply(products, x, groups: groups)
    } else {
      multiply(products, x, positions: step.positions)
    }
  }

  /// Adds a bias, where there is one, to each of some rows.
  func addBias(_ bias: ParameterVector?, to rows: UnsafeMutablePointer<Float>, _ n: Int) {
    guard let bias else { return }
    addBias(rows, bias.pointer, rows: n, columns: bias.count)
  }

  /// The norm of a model by some weights, row by row; `out` may be `x`.
  func norm(
    _ kind: ModelConfiguration.Normalization, _ weights: NormWeights, _ x: UnsafePointer<Float>, rows: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    norm(
      kind, weights.weight.pointer, weights.bias?.pointer, columns: weights.weight.count, x, rows: rows,
      into: out)
  }

  /// The same by weights that begin anywhere.
  func norm(
    _ kind: ModelConfiguration.Normalization, _ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?,
    columns: Int, _ x: UnsafePointer<Float>, rows: Int, into out: UnsafeMutablePointer<Float>
  ) {
    switch kind {
    case .rms(let epsilon, _):
      rmsNorm(x, weight: weight, epsilon: epsilon, rows: rows, columns: columns, into: out)
    case .layer(let epsilon, _):
      layerNorm(x, weight: weight, bias: bias, epsilon: epsilon, rows: rows, columns: columns, into: out)
    }
  }
}
