internal import CMCLinearAlgebra

/// The shift that tuning brought: log-softmax(tuned) − log-softmax(base).
package final class ShiftRows: RowSource {
  private let tuned: any RowSource
  private let base: any RowSource
  private let engine = ComputeEngine(precision: .exact, threads: 1)
  private var scratch = FloatBuffer(count: 0)

  /// The shift from a base to what was tuned from it.
  package init(tuned: any RowSource, base: any RowSource) {
    self.tuned = tuned
    self.base = base
  }

  /// The shifts; see ``RowSource``.
  ///
  /// - Throws: What the two models throw.
  package func rows(
    of documents: ArraySlice<Document>, columns: Int, into out: UnsafeMutablePointer<Float>
  ) throws {
    let rows = documents.reduce(0) { $0 + $1.targets.count }
    if scratch.count < rows * columns { scratch = FloatBuffer(count: rows * columns) }
    try tuned.rows(of: documents, columns: columns, into: out)
    try base.rows(of: documents, columns: columns, into: scratch.start)
    engine.logSoftmax(out, rows: rows, columns: columns)
    engine.logSoftmax(scratch.start, rows: rows, columns: columns)
    for index in 0..<rows * columns { out[index] -= scratch.start[index] }
  }
}
