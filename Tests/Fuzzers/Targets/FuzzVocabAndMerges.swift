import CMCFastJSON
import CMCTokenizerFormats
import FuzzSupport

/// One input for the reader of vocab.json with merges.txt: the two files with a NUL between.
@Sendable func fuzzVocabAndMerges(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzReader(start, count) { bytes, name in
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map { Array($0) }
    return try VocabAndMergesReader.read(
      JSONDocument(parts[0]), merges: parts.count > 1 ? parts[1] : [], mergesPath: "merges.txt", name: name)
  }
}
