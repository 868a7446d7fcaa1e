import FuzzSupport
import TokenizerFormats

/// One input for the reader of tokenizer.json files.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzReader(start, count) { try HFTokenizerReader.read($0, name: $1) }
}
