internal import CMCPrimitives

/// Writes a matrix of float32 as a `.npy` file, row after row, without holding it.
///
/// The file appears under its name only when all rows are there.
package final class NumPyMatrixWriter {
  private let stream: AtomicFileStream
  private let rows: Int
  private let columns: Int
  private var written = 0

  /// Begins a file of a known shape.
  ///
  /// - Throws: `FileError`.
  package init(path: String, rows: Int, columns: Int) throws {
    stream = try AtomicFileStream(path: path)
    self.rows = rows
    self.columns = columns
    try Self.beginning(rows: rows, columns: columns).withUnsafeBytes { try stream.write($0) }
  }

  /// What every such file begins with.
  package static var magic: [UInt8] { NumPyHeader.magic }

  /// What a file of a shape begins with: all but the rows.
  package static func beginning(rows: Int, columns: Int) -> [UInt8] {
    NumPyHeader(elementType: .float32, isFortranOrder: false, shape: [rows, columns]).encoded()
  }

  /// Appends a row, which must have as many elements as there are columns.
  ///
  /// - Throws: `FileError`; ``NumPyError/wrongShape(found:wanted:)`` for a row of another length or one too many.
  package func append(_ row: UnsafeBufferPointer<Float>) throws {
    guard row.count == columns, written < rows else {
      throw NumPyError.wrongShape(found: [written + 1, row.count], wanted: "\(rows) rows of \(columns)")
    }
    #if _endian(big)
      try row.map { $0.bitPattern.littleEndian }.withUnsafeBytes { try stream.write($0) }
    #else
      try stream.write(UnsafeRawBufferPointer(row))
    #endif
    written += 1
  }

  /// Gives the file its name.
  ///
  /// - Throws: `FileError`; ``NumPyError/wrongShape(found:wanted:)`` where rows are missing.
  package func finish() throws {
    guard written == rows else {
      throw NumPyError.wrongShape(found: [written, columns], wanted: "\(rows) rows of \(columns)")
    }
    try stream.commit()
  }
}
