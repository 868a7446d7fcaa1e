import CMCTokenizerFormats
import FuzzSupport

/// One input for the reader of GGUF files.
@Sendable func fuzzGGUF(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzReader(start, count) { try GGUFTokenizerReader.read($0, name: $1) }
}
