import Safetensors

/// Reads bytes as a safetensors file, and the values of every tensor.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSafetensors(_ start: UnsafeRawPointer, _ count: Int) -> CInt {
  let file = UnsafeRawBufferPointer(start: start, count: count)
  guard let header = try? SafetensorsHeader(parsing: file) else { return 0 }
  for tensor in header.tensors {
    precondition(tensor.bytes.upperBound <= count, "a tensor beyond the file")
    _ = try? header.integers(tensor, in: file)
    _ = try? header.floats(tensor, in: file)
  }
  return 0
}
