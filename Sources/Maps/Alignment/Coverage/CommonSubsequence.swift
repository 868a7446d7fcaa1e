/// The length of a longest common subsequence of bytes.
///
/// Bit-parallel: 64 columns of the table of Wagner and Fischer in one word (Hyyrö, "Bit-parallel LCS-length
/// computation revisited", 2004), after the common beginning and end are set aside.
///
/// - Complexity: O(a · b / 64) beyond what begins and ends alike, and 256 bits of memory a byte of `a`.
func commonSubsequenceLength(_ a: [UInt8], _ b: [UInt8]) -> Int {
  a.withUnsafeBufferPointer { a in b.withUnsafeBufferPointer { b in commonSubsequenceLength(a, b) } }
}

private func commonSubsequenceLength(
  _ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>
) -> Int {
  let shorter = min(a.count, b.count)
  var head = 0
  while head < shorter, a[head] == b[head] { head += 1 }
  var tail = 0
  while tail < shorter - head, a[a.count - 1 - tail] == b[b.count - 1 - tail] { tail += 1 }
  let left = UnsafeBufferPointer(rebasing: a[head..<a.count - tail])
  let right = UnsafeBufferPointer(rebasing: b[head..<b.count - tail])
  guard !left.isEmpty, !right.isEmpty else { return head + tail }
  let words = (left.count + 63) / 64
  // places[byte][i]: in which columns of `left` the byte stands, shape [256, words].
  var places = [UInt64](repeating: 0, count: 256 * words)
  for (column, byte) in left.enumerated() {
    places[Int(byte) * words + column / 64] |= 1 << UInt64(column % 64)
  }
  // A bit that is zero is a column where the row's length exceeds that of the column before.
  var row = [UInt64](repeating: .max, count: words)
  places.withUnsafeBufferPointer { places in
    row.withUnsafeMutableBufferPointer { row in
      for byte in right {
        let matches = Int(byte) * words
        var carry: UInt64 = 0
        for word in 0..<words {
          let old = row[word]
          let hit = old & places[matches + word]
          let (partial, overflow) = old.addingReportingOverflow(hit)
          let (sum, again) = partial.addingReportingOverflow(carry)
          carry = overflow || again ? 1 : 0
          row[word] = sum | (old & ~hit)
        }
      }
    }
  }
  // Columns beyond the text never match, so their bits keep being one.
  return head + tail + row.reduce(0) { $0 + (~$1).nonzeroBitCount }
}
