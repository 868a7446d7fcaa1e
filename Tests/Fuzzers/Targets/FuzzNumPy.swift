import CMCNumPyFiles
import CMCPrimitives
import FuzzSupport

/// Reads bytes as a `.npy` file, and what is read again after writing it.
@Sendable func fuzzNumPy(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzParser(start, count) { bytes in
    let array = try NumPyArray(parsing: Array(bytes))
    require((try? NumPyArray(parsing: array.encoded())) == array, "an array that does not read back")
    if array.elementType.isInteger {
      require(try array.integers().count == array.count, "elements")
    } else {
      _ = try array.doubles()
    }
  }
}
