import CMCTokenizerFormats
import FuzzSupport

/// One input for the reader of RWKV vocabularies.
@Sendable func fuzzRWKV(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzReader(start, count) { try RWKVReader.read($0, name: $1) }
}
