internal import CMCKernels
internal import CMCPrimitives

/// The numbers of one step of AdamW.
///
/// Source: Loshchilov, Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2, with Adam's corrections
/// of the means for their beginning at zero.
package struct AdamWStep: Sendable, Equatable {
  /// The learning rate.
  package var rate: Double
  /// How much of the mean of gradients stays.
  package var beta1: Double
  /// How much of the mean of their squares stays.
  package var beta2: Double
  /// Added to the root of the mean of squares.
  package var epsilon: Double
  /// The weight decay, to be multiplied by the learning rate.
  package var decay: Double
  /// What gradients are multiplied with, from clipping.
  package var scale: Double
  /// The number of the step, from 1.
  package var number: Int

  /// Joins the numbers.
  package init(
    rate: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double, scale: Double, number: Int
  ) {
    self.rate = rate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.decay = decay
    self.scale = scale
    self.number = number
  }
}

extension ComputeEngine {
  /// One step of AdamW on `count` parameters.
  ///
  /// - Parameters:
  ///   - parameters: Changed in place.
  ///   - gradients: Only read.
  ///   - first: The means of gradients.
  ///   - second: The means of their squares.
  ///   - count: How many there are.
  ///   - step: The step.
  package func adamW(
    _ parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>, count: Int, step: AdamWStep
  ) {
    let numbers = ck_adamw_step(
      rate: Float(step.rate), beta1: Float(step.beta1), beta2: Float(step.beta2),
      epsilon: Float(step.epsilon),
      decay: Float(step.rate * step.decay), scale: Float(step.scale),
      correction1: Float(1 - power(step.beta1, step.number)),
      correction2: Float((1 - power(step.beta2, step.number)).squareRoot()))
    nonisolated(unsafe) let (parameters, gradients, first, second) = (parameters, gradients, first, second)
    parallelFor(count, chunk: 65536, threads: threads) { [kernels] _, range in
      let at = range.lowerBound
      withUnsafePointer(to: numbers) {
        ck_adamw(parameters + at, gradients + at, first + at, second + at, range.count, $0, kernels)
      }
    }
  }

  /// Σ x² in float64, of parts that do not depend on the number of threads.
  package func sumOfSquares(_ x: UnsafePointer<Float>, count: Int) -> Double {
    let length = 1 << 16
    let chunks = (count + length - 1) / length
    guard chunks > 0 else { return 0 }
    nonisolated(unsafe) let x = x
    nonisolated(unsafe) let sums = inputs.reserve(chunks * 8).bindMemory(to: Double.self, capacity: chunks)
    parallelFor(count, chunk: length, threads: threads) { [kernels] _, range in
      sums[range.lowerBound / length] = ck_sum_of_squares(x + range.lowerBound, range.count, kernels)
    }
    return (0..<chunks).reduce(0) { $0 + sums[$1] }
  }
}

/// x to a whole power.
private func power(_ x: Double, _ n: Int) -> Double {
  var (result, base, rest) = (1.0, x, n)
  while rest > 0 {
    if rest & 1 == 1 { result *= base }
    base *= base
    rest >>= 1
  }
  return result
}
