internal import CMCGGUF
internal import CMCPrimitives
internal import CMCVocabulary

/// The merges of a GGUF file as ids.
struct GGUFMerges {
  private(set) var merges: [BPEMerge] = []
  /// Merges with a part or a result that is no token; llama.cpp passes over them too.
  private(set) var ignored = 0

  /// Resolves the merges: two pieces with a space between.
  ///
  /// The space is the first one after the first byte, because a piece may itself be a space.
  ///
  /// - Complexity: O(bytes of the merges and the vocabulary).
  init(_ strings: GGUFStrings, vocabulary: Vocabulary) {
    merges.reserveCapacity(strings.underestimatedCount)
    let index = ByteStringIndex(vocabulary.pieces, where: { vocabulary.kinds[$0] != .hole })
    index.withUnsafeLookup { lookup in
      var joined: [UInt8] = []
      for merge in strings {
        guard let space = merge.dropFirst().firstIndex(of: UInt8(ascii: " ")) else {
          ignored += 1
          continue
        }
        let left = UnsafeBufferPointer(rebasing: merge[..<space])
        let right = UnsafeBufferPointer(rebasing: merge[(space + 1)...])
        joined.removeAll(keepingCapacity: true)
        joined.append(contentsOf: left)
        joined.append(contentsOf: right)
        guard let leftID = lookup.row(of: left), let rightID = lookup.row(of: right),
          let result = joined.withUnsafeBufferPointer({ lookup.row(of: $0) })
        else {
          ignored += 1
          continue
        }
        merges.append(BPEMerge(left: Int32(leftID), right: Int32(rightID), result: Int32(result)))
      }
    }
  }
}
