import FuzzSupport
import TokenizerFormats

/// One input for the reader of RWKV vocabularies.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzReader(start, count) { try RWKVReader.read($0, name: $1) }
}
