/// Hears how far a long piece of work has come; a terminal draws a bar, everything else ignores it.
///
/// Calls come from any thread.
public protocol ProgressObserver: Sendable {
  /// `done` of `total` units of the named stage are finished.
  func progress(_ stage: String, done: Int, total: Int)
}

/// An observer that ignores what it hears.
public struct NoProgress: ProgressObserver {
  /// Makes the observer.
  public init() {}
  /// Ignores the call.
  public func progress(_ stage: String, done: Int, total: Int) {}
}
