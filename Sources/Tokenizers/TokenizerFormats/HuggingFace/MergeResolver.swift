import CMCFastJSON
import CMCPrimitives
import CMCVocabulary

/// Turns the texts of merges into ids.
struct MergeResolver {
  private let ids: [Int32]
  private let lookup: ByteStringIndex.Lookup
  /// How many bytes of the right part are left out of what a merge makes.
  private let prefixLength: Int
  /// The row of the last merge's product: the next one's is mostly the same or the one after it.
  private var lastResult = 0
  /// The merges so far.
  private(set) var merges: [BPEMerge] = []

  /// Resolves against pieces and their index; the lookup must be valid as long as the resolver.
  init(ids: [Int32], lookup: ByteStringIndex.Lookup, prefixLength: Int, capacity: Int) {
    self.ids = ids
    self.lookup = lookup
    self.prefixLength = prefixLength
    merges.reserveCapacity(capacity)
  }

  /// Resolves one merge written as two parts with a space between.
  ///
  /// - Throws: ``HFTokenizerError`` naming the merge.
  mutating func add(line: UnsafeBufferPointer<UInt8>, index: Int) throws {
    guard let space = line.firstIndex(of: UInt8(ascii: " ")),
      !line[(space + 1)...].contains(UInt8(ascii: " "))
    else { throw HFTokenizerError.malformedMerge(index: index, text: quoted(line)) }
    try add(
      UnsafeBufferPointer(rebasing: line[..<space]), UnsafeBufferPointer(rebasing: line[(space + 1)...]),
      index: index)
  }

  /// Resolves one merge of two parts.
  ///
  /// - Throws: ``HFTokenizerError`` naming the merge.
  mutating func add(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>, index: Int
  ) throws {
    guard !left.isEmpty, !right.isEmpty, right.count >= prefixLength else {
      throw HFTokenizerError.emptyMergePart(index: index, text: text(left, right))
    }
    let rest = UnsafeBufferPointer(rebasing: right[prefixLength...])
    let leftRow = lookup.row(of: left)
    let rightRow = lookup.row(of: right)
    let resultRow = lookup.row(joining: left, rest, guess: lastResult)
    guard let leftRow, let rightRow, let resultRow else {
      let missing = leftRow == nil ? Array(left) : rightRow == nil ? Array(right) : Array(left) + Array(rest)
      throw HFTokenizerError.unknownMergePiece(index: index, text: text(left, right), piece: quoted(missing))
    }
    lastResult = resultRow
    merges.append(BPEMerge(left: ids[leftRow], right: ids[rightRow], result: ids[resultRow]))
  }

  private func text(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> String {
    quoted(Array(left) + [UInt8(ascii: " ")] + Array(right))
  }
}

extension PieceList {
  /// Resolves the `merges` of a model: strings with a space between the parts, or arrays of two strings.
  ///
  /// - Throws: ``HFTokenizerError``, `JSONError`.
  /// - Complexity: O(bytes of the merges) expected.
  func resolve(merges: JSONValue, continuingSubwordPrefix: String, index: ByteStringIndex) throws
    -> [BPEMerge]
  {
    try index.withUnsafeLookup { lookup in
      var resolver = MergeResolver(
        ids: ids, lookup: lookup, prefixLength: continuingSubwordPrefix.utf8.count,
        capacity: min(merges.countHint, VocabularyBuilder.idLimit))
      try merges.forEachText { index, first, second in
        if let second {
          try resolver.add(first, second, index: index)
        } else {
          try resolver.add(line: first, index: index)
        }
      } otherwise: { index, merge in
        guard merge.isArray else {
          throw JSONError.wrongType(path: "model.merges[\(index)]", wanted: "a merge", found: merge.typeName)
        }
        throw HFTokenizerError.malformedMerge(
          index: index, text: "an array of \(merge.elements.count) values")
      }
      return resolver.merges
    }
  }
}
