import CMCLogitShift
import FuzzSupport

/// Reads bytes as a file of logits: `.npy`, `.npz`, `.safetensors` or `.pt`, and every number of what is read.
@Sendable func fuzzLogitFile(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzParser(start, count) { bytes in
    for matrix in try LogitFile(parsing: Array(bytes)).matrices {
      require(matrix.rows >= 0 && matrix.columns >= 0, "a negative shape")
      // A matrix without columns costs nothing a row; one of many small rows tells nothing more.
      guard matrix.rows < 1 << 16, matrix.columns < 1 << 16, matrix.rows * matrix.columns < 1 << 20 else {
        continue
      }
      require(matrix.doubles().count == matrix.rows * matrix.columns, "elements")
    }
  }
}

/// Reads bytes as the manifest of an import.
@Sendable func fuzzLogitManifest(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzParser(start, count) { _ = try LogitManifest(parsing: Array($0)) }
}
