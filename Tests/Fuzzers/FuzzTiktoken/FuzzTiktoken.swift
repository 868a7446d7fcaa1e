import FuzzSupport
import TokenizerFormats

/// One input for the reader of tiktoken files.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzReader(start, count) { try TiktokenReader.read($0, name: $1) }
}
