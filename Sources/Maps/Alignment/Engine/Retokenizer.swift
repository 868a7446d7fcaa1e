import CMCPrimitives
import CMCTokenization
import CMCVocabulary

/// Fills unmatched entries of a map with the target tokenizer's encoding of the token's text.
///
/// One target token becomes a plain entry, several a sequence with weights proportional to 2^−k, the first token the
/// heaviest: it is the one a model must choose first to write the text. The distance stays open, as no target is near.
/// Where only the first piece is wanted, it is the entry, and the distance is the difference of lengths.
struct Retokenizer {
  private let source: Vocabulary
  private let tokenizer: Tokenizer
  private let takesFirst: Bool

  /// - Parameter takesFirst: Whether an entry is the first token of the encoding alone.
  init(source: Vocabulary, target: TokenizerDescription, takesFirst: Bool = false) throws {
    self.source = source
    self.takesFirst = takesFirst
    tokenizer = try Tokenizer(target)
  }

  /// Fills the entries of text and fragments that have no target.
  func fill(_ map: inout TokenMap, threads: Int) throws {
    let waiting = (0..<source.idLimit).filter { id in
      map.methods[id] == .unmatched && (source.kinds[id] == .text || source.kinds[id] == .fragment)
    }
    var sequences = [[Int32]](repeating: [], count: waiting.count)
    try sequences.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let results = buffer  // disjoint writes: parallelFor gives each index to one body
      try parallelFor(waiting.count, chunk: 512, threads: threads) { range in
        for index in range {
          results[index] = try tokenizer.retokenize(Array(source.canonical[waiting[index]])) ?? []
        }
      }
    }
    for (id, ids) in zip(waiting, sequences) {
      guard let first = ids.first else { continue }
      let distance = takesFirst ? self.distance(id, first) : map.distances[id]
      if ids.count > 1, !takesFirst,
        let sequence = TargetSequence(ids: ids, weights: Self.weights(ids.count), combination: .mean)
      {
        map[id] = MapEntry(sequence, method: .retokenized, distance: distance)
      } else {
        map[id] = MapEntry(id: first, method: .retokenized, distance: distance)
      }
    }
  }

  /// By how many characters, of fragments bytes, a source token and its first piece differ in length.
  private func distance(_ id: Int, _ piece: Int32) -> Int32 {
    let (token, target) = (source.canonical[id], tokenizer.description.vocabulary.canonical[Int(piece)])
    guard source.kinds[id] == .text, tokenizer.description.vocabulary.kind(piece) == .text else {
      return Int32(clamping: abs(token.count - target.count))
    }
    let lengths = [token, target].map { bytes in bytes.count { $0 & 0xC0 != 0x80 } }
    return Int32(clamping: abs(lengths[0] - lengths[1]))
  }

  /// 1, ½, ¼, …, scaled to add up to 1.
  static func weights(_ count: Int) -> [Float] {
    let raw = (0..<count).map { 1 / Double(UInt64(1) << UInt64(min($0, 62))) }
    let sum = raw.reduce(0, +)
    return raw.map { Float($0 / sum) }
  }
}
