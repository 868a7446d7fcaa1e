import CMCLanguageModel
import CMCPrimitives
import CMCTraining
import Testing

/// Gradients against finite differences of a forward pass in float64.
@Suite struct GradientTests {
  /// The most a gradient may be off, in parts of the largest of its tensor.
  private static let tolerance = 1e-3

  /// Compares the gradient of every tensor with finite differences at some of its parameters.
  private func check(
    _ network: Network, _ loss: (NaiveNetwork) -> Double, _ what: String
  ) throws {
    let naive = NaiveNetwork(network)
    let gradients = try #require(network.gradients).values
    var generator = SeededGenerator(seed: 11)
    for entry in network.layout.entries {
      let range = entry.offset..<entry.offset + entry.count
      let largest = range.map { abs(Double(gradients[$0])) }.max() ?? 0
      #expect(largest > 0, "\(what): \(entry.role) \(entry.layer ?? -1) has no gradient")
      for _ in 0..<4 {
        let index = entry.offset + generator.below(entry.count)
        let width = 1e-4
        var (above, below) = (naive, naive)
        above.values[index] += width
        below.values[index] -= width
        let slope = (loss(above) - loss(below)) / (2 * width)
        let found = Double(gradients[index])
        #expect(
          abs(found - slope) <= Self.tolerance * max(largest, abs(slope)),
          "\(what): \(entry.role) \(entry.layer ?? -1) bias \(entry.isBias) [\(index - entry.offset)]: \(found), \(slope)"
        )
      }
    }
  }

  @Test(arguments: SmallNetworks.names) func everyParameterKind(_ name: String) throws {
    let documents = SmallNetworks.documents
    for isRecomputed in [false, true] {
      let network = try SmallNetworks.network(name, isRecomputed: isRecomputed)
      let sums = try network.run([.init(documents, Objective(.crossEntropy), factor: 1)], learns: true)
      let wanted = NaiveNetwork(network).loss(documents)
      #expect(abs(sums[0].sum - wanted) < 1e-4 * wanted)
      try check(network, { $0.loss(documents) }, "\(name), recomputed \(isRecomputed)")
    }
  }

  @Test func everyObjective() throws {
    let documents = SmallNetworks.documents
    let (template, reference) = (SmallNetworks.rows(seed: 1), SmallNetworks.rows(seed: 2))
    let (t, r) = (template.map { $0.map(Double.init) }, reference.map { $0.map(Double.init) })
    let cases: [(String, Objective, (NaiveNetwork) -> Double)] = [
      ("delta", Objective(.crossEntropy, template: FixedRows(template)), { $0.loss(documents, template: t) }),
      ("ascent", Objective(.crossEntropy, weight: -0.5), { -0.5 * $0.loss(documents) }),
      (
        "divergence", Objective(.divergence, reference: FixedRows(reference)),
        { $0.loss(documents, .divergence, reference: r) }
      ),
      (
        "divergence from the template", Objective(.divergence, template: FixedRows(template)),
        { $0.loss(documents, .divergence, template: t) }
      ),
      (
        "both", Objective(.divergence, template: FixedRows(template), reference: FixedRows(reference)),
        { $0.loss(documents, .divergence, template: t, reference: r) }
      ),
      (
        "shift", Objective(.squaredDistance, reference: FixedRows(reference)),
        { $0.loss(documents, .squaredDistance, reference: r) }
      ),
    ]
    for (name, objective, loss) in cases {
      let network = try SmallNetworks.network("llama")
      let sums = try network.run([.init(documents, objective, factor: 1)], learns: true)
      let wanted = loss(NaiveNetwork(network))
      #expect(abs(sums[0].sum * Double(objective.weight) - wanted) < 1e-4 * abs(wanted), "\(name)")
      try check(network, loss, name)
    }
  }

  /// The gradient of W = W₀ + scale · B · A by that of W: dB = scale · dW · Aᵀ, dA = scale · Bᵀ · dW.
  @Test(arguments: SmallNetworks.names) func adapters(_ name: String) throws {
    let documents = SmallNetworks.documents
    let network = try SmallNetworks.network(name, learning: .adapters(rank: 3, alpha: 6))
    let merged = try SmallNetworks.network(name)
    let adapters = try #require(network.adapters)
    let (rank, scale) = (adapters.layout.rank, adapters.layout.scale)
    merged.values.start.update(from: network.values.start, count: network.values.count)
    let places = try adapters.layout.adapters.map { adapter in
      try #require(
        network.layout.entries.first {
          $0.role == adapter.role && $0.layer == adapter.layer && !$0.isBias
        })
    }
    for (adapter, entry) in zip(adapters.layout.adapters, places) {
      for row in 0..<adapter.rows {
        for column in 0..<adapter.columns {
          for k in 0..<rank {
            merged.values.values[entry.offset + row * adapter.columns + column] +=
              scale * adapters.values.values[adapter.b + row * rank + k]
              * adapters.values.values[adapter.a + k * adapter.columns + column]
          }
        }
      }
    }
    let part = Network.Part(documents, Objective(.crossEntropy), factor: 1)
    let sums = try network.run([part], learns: true)
    let wanted = try merged.run([part], learns: true)
    #expect(abs(sums[0].sum - wanted[0].sum) < 1e-4 * wanted[0].sum)
    let dW = try #require(merged.gradients).values
    for (adapter, entry) in zip(adapters.layout.adapters, places) {
      var dA = [Float](repeating: 0, count: rank * adapter.columns)
      var dB = [Float](repeating: 0, count: rank * adapter.rows)
      for row in 0..<adapter.rows {
        for column in 0..<adapter.columns {
          let slope = scale * dW[entry.offset + row * adapter.columns + column]
          for k in 0..<rank {
            dA[k * adapter.columns + column] += slope * adapters.values.values[adapter.b + row * rank + k]
            dB[row * rank + k] += slope * adapters.values.values[adapter.a + k * adapter.columns + column]
          }
        }
      }
      for (start, wanted) in [(adapter.a, dA), (adapter.b, dB)] {
        let largest = wanted.map(abs).max() ?? 0
        let worst = wanted.indices.map { abs(wanted[$0] - adapters.gradients.values[start + $0]) }.max() ?? 0
        #expect(largest > 0 && worst <= 1e-3 * largest, "\(adapter.role) \(adapter.layer)")
      }
    }
  }

  /// Threads change nothing; documents learnt together have the gradients of documents learnt one by one.
  @Test(arguments: SmallNetworks.names) func threadsAndBatches(_ name: String) throws {
    let documents = (0..<6).flatMap { _ in SmallNetworks.documents }
    func gradients(threads: Int, batches: Int) throws -> [Float] {
      let network = try SmallNetworks.network(name, threads: threads, positions: 256)
      let size = documents.count / batches
      for batch in 0..<batches {
        let some = Array(documents[batch * size..<(batch + 1) * size])
        _ = try network.run([.init(some, Objective(.crossEntropy), factor: 0.01)], learns: true)
      }
      return try Array(#require(network.gradients).values)
    }
    let one = try gradients(threads: 1, batches: 1)
    #expect(try gradients(threads: 2, batches: 1) == one)
    #expect(try gradients(threads: 7, batches: 1) == one)
    let parts = try gradients(threads: 2, batches: 3)
    let largest = one.map(abs).max() ?? 0
    #expect(zip(one, parts).allSatisfy { abs($0 - $1) <= 1e-5 * largest })
  }
}
