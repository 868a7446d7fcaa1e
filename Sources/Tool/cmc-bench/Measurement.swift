import CMCPrimitives

/// Times of repeated runs, in seconds.
struct Measurement {
  let name: String
  private let seconds: [Double]

  /// Runs a body once to warm up and then `runs` times.
  init(_ name: String, runs: Int, _ body: () throws -> Void) rethrows {
    self.name = name
    try body()
    let clock = ContinuousClock()
    seconds = try (0..<max(runs, 1)).map { _ in
      let time = try clock.measure(body)
      return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    }.sorted()
  }

  /// The middle run.
  var median: Double { seconds[seconds.count / 2] }
  /// The fastest run.
  var least: Double { seconds[0] }

  /// Median and least in milliseconds.
  var line: String {
    "\(padded(name, 28)) \(milliseconds(median)) ms median, \(milliseconds(least)) ms least of \(seconds.count)"
  }
}

/// Seconds as milliseconds with two digits, ten cells wide.
func milliseconds(_ seconds: Double) -> String {
  let hundredths = Int(saturating: (seconds * 100_000).rounded())
  let text = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  return String(repeating: " ", count: max(0, 10 - text.count)) + text
}

/// A text filled up with blanks.
func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// Keeps the optimiser from dropping a result.
@inline(never)
func keep<T>(_ value: T) { withExtendedLifetime(value) {} }
