import CMCTokenizerFormats
import FuzzSupport

/// One input for the reader of tokenizer.json files.
@Sendable func fuzzTokenizerJSON(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzReader(start, count) { try HFTokenizerReader.read($0, name: $1) }
}
