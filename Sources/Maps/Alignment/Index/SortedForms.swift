import CMCPrimitives
import CMCVocabulary

/// The byte strings by which the tokens of a vocabulary are found, sorted: the index that alignment walks.
///
/// There are two lists that never meet in a prefix relation: text, measured in scalars, and raw bytes (fragments, and
/// byte tokens where the vocabulary is the target), measured in bytes. A token with an optional space has two forms.
struct SortedForms: Sendable {
  /// The bytes that the forms point into.
  let bytes: [UInt8]
  /// Forms of text tokens, ascending by bytes, then by id.
  let text: [TokenForm]
  /// Forms of fragments and byte tokens, ascending by bytes, then by id.
  let raw: [TokenForm]

  /// Sorts the forms of a vocabulary's tokens; special tokens, holes and empty tokens have none.
  ///
  /// - Complexity: O(tokens) for the radix sort, O(k log k) for k tokens that share their first eight bytes.
  init(_ vocabulary: Vocabulary) {
    var text: [TokenForm] = []
    var raw: [TokenForm] = []
    text.reserveCapacity(vocabulary.tokenCount)
    let starts = vocabulary.canonical.offsets
    let optional = vocabulary.optionalSpaceIDs
    vocabulary.canonical.withUnsafeRows { rows in
      for id in 0..<rows.count {
        let row = rows[id]
        guard !row.isEmpty else { continue }
        let start = starts[id]
        let form = TokenForm(id: Int32(id), start: start, bytes: row, isByte: vocabulary.kinds[id] == .byte)
        switch vocabulary.kinds[id] {
        case .text:
          text.append(form)
          if !optional.isEmpty, optional.contains(Int32(id)), row.count > 1 {
            text.append(
              TokenForm(
                id: Int32(id), start: start + 1, bytes: UnsafeBufferPointer(rebasing: row[1...]),
                isByte: false))
          }
        case .fragment, .byte: raw.append(form)
        case .special, .hole: continue
        }
      }
    }
    bytes = vocabulary.canonical.bytes
    self.text = Self.sorted(text, bytes)
    self.raw = Self.sorted(raw, bytes)
  }

  /// Sorts the rows of a table as if all were text; empty rows have no form.
  init(rows table: ByteTable) {
    var text: [TokenForm] = []
    text.reserveCapacity(table.count)
    let starts = table.offsets
    table.withUnsafeRows { rows in
      for id in 0..<rows.count where !rows[id].isEmpty {
        text.append(TokenForm(id: Int32(id), start: starts[id], bytes: rows[id], isByte: false))
      }
    }
    bytes = table.bytes
    self.text = Self.sorted(text, bytes)
    raw = []
  }

  private static func sorted(_ forms: [TokenForm], _ bytes: [UInt8]) -> [TokenForm] {
    var order: [RadixItem] = []
    order.reserveCapacity(forms.count)
    for (index, form) in forms.enumerated() { order.append(RadixItem(key: form.key, index: UInt32(index))) }
    radixSort(&order)
    return [TokenForm](unsafeUninitializedCapacity: forms.count) { sorted, initialized in
      bytes.withUnsafeBufferPointer { bytes in
        forms.withUnsafeBufferPointer { forms in
          for item in order {
            sorted.initializeElement(at: initialized, to: forms[Int(item.index)])
            initialized += 1
          }
          sortTies(sorted, bytes)
        }
      }
    }
  }

  /// Orders forms of equal keys.
  ///
  /// They are still in the order of ids, so only those longer than a key need comparing.
  private static func sortTies(
    _ forms: UnsafeMutableBufferPointer<TokenForm>, _ bytes: UnsafeBufferPointer<UInt8>
  ) {
    var start = 0
    while start < forms.count {
      var end = start + 1
      let key = forms[start].key
      while end < forms.count, forms[end].key == key { end += 1 }
      if end - start > 1 {
        let ties = UnsafeMutableBufferPointer(rebasing: forms[start..<end])
        if ties.count <= 16 {
          insertionSort(ties, bytes)
        } else {
          var group = ties
          group.sort { $0.precedes($1, in: bytes) }
        }
      }
      start = end
    }
  }

  /// Sorts a handful of forms in place.
  private static func insertionSort(
    _ forms: UnsafeMutableBufferPointer<TokenForm>, _ bytes: UnsafeBufferPointer<UInt8>
  ) {
    for i in 1..<forms.count {
      let form = forms[i]
      var place = i
      while place > 0, form.precedes(forms[place - 1], in: bytes) {
        forms[place] = forms[place - 1]
        place -= 1
      }
      forms[place] = form
    }
  }
}

/// One byte string by which a token is found.
struct TokenForm: Sendable, BitwiseCopyable {
  /// The first eight bytes, big-endian and filled up with zeros: compares as the strings do, up to ties.
  let key: UInt64
  /// Where the bytes start in the table.
  let start: UInt32
  /// How many there are, at least one.
  let length: UInt32
  /// The token.
  let id: Int32
  /// Whether the token is a byte token.
  let isByte: Bool

  init(id: Int32, start: UInt32, bytes: UnsafeBufferPointer<UInt8>, isByte: Bool) {
    var key: UInt64 = 0
    for byte in bytes.prefix(8) { key = key << 8 | UInt64(byte) }
    self.key = bytes.count < 8 ? key << (8 * UInt64(8 - bytes.count)) : key
    self.start = start
    length = UInt32(bytes.count)
    self.id = id
    self.isByte = isByte
  }

  /// The bytes of the form.
  @inline(__always)
  func bytes(in table: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: table[Int(start)..<Int(start) + Int(length)])
  }

  /// Whether it comes before another form of the same table: by bytes, then by id.
  func precedes(_ other: TokenForm, in table: UnsafeBufferPointer<UInt8>) -> Bool {
    let order = compareBytes(self, table, other, table)
    return order != 0 ? order < 0 : id < other.id
  }
}

/// Compares two forms by bytes: negative, zero or positive.
@inline(__always)
func compareBytes(
  _ a: TokenForm, _ aTable: UnsafeBufferPointer<UInt8>, _ b: TokenForm, _ bTable: UnsafeBufferPointer<UInt8>
) -> Int {
  if a.key != b.key { return a.key < b.key ? -1 : 1 }
  let shorter = Int(min(a.length, b.length))
  var i = 8
  let aStart = Int(a.start)
  let bStart = Int(b.start)
  while i < shorter {
    let x = aTable[aStart + i]
    let y = bTable[bStart + i]
    if x != y { return x < y ? -1 : 1 }
    i += 1
  }
  return Int(a.length) - Int(b.length)
}
