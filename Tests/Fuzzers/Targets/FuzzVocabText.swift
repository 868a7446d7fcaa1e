import CMCTokenizerFormats
import FuzzSupport

/// One input for the reader of vocab.txt files.
@Sendable func fuzzVocabText(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzReader(start, count) { try WordPieceTextReader.read($0, name: $1) }
}
