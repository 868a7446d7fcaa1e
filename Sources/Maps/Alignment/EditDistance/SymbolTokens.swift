import CMCPrimitives
import CMCVocabulary

/// The target tokens of one class as sequences of small symbols, grouped by length, with a signature each.
struct SymbolTokens: Sendable {
  /// What a symbol stands for.
  enum Unit: Hashable, Sendable {
    /// Unicode scalars: text against text.
    case scalars
    /// Bytes: fragments against fragments and byte tokens.
    case bytes
  }

  let unit: Unit
  /// Symbol of each scalar or byte that occurs; 0 for all others.
  let symbols: [UInt32]
  /// One more than the highest symbol.
  let symbolCount: Int
  /// All tokens' symbols, one after the other in the order of `ids`.
  let text: [UInt32]
  /// Where each token's symbols begin; one more entry than tokens.
  let starts: [UInt32]
  /// Token ids, ascending within a length.
  let ids: [Int32]
  /// One bit for each kind of symbol that occurs in the token.
  let signatures: [UInt64]
  /// Where each length begins in `ids`; `groups[length] ..< groups[length + 1]`.
  let groups: [Int]

  /// Collects the tokens of the given kinds.
  ///
  /// - Complexity: O(bytes of the vocabulary).
  init(_ vocabulary: Vocabulary, kinds: Set<TokenKind>, unit: Unit) {
    self.unit = unit
    let members = (0..<Int32(vocabulary.idLimit)).filter {
      kinds.contains(vocabulary.kind($0)) && vocabulary.canonical.length(Int($0)) > 0
    }.flatMap { id in vocabulary.forms(of: id).map { (id: id, units: Self.units($0, unit)) } }
    let units = members.map(\.units)
    let order = members.indices.sorted { (units[$0].count, $0) < (units[$1].count, $1) }

    var counts = [UInt32](repeating: 0, count: unit == .bytes ? 256 : 0x110000)
    for token in units { for value in token { counts[Int(value)] += 1 } }
    // Frequent symbols come first: the signature gives each of them a bit of its own.
    let byFrequency = counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$1], $0) < (counts[$0], $1) }
    var symbols = [UInt32](repeating: 0, count: counts.count)
    for (rank, value) in byFrequency.enumerated() { symbols[value] = UInt32(rank + 1) }
    self.symbols = symbols
    symbolCount = byFrequency.count + 1

    var text: [UInt32] = []
    var starts: [UInt32] = [0]
    var signatures: [UInt64] = []
    var groups = [Int](repeating: 0, count: (order.last.map { units[$0].count } ?? 0) + 2)
    for member in order {
      let token = units[member].map { symbols[Int($0)] }
      text.append(contentsOf: token)
      starts.append(UInt32(text.count))
      signatures.append(Self.signature(token))
      groups[token.count + 1] += 1
    }
    for length in 1..<groups.count { groups[length] += groups[length - 1] }
    (self.text, self.starts, self.signatures, self.groups) = (text, starts, signatures, groups)
    ids = order.map { members[$0].id }
  }

  /// The length of the longest token.
  var longest: Int { groups.count - 2 }

  /// The symbols of a string; what no target has is 0.
  func encode(_ bytes: ArraySlice<UInt8>) -> [UInt32] {
    Self.units(bytes, unit).map { symbols[Int($0)] }
  }

  /// The bits of the symbols that occur: 48 frequent ones have their own, the rest share 16.
  static func signature(_ token: [UInt32]) -> UInt64 {
    token.reduce(0) { $0 | 1 << UInt64($1 < 48 ? $1 : 48 + $1 % 16) }
  }

  private static func units(_ bytes: ArraySlice<UInt8>, _ unit: Unit) -> [UInt32] {
    switch unit {
    case .bytes: bytes.map(UInt32.init)
    case .scalars: String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value)
    }
  }
}
