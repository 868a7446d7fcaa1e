/// Memory that is written before it is read, for the length of a call; it grows and never shrinks.
struct ScratchMemory: ~Copyable {
  /// The size in bytes.
  private(set) var size = 0
  private var start: UnsafeMutableRawPointer?

  deinit { start?.deallocate() }

  /// At least so many bytes, beginning at a multiple of 64; what was there before is gone when it grows.
  mutating func reserve(_ bytes: Int) -> UnsafeMutableRawPointer {
    if let start, size >= bytes { return start }
    start?.deallocate()
    // A little more than asked for: attention grows by a position a token.
    size = (bytes + bytes / 8 + 4095) & ~4095
    let grown = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    start = grown
    return grown
  }
}
