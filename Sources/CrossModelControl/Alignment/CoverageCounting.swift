internal import CMCAlignment
internal import CMCPrimitives
internal import CMCResultCoding

extension CoverageRun {
  /// Counting that can be broken off and gone on with: the part file, the checkpoint beside it, and the counter.
  struct Counting {
    private(set) var counter: CorpusCoverageCounter
    /// How many files are done.
    private(set) var done: Int
    private let plan: CoverageRun
    private let own: [Int]
    private let part: PartFile<CoverageSettings>
    private let observer: RunObserver
    private var position: CorpusReader.Position
    private var saved = ContinuousClock.now

    /// A checkpoint as its file has it.
    struct Saved: Codable {
      /// The digest of the run's settings.
      var settings: String
      /// How many files were done.
      var done: Int
      /// Where the next file is read from.
      var position: CorpusReader.Position
      /// What was counted.
      var counts: CorpusCoverageCounter.Checkpoint
    }

    /// Begins, or goes on from the last checkpoint.
    init(_ run: CoverageRun, _ settings: CoverageSettings, _ observer: RunObserver) throws {
      (plan, self.observer) = (run, observer)
      own = run.shard.items(of: run.corpus.count)
      part = PartFile(output: run.output, settings: settings)
      counter = try run.pair.counter(run.options)
      (done, position) = (0, .init())
      var domains: [CorpusCoverage.Domain] = []
      let names = own.map { run.corpus[$0].name }
      _ = try part.resume(limit: own.count) { index, line in
        guard let domain = try? ResultCoding.decode(CorpusCoverage.Domain.self, from: line),
          domain.name == names[index]
        else { return false }
        domains.append(domain)
        return true
      }
      try goOn(from: domains, try RunDigest.of(settings))
      // What is counted anew is not counted twice.
      try part.keep(done)
    }

    private var path: String { Self.path(part.path) }
    private static func path(_ part: String) -> String { part + ".counts" }

    private mutating func goOn(from domains: [CorpusCoverage.Domain], _ digest: String) throws {
      guard fileExists(path) else { return }
      // A checkpoint that cannot be read, or is of another run, costs the time of counting anew, and no more.
      guard
        let saved = try? ResultCoding.decode(
          Saved.self, from: try readFile(path, limit: 1 << 34, isOwn: true)), saved.settings == digest,
        saved.done <= domains.count
      else { return }
      let name = saved.done < own.count ? plan.corpus[own[saved.done]].name : ""
      guard counter.resume(saved.counts, finished: Array(domains.prefix(saved.done)), name: name) else {
        return
      }
      (done, position) = (saved.done, saved.position)
      let place =
        position.text.offset > 0 ? ", and \(NumberText.grouped(position.text.offset)) bytes of the next" : ""
      observer.note("\(done) of \(own.count) files are counted already\(place)")
    }

    /// Counts the files that are not done.
    ///
    /// - Returns: Whether all are; false after a cancellation.
    mutating func run() throws -> Bool {
      let progress = CorpusProgress(own.map { plan.sizes[$0] }, observer)
      while done < own.count {
        let file = plan.corpus[own[done]]
        let reader = CorpusReader(file: file, unit: plan.unit, field: plan.field)
        if !counter.isCounting { counter.beginDomain(file.name, number: own[done]) }
        let (end, isWhole) = try reader.forEachBatch(from: position) { batch in
          counter.leaveOut(batch.left)
          try withFile(file.name) { try counter.add(batch.texts) }
          position = batch.position
          progress.read(batch.read, of: done)
          let isCancelled = observer.isCancelled()
          if isCancelled || ContinuousClock.now - saved >= plan.interval { try save() }
          return !isCancelled
        }
        guard isWhole else { return false }
        try reader.tell(end, observer)
        if let domain = counter.endDomain() { try part.append(ResultCoding.encode(domain).dropLast()) }
        done += 1
        position = .init()
      }
      return true
    }

    /// Writes what is counted; the lines of finished files are there before.
    private mutating func save() throws {
      guard part.isKept else { return }
      let checkpoint = Saved(
        settings: try RunDigest.of(part.settings), done: done, position: position, counts: counter.checkpoint)
      try AtomicFile.write(ResultCoding.encode(checkpoint), to: path, isKept: false)
      saved = .now
    }

    /// The coverage of all files that were counted.
    mutating func finish() -> CorpusCoverage { counter.finish() }

    /// Writes the output, and removes what going on would need.
    func end(_ write: () throws -> Void) throws {
      try part.finish(write)
      removeFile(path)
    }
  }
}
