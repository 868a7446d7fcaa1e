import CMCPrimitives
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Control-C, a request to end, or a terminal that was closed, as a request: long work ends at the next step and keeps what it has; a second one ends
/// the program.
enum Interrupt {
  /// The signal that has come; 0 before.
  private static let number = Atomic<Int32>(0)

  /// Whether one has come.
  static var hasCome: Bool { number.load(ordering: .relaxed) != 0 }

  /// The exit code of a program that was ended so: 130 for an interrupt, 143 for a request to end, 129 for a hang-up.
  static var exitCode: Int32 { 128 + (hasCome ? number.load(ordering: .relaxed) : SIGINT) }

  /// From here on the first of each is only noted, unless whoever started the program has it ignored.
  static func catchOnce() {
    for wanted in [SIGINT, SIGTERM, SIGHUP] where !UnfinishedFiles.isIgnored(wanted) {
      // Whoever started the program may have done so from a thread that blocks it.
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, wanted)
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      signal(wanted) { number in
        Interrupt.number.store(number, ordering: .relaxed)
        UnfinishedFiles.end(on: number)
      }
    }
  }
}
