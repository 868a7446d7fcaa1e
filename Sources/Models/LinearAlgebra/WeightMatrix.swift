internal import CMCKernels
internal import CMCPrimitives

/// A matrix of weights in the bytes of its file: rows × columns, row after row.
///
/// Nothing is copied; the owner, such as a memory-mapped file, lives as long as the matrix. The bytes must not change.
package struct WeightMatrix: @unchecked Sendable {
  /// How the weights are stored.
  package let type: WeightType
  /// The length of a product, outputs of the layer.
  package let rows: Int
  /// The length of an input vector.
  package let columns: Int
  /// The size of a row in bytes.
  package let rowBytes: Int

  let start: UnsafePointer<UInt8>
  private let owner: any AnyObject & Sendable

  /// Views bytes as a matrix.
  ///
  /// - Throws: `LinearAlgebraError` where the shape, the size or the place of the bytes does not fit the type.
  package init(
    type: WeightType, rows: Int, columns: Int, bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable
  ) throws {
    // The C interface of BLAS takes sizes of 32 bits.
    let sizes = 1...Int(Int32.max)
    guard sizes.contains(rows), sizes.contains(columns) else {
      throw LinearAlgebraError.badShape(rows: rows, columns: columns)
    }
    guard columns % type.blockElements == 0 else {
      throw LinearAlgebraError.partialBlock(type: type, columns: columns)
    }
    let rowBytes = columns / type.blockElements * type.blockBytes
    let (size, overflow) = rows.multipliedReportingOverflow(by: rowBytes)
    guard !overflow else { throw LinearAlgebraError.badShape(rows: rows, columns: columns) }
    guard bytes.count == size, let base = bytes.baseAddress else {
      throw LinearAlgebraError.wrongSize(
        type: type, rows: rows, columns: columns, bytes: bytes.count, wanted: size)
    }
    if !type.isQuantized, Int(bitPattern: base) % type.blockBytes != 0 {
      throw LinearAlgebraError.unaligned(type: type)
    }
    self.type = type
    self.rows = rows
    self.columns = columns
    self.rowBytes = rowBytes
    self.owner = owner
    start = base.assumingMemoryBound(to: UInt8.self)
  }

  /// Widens whole rows to float32, each weight exactly as the `gguf` Python package does.
  ///
  /// - Parameters:
  ///   - rows: Some of the matrix' rows.
  ///   - out: Room for rows × columns numbers.
  package func widen(rows: Range<Int>, into out: UnsafeMutablePointer<Float>) {
    widen(rows: rows, into: out, isa: .current)
  }

  /// The same on one instruction set.
  func widen(rows: Range<Int>, into out: UnsafeMutablePointer<Float>, isa: KernelISA) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= self.rows, "rows outside the matrix")
    ck_widen(kernelType, start + rows.lowerBound * rowBytes, rows.count * columns, out, ck_isa(isa.code))
  }

  /// The type as the C kernels name it.
  var kernelType: ck_type { ck_type(type.ggmlCode) }
}
