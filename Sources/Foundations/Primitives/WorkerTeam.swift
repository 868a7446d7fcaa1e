internal import CMCKernels
import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Threads that wait for work of some microseconds: what `parallelFor(_:chunk:threads:byWorker:)` runs on.
///
/// Waking a sleeping thread takes longer than one of the two hundred products of a token, so a worker that has nothing to
/// do looks for the next work for a moment before it sleeps. Each thread has a part of the ranges and a counter of its own,
/// as counters that threads share would travel between processors for each range; who is done helps the others. The
/// caller waits for no worker that has not begun, so a busy machine costs no more than the help it refuses.
///
/// How it is safe: `epoch` is odd while work is open. A worker enters (`inside` + 1) and looks at `epoch` again; the caller
/// closes (`epoch` + 1) and looks at `inside`. All four are sequentially consistent, so either the worker sees that the
/// work is closed and touches nothing, or the caller sees the worker and waits until it has left.
final class WorkerTeam: Sendable {
  /// The team of this process: with the caller as many threads as there are processors.
  static let shared: WorkerTeam = {
    let team = WorkerTeam()
    while team.workers.load(ordering: .relaxed) < defaultThreadCount - 1, team.startWorker() {}
    return team
  }()

  /// Ranges of a piece of work.
  private struct Job {
    var count = 0
    var chunk = 1
    var threads = 0
    var body: (@Sendable (Int, Range<Int>) -> Void)?
  }

  /// The ranges that a thread has not begun yet, on a cache line of its own.
  private final class Lane: Sendable {
    let next = Atomic<Int>(0)
    /// Keeps the neighbours away.
    private let padding: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)
    private let more: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)
  }

  /// How often a worker looks for work before it sleeps: about a fifth of a millisecond.
  private static let patience = 8000

  /// How many have been started; they live as long as the process.
  private let workers = Atomic<Int>(0)
  private let isBusy = Atomic<Bool>(false)
  private let epoch = Atomic<Int>(0)
  /// One for each thread, the caller's first.
  private let lanes: [Lane]
  private let inside = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let wake = DispatchSemaphore(value: 0)
  /// Written by the caller while `inside` is 0 and no work is open; read by workers that are inside.
  private nonisolated(unsafe) let job: UnsafeMutablePointer<Job>

  private init() {
    lanes = (0..<defaultThreadCount).map { _ in Lane() }
    job = .allocate(capacity: 1)
    job.initialize(to: Job())
  }

  /// Runs a body over ranges on up to `threads` threads, as ``parallelFor(_:chunk:threads:byWorker:)`` says.
  ///
  /// - Returns: False, and nothing was run, where the team is at work for another thread or has too few threads.
  func run(_ count: Int, chunk: Int, threads: Int, _ body: @Sendable (Int, Range<Int>) -> Void) -> Bool {
    guard threads <= workers.load(ordering: .relaxed) + 1,
      isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else { return false }
    withoutActuallyEscaping(body) { body in
      job.pointee = Job(count: count, chunk: chunk, threads: threads, body: body)
      let chunks = (count + chunk - 1) / chunk
      for lane in 0..<threads { lanes[lane].next.store(lane * chunks / threads, ordering: .relaxed) }
      epoch.wrappingAdd(1, ordering: .sequentiallyConsistent)
      let sleeping = sleepers.exchange(0, ordering: .sequentiallyConsistent)
      for _ in 0..<sleeping { wake.signal() }
      work(as: 0)
      epoch.wrappingAdd(1, ordering: .sequentiallyConsistent)
      var looks = 0
      while inside.load(ordering: .sequentiallyConsistent) != 0 {
        looks += 1
        // A worker that was interrupted in the middle of its range needs the processor more.
        if looks < Self.patience { ck_pause() } else { sched_yield() }
      }
      job.pointee.body = nil
    }
    isBusy.store(false, ordering: .releasing)
    return true
  }

  /// Takes ranges until there are none.
  ///
  /// Not inlined: what it holds of the body it has let go when it returns.
  @inline(never)
  private func work(as worker: Int) {
    let (count, chunk, threads) = (job.pointee.count, job.pointee.chunk, job.pointee.threads)
    guard let body = job.pointee.body else { return }
    let chunks = (count + chunk - 1) / chunk
    for turn in 0..<threads {
      let owner = (worker + turn) % threads
      let end = (owner + 1) * chunks / threads
      while true {
        let index = lanes[owner].next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < end else { break }
        body(worker, index * chunk..<min(count, (index + 1) * chunk))
      }
    }
  }

  /// A worker's life.
  private func live(as worker: Int) {
    var seen = 0
    while true {
      let open = waitForWork(after: seen)
      inside.wrappingAdd(1, ordering: .sequentiallyConsistent)
      if epoch.load(ordering: .sequentiallyConsistent) == open, worker < job.pointee.threads {
        work(as: worker)
      }
      inside.wrappingSubtract(1, ordering: .sequentiallyConsistent)
      seen = open
    }
  }

  /// The epoch of open work that is not the one after which is asked.
  private func waitForWork(after seen: Int) -> Int {
    var looks = 0
    while true {
      let now = epoch.load(ordering: .acquiring)
      if now % 2 == 1, now != seen { return now }
      looks += 1
      if looks < Self.patience {
        ck_pause()
        continue
      }
      sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
      // Work that was opened before the caller could see the sleeper must not be slept through.
      if epoch.load(ordering: .sequentiallyConsistent) == now, now % 2 == 0 || now == seen {
        wake.wait()
      } else {
        // Whoever has counted this sleeper has signalled for it, and the signal is taken.
        var counted = sleepers.load(ordering: .relaxed)
        while counted > 0 {
          let (exchanged, original) = sleepers.compareExchange(
            expected: counted, desired: counted - 1, ordering: .sequentiallyConsistent)
          if exchanged { break }
          counted = original
        }
        if counted == 0 { wake.wait() }
      }
      looks = 0
    }
  }

  /// Starts a thread for the next worker.
  private func startWorker() -> Bool {
    let worker = workers.load(ordering: .relaxed) + 1
    // Ranges of numbers need no deep stack, and 64 of the usual size would take half a gigabyte of a limited address space.
    guard let thread = StartedThread(stack: 1 << 20, { self.live(as: worker) }) else { return false }
    thread.detach()
    workers.store(worker, ordering: .relaxed)
    return true
  }

  /// Whether there are as many threads as there are processors.
  var isWhole: Bool { workers.load(ordering: .relaxed) == lanes.count - 1 }
}
