internal import CMCPrimitives

/// What the server has done, in the text form of Prometheus (version 0.0.4).
package final class Metrics: Sendable {
  private struct Counts {
    var requests: [Label: Int] = [:]
    var promptTokens = 0
    var generatedTokens = 0
    var cancelled = 0
    var running = 0
    var waiting = 0
    var firstToken = Histogram()
    var perToken = Histogram()
  }

  private struct Label: Hashable, Comparable {
    var path: String
    var status: Int

    static func < (a: Label, b: Label) -> Bool { (a.path, a.status) < (b.path, b.status) }
  }

  /// Times in seconds, counted by bounds that each are 2.5 or 2 or 2 times the one before.
  struct Histogram {
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    private(set) var counts = [Int](repeating: 0, count: bounds.count)
    private(set) var count = 0
    private(set) var sum = 0.0

    mutating func add(_ seconds: Double) {
      count += 1
      sum += seconds
      for (index, bound) in Self.bounds.enumerated() where seconds <= bound { counts[index] += 1 }
    }
  }

  private let counts = Guarded(Counts())

  /// Nothing has been done.
  package init() {}

  /// A request was answered.
  ///
  /// - Parameters:
  ///   - path: The route, never what a client wrote.
  ///   - status: The status of the answer.
  package func answered(_ path: String, status: Int) {
    counts.withLock { $0.requests[Label(path: path, status: status), default: 0] += 1 }
  }

  /// A text has ended.
  package func wrote(_ usage: Usage, isCancelled: Bool) {
    counts.withLock {
      $0.promptTokens += usage.promptTokens
      $0.generatedTokens += usage.completionTokens
      if isCancelled { $0.cancelled += 1 }
    }
  }

  /// A text's first token came so many seconds after its request.
  package func firstToken(after seconds: Double) { counts.withLock { $0.firstToken.add(seconds) } }

  /// A further token came so many seconds after the one before.
  package func nextToken(after seconds: Double) { counts.withLock { $0.perToken.add(seconds) } }

  /// How many texts are being written, and how many wait.
  package func set(running: Int, waiting: Int) {
    counts.withLock { ($0.running, $0.waiting) = (running, waiting) }
  }

  /// All figures, with the memory that is in use now.
  package var text: String {
    let memory = memoryInUse()
    return counts.withLock { Self.text($0, memory: memory) }
  }

  private static func text(_ counts: Counts, memory: Int) -> String {
    var lines: [String] = []
    func metric(_ name: String, _ kind: String, _ help: String, _ values: [(String, String)]) {
      lines.append("# HELP cmc_\(name) \(help)")
      lines.append("# TYPE cmc_\(name) \(kind)")
      for (label, value) in values { lines.append("cmc_\(name)\(label) \(value)") }
    }
    metric(
      "requests_total", "counter", "Requests answered, by route and status.",
      counts.requests.sorted { $0.key < $1.key }.map {
        ("{path=\"\($0.key.path)\",status=\"\($0.key.status)\"}", "\($0.value)")
      })
    metric("prompt_tokens_total", "counter", "Tokens of prompts read.", [("", "\(counts.promptTokens)")])
    metric("generated_tokens_total", "counter", "Tokens written.", [("", "\(counts.generatedTokens)")])
    metric("cancelled_total", "counter", "Texts whose client went away.", [("", "\(counts.cancelled)")])
    metric("running", "gauge", "Texts being written.", [("", "\(counts.running)")])
    metric("waiting", "gauge", "Texts that wait for a place.", [("", "\(counts.waiting)")])
    metric(
      "memory_in_use_bytes", "gauge", "Memory asked for and not given back, without mapped files.",
      [("", "\(memory)")])
    for (name, help, histogram) in [
      ("first_token_seconds", "From a request to its first token.", counts.firstToken),
      ("token_seconds", "From a token to the next.", counts.perToken),
    ] {
      lines.append("# HELP cmc_\(name) \(help)")
      lines.append("# TYPE cmc_\(name) histogram")
      for (bound, count) in zip(Histogram.bounds, histogram.counts) {
        lines.append("cmc_\(name)_bucket{le=\"\(bound)\"} \(count)")
      }
      lines.append("cmc_\(name)_bucket{le=\"+Inf\"} \(histogram.count)")
      lines.append("cmc_\(name)_sum \(histogram.sum)")
      lines.append("cmc_\(name)_count \(histogram.count)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
