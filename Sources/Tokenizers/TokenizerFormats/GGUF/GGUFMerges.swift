internal import CMCGGUF
internal import CMCPrimitives
internal import CMCVocabulary

/// The merges of a GGUF file as ids.
struct GGUFMerges {
  /// Those whose parts and result are tokens.
  private(set) var merges: [BPEMerge] = []
  /// All of them, where some part or result is no token; llama.cpp merges those too.
  private(set) var texts: TextMerges?
  /// Lines that are no two pieces; llama.cpp has them and no text is ever one.
  private(set) var ignored = 0

  /// Resolves the merges: two pieces with a space between.
  ///
  /// The space is the first one after the first byte, because a piece may itself be a space.
  ///
  /// - Complexity: O(bytes of the merges and the vocabulary).
  init(_ strings: GGUFStrings, vocabulary: Vocabulary) {
    merges.reserveCapacity(strings.underestimatedCount)
    var all: [BPEMerge] = []
    all.reserveCapacity(strings.underestimatedCount)
    var others = TextIDs(first: Int32(vocabulary.idLimit))
    let index = ByteStringIndex(vocabulary.pieces, where: { vocabulary.kinds[$0] != .hole })
    index.withUnsafeLookup { lookup in
      func id(_ text: UnsafeBufferPointer<UInt8>) -> Int32 {
        lookup.row(of: text).map { Int32($0) } ?? others.id(of: text)
      }
      var joined: [UInt8] = []
      for merge in strings {
        guard let space = merge.dropFirst().firstIndex(of: UInt8(ascii: " ")), space + 1 < merge.count else {
          ignored += 1
          continue
        }
        let left = UnsafeBufferPointer(rebasing: merge[..<space])
        let right = UnsafeBufferPointer(rebasing: merge[(space + 1)...])
        let (leftID, rightID) = (id(left), id(right))
        joined.removeAll(keepingCapacity: true)
        joined.append(contentsOf: left)
        joined.append(contentsOf: right)
        all.append(
          BPEMerge(left: leftID, right: rightID, result: joined.withUnsafeBufferPointer { id($0) }))
      }
    }
    guard !others.texts.isEmpty else {
      merges = all
      return
    }
    merges = all.filter { max($0.left, $0.right, $0.result) < others.first }
    texts = TextMerges(pieces: others.texts, merges: all)
  }
}

/// Numbers for texts in the order in which they are met.
private struct TextIDs {
  /// The number of the first text.
  let first: Int32
  private(set) var texts: [[UInt8]] = []
  private var ids: [[UInt8]: Int32] = [:]

  init(first: Int32) { self.first = first }

  /// The number of a text, a new one where it was not met before.
  mutating func id(of text: UnsafeBufferPointer<UInt8>) -> Int32 {
    let text = Array(text)
    if let id = ids[text] { return id }
    let id = first + Int32(texts.count)
    ids[text] = id
    texts.append(text)
    return id
  }
}
