import CMCPyTorchFiles
import FuzzSupport

/// Reads bytes as the pickle of a PyTorch file, without the archive around it, whose checksums hide it from a fuzzer.
@Sendable func fuzzPickle(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzParser(start, count) { try PyTorchFile.follow(pickle: Array($0)) }
}
