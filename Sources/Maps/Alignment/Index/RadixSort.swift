/// A key and where it came from.
struct RadixItem: BitwiseCopyable {
  var key: UInt64
  var index: UInt32
}

/// Sorts items by key; items of equal key keep their order.
///
/// Least-significant-digit radix sort with bytes as digits; a digit that is the same in all keys costs no pass.
///
/// - Complexity: O(8 n) time, O(n) space.
func radixSort(_ items: inout [RadixItem]) {
  guard items.count > 1 else { return }
  var histograms = [UInt32](repeating: 0, count: 8 * 256)
  var other = [RadixItem](repeating: RadixItem(key: 0, index: 0), count: items.count)
  items.withUnsafeMutableBufferPointer { items in
    other.withUnsafeMutableBufferPointer { other in
      histograms.withUnsafeMutableBufferPointer { histograms in
        for item in items {
          var key = item.key
          for digit in 0..<8 {
            histograms[digit << 8 | Int(key & 255)] &+= 1
            key >>= 8
          }
        }
        var from = items
        var to = other
        for digit in 0..<8 {
          let shift = UInt64(8 * digit)
          let counts = UnsafeMutableBufferPointer(rebasing: histograms[digit << 8..<(digit + 1) << 8])
          if counts[Int(from[0].key >> shift & 255)] == UInt32(from.count) { continue }
          var sum: UInt32 = 0
          for value in 0..<256 {
            let count = counts[value]
            counts[value] = sum
            sum &+= count
          }
          for item in from {
            let value = Int(item.key >> shift & 255)
            to[Int(counts[value])] = item
            counts[value] &+= 1
          }
          swap(&from, &to)
        }
        if from.baseAddress != items.baseAddress { _ = items.update(fromContentsOf: from) }
      }
    }
  }
}
