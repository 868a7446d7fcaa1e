import NumPyFiles

/// Reads bytes as a `.npy` file, and what is read again after writing it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNumPy(_ start: UnsafeRawPointer, _ count: Int) -> CInt {
  let bytes = Array(UnsafeRawBufferPointer(start: start, count: count))
  guard let array = try? NumPyArray(parsing: bytes) else { return 0 }
  _ = try? array.integers()
  _ = try? array.doubles()
  guard let again = try? NumPyArray(parsing: array.encoded()), again == array else {
    fatalError("an array does not read back")
  }
  return 0
}
