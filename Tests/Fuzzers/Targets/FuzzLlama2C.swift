import CMCTokenizerFormats
import FuzzSupport

/// One input for the reader of llama2.c tokenizers.
@Sendable func fuzzLlama2C(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzReader(start, count) { try Llama2CReader.read($0, name: $1) }
}
