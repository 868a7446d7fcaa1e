internal import CMCKernels
internal import CMCPrimitives

/// A matrix of logits as it lies in a file: a row a step, a column a token of the vocabulary.
///
/// Rows are read when they are asked for, in any precision and any order of storage, so a file of gigabytes takes no
/// more memory than a row.
package struct LogitMatrix: Sendable {
  /// How an element is stored, little-endian.
  enum Element: Sendable {
    case float16, bfloat16, float32, float64

    var size: Int {
      switch self {
      case .float16, .bfloat16: 2
      case .float32: 4
      case .float64: 8
      }
    }
  }

  /// Where the bytes are.
  enum Source: Sendable {
    case mapped(MappedFile)
    case owned([UInt8])

    func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
      switch self {
      case .mapped(let file): try file.withUnsafeBytes(body)
      case .owned(let bytes): try bytes.withUnsafeBytes(body)
      }
    }
  }

  /// Its name in the file; empty where the file has but one.
  package let name: String
  /// How many steps it has.
  package let rows: Int
  /// How many columns a step has.
  package let columns: Int
  let source: Source
  let element: Element
  /// The byte of the first element.
  let offset: Int
  /// How many elements further the next row and the next column begin.
  let strides: (row: Int, column: Int)

  /// Copies a row as float32.
  ///
  /// - Parameter values: As many places as there are columns.
  package func read(row: Int, into values: inout [Float]) {
    precondition(row >= 0 && row < rows && values.count == columns, "a row that is not there")
    source.withUnsafeBytes { bytes in
      let start = offset + row * strides.row * element.size
      values.withUnsafeMutableBufferPointer { out in
        guard let base = bytes.baseAddress, let target = out.baseAddress else { return }
        if strides.column == 1 {
          widen(base + start, columns, target)
        } else {
          for column in 0..<columns {
            widen(base + start + column * strides.column * element.size, 1, target + column)
          }
        }
      }
    }
  }

  /// All elements, row after row; float64 keeps its precision.
  ///
  /// - Complexity: O(elements) time and memory.
  package func doubles() -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(rows * columns)
    var buffer = [Float](repeating: 0, count: columns)
    for row in 0..<rows {
      if element == .float64 {
        source.withUnsafeBytes { bytes in
          for column in 0..<columns {
            let place = offset + (row * strides.row + column * strides.column) * 8
            values.append(
              Double(
                bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
            )
          }
        }
      } else {
        read(row: row, into: &buffer)
        values += buffer.map(Double.init)
      }
    }
    return values
  }

  private func widen(_ bytes: UnsafeRawPointer, _ count: Int, _ out: UnsafeMutablePointer<Float>) {
    switch element {
    case .float16: ck_widen(CK_F16, bytes, count, out, ck_isa(KernelISA.current.code))
    case .bfloat16: ck_widen(CK_BF16, bytes, count, out, ck_isa(KernelISA.current.code))
    case .float32:
      for i in 0..<count {
        out[i] = Float(
          bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)))
      }
    case .float64:
      for i in 0..<count {
        out[i] = Float(
          Double(
            bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self))))
      }
    }
  }
}
