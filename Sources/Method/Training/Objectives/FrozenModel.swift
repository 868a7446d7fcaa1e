package import CMCLanguageModel
package import CMCLinearAlgebra
import CMCPrimitives

/// A model that does not learn and gives its logits at the targets of documents.
///
/// Documents are computed side by side, each on one thread, so results do not depend on the number of threads. Memory:
/// for each thread a session with its cache; the weights stay in their file.
package final class FrozenModel: RowSource {
  /// The model; its weights stay in their file and are shared by all sessions.
  package let model: LanguageModel
  private let sessions: [LanguageModelSession]

  /// A model with a session for each thread.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - precision: How products are computed.
  ///   - longest: The most tokens of a document.
  ///   - threads: The number of threads.
  package init(
    _ model: LanguageModel, precision: Precision, longest: Int, threads: Int = defaultThreadCount
  ) {
    self.model = model
    sessions = (0..<max(1, threads)).map { _ in
      LanguageModelSession(model, precision: precision, threads: 1, contextLength: longest)
    }
  }

  /// The logits; see ``RowSource``.
  ///
  /// - Throws: `FileError` with a `LanguageModelError`, or ``TrainingError/mismatch(_:)`` where the model gives fewer
  ///   logits than there are columns.
  package func rows(
    of documents: ArraySlice<Document>, columns: Int, into out: UnsafeMutablePointer<Float>
  ) throws {
    guard model.logitsWidth >= columns else {
      throw TrainingError.mismatch(
        "\(model.name) gives \(model.logitsWidth) logits, \(columns) are needed: another vocabulary")
    }
    var starts: [Int] = []
    var row = 0
    for document in documents {
      starts.append(row)
      row += document.targets.count
    }
    nonisolated(unsafe) let (sessions, out) = (sessions, out)
    let (all, first) = (Array(documents), starts)
    // Documents differ in length: whichever session is free takes the next one. Each row has its place already.
    let free = FreeList(count: sessions.count)
    try parallelFor(all.count, chunk: 1, threads: sessions.count) { range in
      let index = free.acquire()
      defer { free.release(index) }
      for document in range {
        try Self.run(sessions[index], all[document], columns, into: out + first[document] * columns)
      }
    }
  }

  private static func run(
    _ session: LanguageModelSession, _ document: Document, _ columns: Int,
    into out: UnsafeMutablePointer<Float>
  ) throws {
    guard let first = document.targets.first, let last = document.targets.last else { return }
    // What comes before the first target is read without logits.
    session.truncate(to: 0)
    if first > 0 { try session.extend(Array(document.ids[..<first])) }
    var next = 0
    try session.extend(Array(document.ids[first...last]), logits: .all) { position, logits in
      guard document.targets[next] == position, let start = logits.baseAddress else { return }
      (out + next * columns).update(from: start, count: columns)
      next += 1
    }
  }
}
