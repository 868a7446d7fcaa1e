internal import CMCLinearAlgebra

/// Queries, keys and values of latent attention, expanded to what other attention has.
///
/// The turned part of a head comes first, and values are filled up with zeros to the length of keys. What stays in the
/// cache is the expanded form.
final class LatentPass {
  /// The products of a layer, each of one input.
  private struct Products {
    let queryDown: [WeightProduct]
    let query: [WeightProduct]
    let down: [WeightProduct]
    let up: [WeightProduct]
  }

  /// The size of the buffers.
  let bytes: Int
  private let engine: ComputeEngine
  private let latent: LatentAttention
  private let heads: Int
  /// [positions × query rank], [positions × heads · head].
  private let queryLatent: UnsafeMutablePointer<Float>
  private let queries: UnsafeMutablePointer<Float>
  /// [positions × (rank + turned)], [positions × rank], [positions × heads · (plain + value)].
  private let compressed: UnsafeMutablePointer<Float>
  private let normed: UnsafeMutablePointer<Float>
  private let expanded: UnsafeMutablePointer<Float>
  private var products: [Products] = []

  private var headSize: Int { latent.turned + latent.plain }

  init(_ model: LanguageModel, _ latent: LatentAttention, engine: ComputeEngine, positions: Int) {
    self.engine = engine
    self.latent = latent
    heads = model.configuration.headCount
    let sizes = [
      latent.queryRank ?? 0, heads * (latent.turned + latent.plain), latent.rank + latent.turned, latent.rank,
      heads * (latent.plain + latent.valueSize),
    ].map { $0 * positions }
    queryLatent = .allocate(capacity: sizes[0])
    queries = .allocate(capacity: sizes[1])
    compressed = .allocate(capacity: sizes[2])
    normed = .allocate(capacity: sizes[3])
    expanded = .allocate(capacity: sizes[4])
    bytes = sizes.reduce(0, +) * MemoryLayout<Float>.stride
    products = model.weights.layers.map { layer in
      guard case .attention(let layer) = layer.mixer else {
        return Products(queryDown: [], query: [], down: [], up: [])
      }
      return Products(
        queryDown: layer.latent?.queryDown.map { [WeightProduct($0.matrix, into: queryLatent)] } ?? [],
        query: [WeightProduct(layer.query.matrix, into: queries)],
        down: layer.key.map { [WeightProduct($0.matrix, into: compressed)] } ?? [],
        up: layer.value.map { [WeightProduct($0.matrix, into: expanded)] } ?? [])
    }
  }

  deinit { for pointer in [queryLatent, queries, compressed, normed, expanded] { pointer.deallocate() } }

  /// Fills queries, keys and values of some positions; nothing is turned yet.
  ///
  /// - Parameters:
  ///   - index: The layer's number.
  ///   - layer: Its weights.
  ///   - h: What attention reads [positions × hidden].
  ///   - n: The number of positions.
  ///   - workspace: Where they go.
  ///   - multiply: Products of one input.
  func run(
    _ index: Int, _ layer: AttentionWeights, _ h: UnsafePointer<Float>, positions n: Int,
    into workspace: Workspace,
    multiply: ([WeightProduct], UnsafePointer<Float>) -> Void
  ) {
    let own = products[index]
    guard let weights = layer.latent else { return }
    if let down = weights.queryDown, let norm = weights.queryNorm, let rank = latent.queryRank {
      multiply(own.queryDown, h)
      add(down.bias, to: queryLatent, n)
      engine.rmsNorm(
        queryLatent, weight: norm.pointer, epsilon: latent.epsilon, rows: n, columns: rank,
        into: queryLatent)
      multiply(own.query, queryLatent)
    } else {
      multiply(own.query, h)
    }
    multiply(own.down, h)
    add(layer.key?.bias, to: compressed, n)
    let width = latent.rank + latent.turned
    for row in 0..<n {
      engine.rmsNorm(
        compressed + row * width, weight: weights.norm.pointer, epsilon: latent.epsilon, rows: 1,
        columns: latent.rank, into: normed + row * latent.rank)
    }
    multiply(own.up, normed)
    arrange(n, workspace)
  }

  private func add(_ bias: ParameterVector?, to x: UnsafeMutablePointer<Float>, _ n: Int) {
    if let bias { engine.addBias(x, bias.pointer, rows: n, columns: bias.count) }
  }

  /// Brings heads in the order in which they are computed with.
  private func arrange(_ n: Int, _ workspace: Workspace) {
    let (turned, plain, value) = (latent.turned, latent.plain, latent.valueSize)
    for row in 0..<n {
      let shared = compressed + row * (latent.rank + turned) + latent.rank
      for head in row * heads..<(row + 1) * heads {
        let (from, pair) = (queries + head * headSize, expanded + head * (plain + value))
        let (query, key) = (workspace.queries + head * headSize, workspace.keys + head * headSize)
        let values = workspace.values + head * headSize
        query.update(from: from + plain, count: turned)
        (query + turned).update(from: from, count: plain)
        key.update(from: shared, count: turned)
        (key + turned).update(from: pair, count: plain)
        values.update(from: pair + plain, count: value)
        (values + value).update(repeating: 0, count: headSize - value)
      }
    }
  }

  /// Takes the zeros out again: from [positions × heads · head] to [positions × heads · value].
  func close(_ attended: UnsafeMutablePointer<Float>, positions n: Int) {
    guard latent.valueSize < headSize else { return }
    for head in 1..<max(1, n * heads) {
      (attended + head * latent.valueSize).update(from: attended + head * headSize, count: latent.valueSize)
    }
  }
}
