import ArgumentParser
import CMCLanguageModel
import CMCPrimitives
import CMCTraining

/// `cmc-bench train`: how fast a model of a named shape trains.
struct TrainSpeedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Time steps of training in tokens a second: forward and backward pass, clipping, AdamW.",
    discussion: """
      The tokens are arbitrary; every one is learnt. Tests/Scripts/measure_training.py runs PyTorch on the same model, \
      batch and number of threads beside it.
      """)

  @Option(help: "A named shape.")
  var shape = "15M"

  @Option(help: "The size of the vocabulary.")
  var vocabulary = 32_000

  @Option(help: "Documents a step.")
  var batch = 8

  @Option(help: "Tokens of a document.")
  var length = 256

  @Option(help: "How many threads.")
  var threads = defaultThreadCount

  @Option(help: "Timed steps; the median is shown.")
  var steps = 5

  @Flag(help: "Compute activations again in the backward pass.")
  var recompute = false

  func run() throws {
    guard let size = ModelSize(shape) else { throw ValidationError("--shape is no named shape.") }
    let configuration = try size.configuration(vocabulary: vocabulary, context: max(length, 1024))
    let network = Network(
      try NetworkShape(configuration), learning: .all, positions: batch * length, longest: length,
      isRecomputed: recompute, threads: threads)
    network.initialize(seed: 1)
    let documents = (0..<batch).map { row in
      Document(text: (0..<length).map { Int32(($0 * 7919 + row * 104_729) % vocabulary) })
    }
    let optimizer = try AdamW(network, AdamWSettings())
    let part = Network.Part(
      documents, Objective(.crossEntropy), factor: 1 / Float(batch * (length - 1)))
    let measurement = try Measurement("step", runs: steps) {
      optimizer.clearGradients()
      _ = try network.run([part], learns: true)
      optimizer.step(rate: 1e-3, norm: optimizer.gradientNorm())
    }
    let speed = Int(saturating: Double(batch * length) / measurement.median)
    print(measurement.line)
    print(
      "\(shape), \(network.layout.parameterCount) parameters, \(batch) × \(length) tokens, \(threads) threads: "
        + "\(speed) tokens/s; activations \(network.activationBytes >> 20) MB")
  }
}
