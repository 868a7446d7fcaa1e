internal import CMCLinearAlgebra

/// How gradients become changes of parameters.
public struct AdamWSettings: Sendable, Equatable, Codable {
  /// How much of the mean of gradients stays from a step to the next.
  public var beta1 = 0.9
  /// How much of the mean of their squares stays.
  public var beta2 = 0.95
  /// Added to the root of the mean of squares.
  public var epsilon = 1e-8
  /// Weight decay of matrices; norms and biases have none.
  public var weightDecay = 0.1
  /// The largest norm of a gradient; larger ones are scaled down to it, and 0 is no limit.
  public var clip = 1.0

  /// Factors of 0.9 and 0.95, as language models are commonly trained with.
  public init() {}
}

/// AdamW over the parameters of a network that learn.
package final class AdamW {
  /// How gradients become changes; the same for all steps.
  package let settings: AdamWSettings
  /// The steps done.
  package private(set) var steps: Int
  /// The means of gradients, laid out as the parameters.
  let first: FloatBuffer
  /// The means of their squares.
  let second: FloatBuffer
  private let network: Network
  /// Runs of parameters and whether they decay.
  private let runs: [(range: Range<Int>, decays: Bool)]

  /// An optimiser at its first step.
  ///
  /// - Throws: ``TrainingError/unsupported(_:)`` where nothing of the network learns.
  package init(_ network: Network, _ settings: AdamWSettings) throws(TrainingError) {
    guard let trainable = network.trainable else { throw .unsupported("a network of which nothing learns") }
    self.network = network
    self.settings = settings
    steps = 0
    first = FloatBuffer(count: trainable.values.count)
    second = FloatBuffer(count: trainable.values.count)
    // Both factors of an addition are matrices: all of them decay.
    if network.adapters != nil {
      runs = [(0..<trainable.values.count, true)]
    } else {
      var runs: [(range: Range<Int>, decays: Bool)] = []
      for entry in network.layout.entries {
        let range = entry.offset..<entry.offset + entry.count
        // Gaps between tensors hold zeros and stay so.
        if let last = runs.last, last.decays == entry.isMatrix {
          runs[runs.count - 1].range = last.range.lowerBound..<range.upperBound
        } else {
          runs.append((range, entry.isMatrix))
        }
      }
      self.runs = runs
    }
  }

  /// Sets all gradients to zero.
  package func clearGradients() { network.trainable?.gradients.clear() }

  /// The Euclidean norm of all gradients.
  package func gradientNorm() -> Double {
    guard let trainable = network.trainable else { return 0 }
    return network.engine.sumOfSquares(trainable.gradients.start, count: trainable.gradients.count)
      .squareRoot()
  }

  /// Changes the parameters by the gradients.
  ///
  /// - Parameters:
  ///   - rate: The learning rate of this step.
  ///   - norm: What ``gradientNorm()`` says.
  package func step(rate: Double, norm: Double) {
    guard let trainable = network.trainable else { return }
    steps += 1
    // Clipped as PyTorch does it, its 1e-6 included, so that runs can be compared.
    let scale = settings.clip > 0 && norm > settings.clip ? settings.clip / (norm + 1e-6) : 1
    for run in runs {
      let step = AdamWStep(
        rate: rate, beta1: settings.beta1, beta2: settings.beta2, epsilon: settings.epsilon,
        decay: run.decays ? settings.weightDecay : 0, scale: scale, number: steps)
      let at = run.range.lowerBound
      network.engine.adamW(
        trainable.values.start + at, gradients: trainable.gradients.start + at, first: first.start + at,
        second: second.start + at, count: run.range.count, step: step)
    }
  }

  /// Goes on from a number of steps, once ``first`` and ``second`` are filled.
  func resume(at steps: Int) { self.steps = steps }
}
