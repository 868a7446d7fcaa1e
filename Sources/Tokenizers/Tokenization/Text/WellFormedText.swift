/// Text made well-formed, and what that took.
package struct WellFormedText: Sendable, Equatable {
  /// UTF-8 without a flaw.
  package var bytes: [UInt8]
  /// How many malformed parts became U+FFFD.
  package var replacements: Int
  /// Where the first of them stood in the original bytes.
  package var firstFlaw: Int?

  /// Replaces each malformed part by U+FFFD, as encoding does under ``InvalidUTF8Policy/replace``.
  ///
  /// - Complexity: O(bytes).
  package init(_ bytes: [UInt8]) {
    firstFlaw = bytes.withUnsafeBufferPointer(InvalidUTF8.firstOffset)
    guard let firstFlaw else {
      (self.bytes, replacements) = (bytes, 0)
      return
    }
    var count = 0
    bytes.withUnsafeBufferPointer { bytes in
      var place = firstFlaw
      while place < bytes.count {
        let length = InvalidUTF8.step(bytes, at: place)
        if length < 0 { count += 1 }
        place += abs(length)
      }
    }
    self.bytes = InvalidUTF8.replacing(TrackedText(bytes, base: 0), tracks: false).bytes
    replacements = count
  }
}
