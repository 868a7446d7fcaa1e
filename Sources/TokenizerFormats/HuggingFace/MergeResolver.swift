import FastJSON
import Primitives
import Vocabulary

/// Turns the texts of merges into ids.
struct MergeResolver {
  private let ids: [Int32]
  private let lookup: ByteStringIndex.Lookup
  /// How many bytes of the right part are left out of what a merge makes.
  private let prefixLength: Int
  private var scratch: [UInt8] = []
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
    scratch.reserveCapacity(256)
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
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: left)
    scratch.append(contentsOf: right[prefixLength...])
    let leftRow = lookup.row(of: left)
    let rightRow = lookup.row(of: right)
    let resultRow = scratch.withUnsafeBufferPointer { lookup.row(of: $0, guess: lastResult) }
    guard let leftRow, let rightRow, let resultRow else {
      let missing = leftRow == nil ? Array(left) : rightRow == nil ? Array(right) : scratch
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
      try merges.forEachElement { index, merge in
        if try merge.withStringBytes({ try resolver.add(line: $0, index: index) }) != nil { return }
        try resolver.add(pair: merge, index: index)
      }
      return resolver.merges
    }
  }
}

extension MergeResolver {
  /// Resolves one merge written as an array of two strings.
  fileprivate mutating func add(pair: JSONValue, index: Int) throws {
    var left: JSONValue?
    var right: JSONValue?
    var count = 0
    guard pair.isArray else {
      throw JSONError.wrongType(path: "model.merges[\(index)]", wanted: "a merge", found: pair.typeName)
    }
    try pair.forEachElement { place, part in
      count += 1
      if place == 0 { left = part } else { right = part }
    }
    var isDone = false
    try left?.withStringBytes { left in
      try right?.withStringBytes { right in
        try add(left, right, index: index)
        isDone = true
      }
    }
    guard count == 2, isDone else {
      throw HFTokenizerError.malformedMerge(index: index, text: "an array of \(count) values")
    }
  }
}
