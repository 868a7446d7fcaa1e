import CMCTokenizerFormats
import FuzzSupport

/// One input for the reader of tiktoken files.
@Sendable func fuzzTiktoken(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzReader(start, count) { try TiktokenReader.read($0, name: $1) }
}
