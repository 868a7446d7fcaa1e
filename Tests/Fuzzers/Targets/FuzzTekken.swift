import CMCTokenizerFormats
import FuzzSupport

/// One input for the reader of Tekken files.
@Sendable func fuzzTekken(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzReader(start, count) { try TekkenReader.read($0, name: $1) }
}
