import CMCPrimitives

/// SentencePiece's unused pieces: they help in merging and are taken apart again.
struct UnusedPieces: Sendable {
  private let unused: Set<Int32>

  init(_ unused: Set<Int32>) { self.unused = unused }

  /// Takes apart unused pieces from a place on, each where both halves are pieces or single characters; where there are
  /// several such places the token is marked as refused.
  func resolve(
    _ tokens: inout [EncodedToken], from start: Int, word: UnsafeBufferPointer<UInt8>, pieces: ByteStringIndex
  ) {
    guard tokens[start...].contains(where: { unused.contains($0.id) }) else { return }
    var result: [EncodedToken] = []
    var place = 0
    pieces.withUnsafeLookup { lookup in
      // What merging begins with is characters, pieces or not; one that is none has no token.
      func half(_ range: Range<Int>) -> Int32? {
        if let row = lookup.row(of: UnsafeBufferPointer(rebasing: word[range])) { return Int32(row) }
        return word[range].dropFirst().allSatisfy { $0 & 0xC0 == 0x80 } ? -1 : nil
      }
      func add(_ id: Int32, _ range: Range<Int>) {
        guard unused.contains(id) else {
          result.append(EncodedToken(id: id, length: Int32(range.count)))
          return
        }
        var halves: (left: Int32, right: Int32, cut: Int)?
        for cut in range.lowerBound + 1..<max(range.lowerBound + 1, range.upperBound)
        where word[cut] & 0xC0 != 0x80 {
          guard let left = half(range.lowerBound..<cut), let right = half(cut..<range.upperBound) else {
            continue
          }
          if halves != nil {
            // SentencePiece takes the pair that it saw last, which hangs on the rest of the text.
            result.append(EncodedToken(id: EncodedToken.refused, length: Int32(range.count)))
            return
          }
          halves = (left, right, cut)
        }
        if let halves {
          add(halves.left, range.lowerBound..<halves.cut)
          add(halves.right, halves.cut..<range.upperBound)
          return
        }
        // One character that is unused has no token, as in SentencePiece.
        result.append(EncodedToken(id: -1, length: Int32(range.count)))
      }
      for token in tokens[start...] {
        add(token.id, place..<place + Int(token.length))
        place += Int(token.length)
      }
    }
    tokens.replaceSubrange(start..., with: result)
  }
}
