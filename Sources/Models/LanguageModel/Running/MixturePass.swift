internal import CMCLinearAlgebra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The experts' part of a forward pass: positions are grouped by expert, so that each expert's weights are read once.
///
/// Only chosen experts are touched. The numbers of a position depend on nothing but its own input, whatever other
/// positions go with it, unless the caller says how whole numbers are added up by their number.
final class MixturePass {
  /// The size of the buffers.
  let bytes: Int
  private let engine: ComputeEngine
  private let mixture: Mixture
  private let hidden: Int
  private var router: Router
  /// [positions × experts].
  private let scores: UnsafeMutablePointer<Float>
  /// Inputs and then outputs, a row for each expert of each position [positions · chosen × hidden].
  private let rows: UnsafeMutablePointer<Float>
  /// [positions · chosen × inner].
  private let gate: UnsafeMutablePointer<Float>
  private let up: UnsafeMutablePointer<Float>
  /// Where experts stand beside a feed-forward part: what chooses them reads, and then what they add [positions × hidden].
  let beside: UnsafeMutablePointer<Float>
  /// The row of each expert of each position.
  private var places: [Int32]
  /// Where the rows of each expert begin, and where the last one ends.
  private var starts: [Int]
  private var next: [Int]
  private var products: [RowsProduct] = []

  init(_ mixture: Mixture, hidden: Int, engine: ComputeEngine, positions: Int) {
    self.mixture = mixture
    self.hidden = hidden
    self.engine = engine
    let count = positions * mixture.chosen
    router = Router(mixture, positions: positions)
    scores = .allocate(capacity: positions * mixture.experts)
    rows = .allocate(capacity: count * hidden)
    gate = .allocate(capacity: count * mixture.expertSize)
    up = .allocate(capacity: count * mixture.expertSize)
    places = [Int32](repeating: 0, count: count)
    starts = [Int](repeating: 0, count: mixture.experts + 1)
    next = starts
    products.reserveCapacity(2 * min(count, mixture.experts))
    let own = mixture.isBeside ? positions * hidden : 0
    beside = .allocate(capacity: own)
    bytes =
      (positions * mixture.experts + count * (hidden + 2 * mixture.expertSize) + own)
      * MemoryLayout<Float>.stride
  }

  deinit { for pointer in [scores, rows, gate, up, beside] { pointer.deallocate() } }

  /// update = (shared +) Σ weight · expert(h) over the chosen experts.
  ///
  /// - Parameters:
  ///   - weights: The layer's.
  ///   - h: positions × hidden.
  ///   - choice: What experts are chosen by, where it is another input; `update` may be its place.
  ///   - n: The number of positions.
  ///   - method: How whole numbers are added up.
  ///   - hasShared: Whether `update` holds what the part beside the experts gives.
  ///   - update: positions × hidden.
  ///   - activate: f(gate) · up for so many numbers, or f(up); gives where it is.
  func run(
    _ weights: MixtureWeights, _ h: UnsafePointer<Float>, choosingBy choice: UnsafePointer<Float>? = nil,
    positions n: Int, _ method: ComputeEngine.RowsMethod, hasShared: Bool,
    into update: UnsafeMutablePointer<Float>,
    activate: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, Int) -> UnsafeMutablePointer<Float>
  ) {
    if hasShared { gateShared(weights, h, n, update) }
    multiplyAll(weights.router, choice ?? h, n)
    if !hasShared { update.update(repeating: 0, count: n * hidden) }
    router.choose(
      scores, positions: n, correction: weights.correction?.pointer, scales: weights.scales?.pointer)
    group(n)
    let count = n * mixture.chosen
    // One position is every expert's input; of several each expert gets its own side by side.
    let input = n == 1 ? h : UnsafePointer(gather(h, n))
    let inputRows = n == 1 ? 1 : count
    for (expert, part) in weights.experts.enumerated() where starts[expert] < starts[expert + 1] {
      let range = n == 1 ? 0..<1 : starts[expert]..<starts[expert + 1]
      let at = starts[expert] * mixture.expertSize
      if let own = part.gate { products.append(RowsProduct(own.matrix, rows: range, into: gate + at)) }
      products.append(RowsProduct(part.up.matrix, rows: range, into: up + at))
    }
    multiply(input, inputRows, method)
    addBiases(weights)
    let inner = activate(gate, up, count * mixture.expertSize)
    for (expert, part) in weights.experts.enumerated() where starts[expert] < starts[expert + 1] {
      products.append(
        RowsProduct(
          part.down.matrix, rows: starts[expert]..<starts[expert + 1], into: rows + starts[expert] * hidden))
    }
    multiply(inner, count, method)
    for (expert, part) in weights.experts.enumerated() {
      add(part.down.bias, to: rows, starts[expert]..<starts[expert + 1])
    }
    engine.addWeighted(
      rows, places: places, weights: router.weights, each: mixture.chosen, positions: n, columns: hidden,
      into: update)
  }

  private func addBiases(_ weights: MixtureWeights) {
    for (expert, part) in weights.experts.enumerated() {
      let range = starts[expert]..<starts[expert + 1]
      add(part.gate?.bias, to: gate, range)
      add(part.up.bias, to: up, range)
    }
  }

  private func add(_ bias: ParameterVector?, to x: UnsafeMutablePointer<Float>, _ rows: Range<Int>) {
    guard let bias, !rows.isEmpty else { return }
    engine.addBias(x + rows.lowerBound * bias.count, bias.pointer, rows: rows.count, columns: bias.count)
  }

  /// Multiplies what the part beside the experts gives by its gate, where it has one.
  private func gateShared(
    _ weights: MixtureWeights, _ h: UnsafePointer<Float>, _ n: Int, _ update: UnsafeMutablePointer<Float>
  ) {
    guard let sharedGate = weights.sharedGate else { return }
    multiplyAll(sharedGate, h, n)
    for position in 0..<n {
      engine.scale(update + position * hidden, by: 1 / (1 + expf(-scores[position])), count: hidden)
    }
  }

  /// A product of all positions, always exact: which expert is chosen must not hang on how it is computed.
  private func multiplyAll(_ weights: LinearWeights, _ h: UnsafePointer<Float>, _ n: Int) {
    products.append(RowsProduct(weights.matrix, rows: 0..<n, into: scores))
    multiply(h, n, .exact)
    if let bias = weights.bias { bias.add(to: scores, rows: n) }
  }

  private func multiply(_ x: UnsafePointer<Float>, _ n: Int, _ method: ComputeEngine.RowsMethod) {
    engine.multiplyEach(products, x, rows: n, method)
    products.removeAll(keepingCapacity: true)
  }

  /// Gives each expert of each position a row, those of an expert one after another.
  private func group(_ n: Int) {
    let count = n * mixture.chosen
    for expert in starts.indices { starts[expert] = 0 }
    for index in 0..<count { starts[Int(router.chosen[index]) + 1] += 1 }
    for expert in 0..<mixture.experts { starts[expert + 1] += starts[expert] }
    for expert in starts.indices { next[expert] = starts[expert] }
    for index in 0..<count {
      let expert = Int(router.chosen[index])
      places[index] = Int32(next[expert])
      next[expert] += 1
    }
  }

  /// The inputs in the order of the rows.
  private func gather(_ h: UnsafePointer<Float>, _ n: Int) -> UnsafeMutablePointer<Float> {
    for index in 0..<n * mixture.chosen {
      let position = index / mixture.chosen
      (rows + Int(places[index]) * hidden).update(from: h + position * hidden, count: hidden)
    }
    return rows
  }
}
