import CMCLanguageModel
import CMCLinearAlgebra
import CMCPrimitives
import CMCTraining

/// Rows that are known beforehand, as another model's.
final class FixedRows: RowSource {
  let values: [[Float]]
  private var next = 0

  init(_ values: [[Float]]) { self.values = values }

  /// Gives the rows in their order; begins anew after the last.
  func rows(of documents: ArraySlice<Document>, columns: Int, into out: UnsafeMutablePointer<Float>) throws {
    let count = documents.reduce(0) { $0 + $1.targets.count }
    for row in 0..<count {
      for column in 0..<columns { out[row * columns + column] = values[next % values.count][column] }
      next += 1
    }
  }
}

/// Small models of every variation that can be trained.
enum SmallNetworks {
  /// The names of the variations.
  static let names = ["llama", "untied", "qwen", "gemma"]

  /// The configuration of a variation.
  static func configuration(_ name: String) throws -> ModelConfiguration {
    var c = try ModelConfiguration.llama(
      vocabularySize: 37, contextLength: 128, hiddenSize: 24, layerCount: 2, headCount: 4,
      keyValueHeadCount: 2,
      feedForwardSize: 20, tiesEmbeddings: name != "untied")
    switch name {
    case "qwen":
      c.biases = .queryKeyValue
      c.queryKeyNorm = .shared
    case "gemma":
      c.queryKeyNorm = .shared
      c.normsOutputs = true
      c.feedForward = .gated(.geluTanh)
      c.embeddingScale = 4.5
      c.attentionScale = 0.3
      c.windows = [3, nil]
      c.positions = .rotary(
        layout: .halves, global: RotaryEmbedding(base: 5000), local: RotaryEmbedding(base: 100))
    default: break
    }
    return c
  }

  /// A network whose parameters are all drawn, norms and biases too.
  static func network(
    _ name: String, learning: Network.Learning = .all, isRecomputed: Bool = false, threads: Int = 1,
    isa: KernelISA = .current, positions: Int = 64
  ) throws -> Network {
    let network = Network(
      try NetworkShape(try configuration(name)), learning: learning, positions: positions, longest: positions,
      isRecomputed: isRecomputed, threads: threads, isa: isa)
    var generator = SeededGenerator(seed: 7)
    for entry in network.layout.entries {
      for index in entry.offset..<entry.offset + entry.count {
        let value = Float.random(in: -0.4...0.4, using: &generator)
        network.values.values[index] = entry.isNorm ? 1 + value : value
      }
    }
    if let adapters = network.adapters {
      for index in adapters.values.values.indices {
        adapters.values.values[index] = Float.random(in: -0.4...0.4, using: &generator)
      }
    }
    return network
  }

  /// Documents of several lengths; some tokens are learnt.
  static let documents: [Document] = {
    var generator = SeededGenerator(seed: 3)
    return [5, 1, 11, 2, 8].map { length in
      let ids = (0..<length).map { _ in Int32(generator.below(37)) }
      return Document(ids: ids, targets: (0..<length - 1).filter { _ in generator.below(3) > 0 })
    }
  }()

  /// One row for each target of the documents.
  static func rows(seed: UInt64) -> [[Float]] {
    var generator = SeededGenerator(seed: seed)
    return documents.flatMap(\.targets).map { _ in
      (0..<37).map { _ in Float.random(in: -2...2, using: &generator) }
    }
  }
}
