#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds the row of a ``ByteTable`` by its bytes: open addressing, no copy of a key, no allocation a lookup.
///
/// A row that is there twice is found by its lowest number. Eight bytes a slot, at most half of them taken. The hash is
/// seeded anew for each index, so that no file can be made to collide; results do not depend on the seed.
package struct ByteStringIndex: Sendable {
  /// The rows that are looked up.
  package let table: ByteTable
  /// Two rows with the same bytes, the first such pair met; nil where all rows differ.
  package let firstDuplicate: (earlier: Int, later: Int)?

  /// The upper half of the hash and one more than the row; 0 where the slot is free.
  private let slots: [UInt64]
  private let seed: UInt64

  /// Indexes the rows of a table for which `isIncluded` holds.
  ///
  /// - Complexity: O(bytes of the table).
  package init(_ table: ByteTable, where isIncluded: (Int) -> Bool = { _ in true }) {
    self.table = table
    let count = max(16, table.count &* 2)
    let size = 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)
    var duplicate: (Int, Int)?
    let seed = UInt64.random(in: .min ... .max)
    self.seed = seed
    slots = table.withUnsafeRows { rows in
      [UInt64](unsafeUninitializedCapacity: size) { slots, initialized in
        slots.initialize(repeating: 0)
        initialized = size
        for row in 0..<rows.count where isIncluded(row) {
          let bytes = rows[row]
          let hash = Self.hash(bytes, seed)
          var slot = Int(truncatingIfNeeded: hash) & (size - 1)
          var isNew = true
          while slots[slot] != 0 {
            if slots[slot] >> 32 == hash >> 32, let earlier = Self.row(slots[slot]),
              Self.equal(rows[earlier], bytes)
            {
              if duplicate == nil { duplicate = (earlier, row) }
              isNew = false
              break
            }
            slot = (slot + 1) & (size - 1)
          }
          if isNew { slots[slot] = (hash & 0xFFFF_FFFF_0000_0000) | UInt64(row + 1) }
        }
      }
    }
    firstDuplicate = duplicate.map { (earlier: $0.0, later: $0.1) }
  }

  /// The row with the given bytes, or nil.
  ///
  /// - Complexity: O(bytes) expected. For many lookups use ``withUnsafeLookup(_:)``.
  package func row(of bytes: some Sequence<UInt8>) -> Int? {
    let found = withUnsafeLookup { lookup in bytes.withContiguousStorageIfAvailable { lookup.row(of: $0) } }
    if let found { return found }
    return withUnsafeLookup { lookup in Array(bytes).withUnsafeBufferPointer { lookup.row(of: $0) } }
  }

  /// Runs `body` with direct access to the slots; the lookup ends with the closure.
  package func withUnsafeLookup<R>(_ body: (Lookup) throws -> R) rethrows -> R {
    try slots.withUnsafeBufferPointer { slots in
      try table.withUnsafeRows { try body(Lookup(slots: slots, rows: $0, seed: seed)) }
    }
  }

  private static func row(_ slot: UInt64) -> Int? {
    let number = Int(truncatingIfNeeded: slot & 0xFFFF_FFFF)
    return number == 0 ? nil : number - 1
  }
}

extension ByteStringIndex {
  /// The index as unsafe buffers, for the length of one closure.
  package struct Lookup {
    let slots: UnsafeBufferPointer<UInt64>
    let rows: ByteTable.UnsafeRows
    let seed: UInt64

    /// The row whose bytes are those of `first` and then `second`; `guess` and the one after it are tried first.
    ///
    /// No two rows may be equal, and none left out. A list in the order of the table is so resolved by reading the
    /// table from front to back.
    package func row(
      joining first: UnsafeBufferPointer<UInt8>, _ second: UnsafeBufferPointer<UInt8>, guess: Int
    ) -> Int? {
      let count = first.count + second.count
      for step in 0...1 {
        let row = guess &+ step
        guard row >= 0, row < rows.count else { continue }
        let bytes = rows[row]
        if bytes.count == count,
          ByteStringIndex.equal(UnsafeBufferPointer(rebasing: bytes[..<first.count]), first),
          ByteStringIndex.equal(UnsafeBufferPointer(rebasing: bytes[first.count...]), second)
        {
          return row
        }
      }
      return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { joined in
        _ = joined.initialize(fromContentsOf: first)
        _ = UnsafeMutableBufferPointer(rebasing: joined[first.count...]).initialize(fromContentsOf: second)
        return row(of: UnsafeBufferPointer(joined))
      }
    }

    /// The row with the given bytes, or nil.
    package func row(of bytes: UnsafeBufferPointer<UInt8>) -> Int? {
      let hash = ByteStringIndex.hash(bytes, seed)
      let mask = slots.count - 1
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 {
        let taken = slots[slot]
        if taken >> 32 == hash >> 32 {
          let row = Int(truncatingIfNeeded: taken & 0xFFFF_FFFF) - 1
          if ByteStringIndex.equal(rows[row], bytes) { return row }
        }
        slot = (slot + 1) & mask
      }
      return nil
    }
  }

  /// Eight bytes a step, each folded in by a full-width multiplication.
  fileprivate static func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ seed: UInt64) -> UInt64 {
    let raw = UnsafeRawBufferPointer(bytes)
    var hash = seed ^ UInt64(truncatingIfNeeded: raw.count)
    var offset = 0
    while offset + 8 <= raw.count {
      hash = fold(hash ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var tail: UInt64 = 0
    while offset < raw.count {
      tail = tail << 8 | UInt64(raw[offset])
      offset += 1
    }
    return fold(hash ^ tail ^ 0x9E37_79B9_7F4A_7C15)
  }

  private static func fold(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }

  fileprivate static func equal(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    let count = a.count
    guard count == b.count else { return false }
    guard let a = a.baseAddress, let b = b.baseAddress else { return true }
    return memcmp(a, b, count) == 0
  }
}
