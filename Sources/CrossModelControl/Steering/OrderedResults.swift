internal import CMCPrimitives
internal import Dispatch

/// What several threads find, in any order, for one that wants it in the order of numbers.
final class OrderedResults<Value: Sendable>: Sendable {
  private struct State {
    var values: [Int: Value] = [:]
    var isClosed = false
  }

  private let state = Guarded(State())
  private let news = DispatchSemaphore(value: 0)

  /// Whether nobody wants more.
  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Gives the value of a number.
  func add(_ number: Int, _ value: Value) {
    state.withLock { $0.values[number] = value }
    news.signal()
  }

  /// The value of a number, once it is there; each can be had once, by one thread.
  func wait(for number: Int) -> Value {
    while true {
      if let value = state.withLock({ $0.values.removeValue(forKey: number) }) { return value }
      news.wait()
    }
  }

  /// Says that nobody wants more.
  func close() { state.withLock { $0.isClosed = true } }
}
