import CMCPrimitives

/// What is wrong with a matrix of weights.
package enum LinearAlgebraError: DescribedError, Equatable {
  /// A matrix has no rows or columns, or more than can be addressed.
  case badShape(rows: Int, columns: Int)
  /// The columns are not a whole number of blocks.
  case partialBlock(type: WeightType, columns: Int)
  /// The bytes are not as many as the shape asks for.
  case wrongSize(type: WeightType, rows: Int, columns: Int, bytes: Int, wanted: Int)
  /// Floating-point weights do not begin at a multiple of their size.
  case unaligned(type: WeightType)

  /// A matrix has no singular directions or factors: it has numbers that are not finite.
  case notDecomposed(rows: Int, columns: Int)
  /// The library that multiplies matrices cannot be loaded.
  case noLibrary(reason: String)
  /// The library finds no memory to work in under the limit of the address space.
  case noRoom

  /// Makes sure that matrices can be multiplied, before anything is computed.
  ///
  /// - Throws: ``noLibrary(reason:)``, ``noRoom``.
  package static func requireLibrary() throws(LinearAlgebraError) {
    if let reason = BLAS.failure { throw .noLibrary(reason: reason) }
    guard BLAS.hasRoom else { throw .noRoom }
  }

  /// What, where and why, in one line.
  package var description: String {
    switch self {
    case .notDecomposed(let rows, let columns):
      "a matrix of \(rows) × \(columns) weights cannot be taken apart: it has numbers that are not finite"
    case .noLibrary(let reason): "OpenBLAS cannot be loaded: \(oneLine(reason))"
    case .noRoom: "there are no 192 MiB of address space to compute in"
    case .badShape(let rows, let columns):
      "a matrix of \(rows) × \(columns) weights cannot be computed with: both must be between 1 and 2³¹ − 1"
    case .partialBlock(let type, let columns):
      "\(columns) columns are not a whole number of \(type) blocks of \(type.blockElements) weights"
    case .wrongSize(let type, let rows, let columns, let bytes, let wanted):
      "\(rows) × \(columns) weights of type \(type) take \(wanted) bytes, but there are \(bytes)"
    case .unaligned(let type):
      "weights of type \(type) do not begin at a multiple of \(type.blockBytes) bytes in memory"
    }
  }

  /// What to do.
  package var hint: String? {
    switch self {
    case .noLibrary(let reason) where !reason.contains("No such file") && addressSpaceLeft() != nil:
      "raise the limit: ulimit -v"
    case .noLibrary: "install it: libopenblas0 on Debian, openblas with Homebrew"
    case .noRoom: "raise the limit: ulimit -v"
    default: nil
    }
  }
}
