import CMCTokenizerFormats
import FuzzSupport

/// One input for the reader of SentencePiece models.
@Sendable func fuzzSentencePiece(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzReader(start, count) { try SentencePieceReader.read($0, name: $1) }
}
