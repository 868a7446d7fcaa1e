import CMCSafetensors
import FuzzSupport

/// Reads bytes as a safetensors file, and the values of every tensor.
@Sendable func fuzzSafetensors(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzParser(start, count) { file in
    let header = try SafetensorsHeader(parsing: file)
    for tensor in header.tensors {
      require(tensor.bytes.upperBound <= count, "a tensor beyond the file")
      _ = try? header.integers(tensor, in: file)
      _ = try? header.floats(tensor, in: file)
    }
  }
}
