internal import CMCPrimitives
internal import Synchronization

/// A line on standard error that says how far long work has come, where standard error is a terminal.
struct ProgressLine: ~Copyable {
  private let total: Int
  private let isShown: Bool
  private let label: String
  private let start: ContinuousClock.Instant

  /// A line for `total` items of work that began at `start`; `label` stands before it.
  init(total: Int, isShown: Bool, label: String = "", start: ContinuousClock.Instant = .now) {
    self.total = total
    self.label = label.isEmpty ? "" : label + " "
    self.start = start
    self.isShown = isShown && StandardError.isTerminal
  }

  /// Shows how many are done, how long the rest should take, and what else there is to say.
  func show(_ done: Int, detail: String = "") {
    guard isShown else { return }
    let width = 24
    let filled = total > 0 ? done * width / total : 0
    var line =
      "\r" + label + "[" + String(repeating: "█", count: filled)
      + String(repeating: "·", count: width - filled)
    line += "] \(done)/\(total)"
    if done > 0 {
      let seconds = (ContinuousClock.now - start) / .seconds(1) / Double(done) * Double(total - done)
      line +=
        seconds < 90
        ? ", \(Int(saturating: seconds.rounded())) s left"
        : ", \(Int(saturating: (seconds / 60).rounded())) min left"
    }
    if !detail.isEmpty { line += ", " + detail }
    StandardError.write(line + "\u{1B}[K")
  }

  /// Takes the line away.
  func finish(_ done: Int) {
    if isShown { StandardError.write("\r\u{1B}[K") }
  }
}
