#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A thread of the process' own, where the system lets one more be.
///
/// Dispatch waits for ever where its threads cannot be made, because of a limit on processes or on memory; who starts a
/// thread here is told so, and does the work alone.
package struct StartedThread {
  #if canImport(Darwin)
    private let thread: pthread_t?
  #else
    private let thread: pthread_t
  #endif

  /// Starts a thread that runs a body.
  ///
  /// - Parameters:
  ///   - stack: The bytes of its stack, or nil for as many as the system gives.
  ///   - body: What it runs; it is let go of when it has ended, or where there is no thread.
  /// - Returns: Nil where the system makes no further thread, and the body is not run.
  package init?(stack: Int? = nil, _ body: @escaping @Sendable () -> Void) {
    let start = Unmanaged.passRetained(Start(body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    if let stack { pthread_attr_setstacksize(&attributes, stack) }
    #if canImport(Darwin)
      var made: pthread_t?
      let run: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = { pointer in
        Start.run(pointer)
        return nil
      }
    #else
      var made = pthread_t()
      let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { pointer in
        if let pointer { Start.run(pointer) }
        return nil
      }
    #endif
    guard pthread_create(&made, &attributes, run, start.toOpaque()) == 0 else {
      start.release()
      return nil
    }
    thread = made
  }

  /// Waits until the body has ended; to be called once, or ``detach()``.
  package func join() {
    #if canImport(Darwin)
      if let thread { pthread_join(thread, nil) }
    #else
      pthread_join(thread, nil)
    #endif
  }

  /// Lets it end by itself.
  package func detach() {
    #if canImport(Darwin)
      if let thread { pthread_detach(thread) }
    #else
      pthread_detach(thread)
    #endif
  }

  /// What a thread runs.
  private final class Start {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    static func run(_ pointer: UnsafeMutableRawPointer) {
      Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue().body()
    }
  }
}

/// Runs a body on this thread and beside it on as many others, up to `threads` together, as can be made.
///
/// - Parameter body: Called once on each thread, with its number; 0 is the caller's.
/// - Complexity: Some 20 µs a thread.
func onThreads(_ threads: Int, _ body: @Sendable (Int) -> Void) {
  withoutActuallyEscaping(body) { body in
    var others: [StartedThread] = []
    for number in 1..<max(1, threads) {
      guard let thread = StartedThread({ body(number) }) else { break }
      others.append(thread)
    }
    body(0)
    for thread in others { thread.join() }
  }
}
