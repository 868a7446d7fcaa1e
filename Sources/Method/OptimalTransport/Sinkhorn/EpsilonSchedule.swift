import CMCPrimitives

/// The values of ε, one a round.
struct EpsilonSchedule {
  /// From dᵖ, which comes twice, down to blurᵖ.
  let values: [Double]
  /// The final value.
  let last: Double

  /// Halves the length until it is the blur's.
  init(diameter: Double, blur: Double, exponent: Int) {
    let p = Double(exponent)
    last = power(blur, exponent)
    var values = [power(diameter, exponent)]
    let start = p * logarithm(diameter)
    let stop = p * logarithm(blur)
    let step = p * logarithm(0.5)
    // As NumPy's arange counts: so many steps, each from the start.
    let count = Int(saturating: ((stop - start) / step).rounded(.up))
    if count > 0 { values += (0..<count).map { exponential(start + Double($0) * step) } }
    self.values = values + [last]
  }
}

private func power(_ x: Double, _ exponent: Int) -> Double { exponent == 1 ? x : x * x }
