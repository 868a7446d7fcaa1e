import FuzzSupport
import TokenizerFormats

/// One input for the reader of SentencePiece models.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzReader(start, count) { try SentencePieceReader.read($0, name: $1) }
}
