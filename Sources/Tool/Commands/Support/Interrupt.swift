import CMCPrimitives
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Control-C as a request: long work ends at the next step and keeps what it has; a second one ends the program.
enum Interrupt {
  private static let flag = Atomic<Bool>(false)

  /// Whether it has come.
  static var hasCome: Bool { flag.load(ordering: .relaxed) }

  /// From here on the first interrupt is only noted.
  static func catchOnce() {
    // Whoever started the program may have done so from a thread that blocks it.
    var interrupt = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &interrupt, nil)
    signal(SIGINT) { _ in
      Interrupt.flag.store(true, ordering: .relaxed)
      UnfinishedFiles.end(on: SIGINT)
    }
  }
}
