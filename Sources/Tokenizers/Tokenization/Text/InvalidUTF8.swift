/// What becomes of bytes that are not UTF-8.
public enum InvalidUTF8Policy: String, Sendable, CaseIterable {
  /// Each maximal part of a character becomes U+FFFD, as with Python's `errors='replace'`.
  case replace
  /// An error that gives the offset.
  case error
}

/// Finds where bytes stop being UTF-8.
enum InvalidUTF8 {
  /// The length of the well-formed character at a place, or of the malformed part as a negative number.
  ///
  /// A malformed part is the longest that begins a character (Unicode Standard, section 3.9, "maximal subpart"), which
  /// is what Python replaces.
  static func step(_ text: UnsafeBufferPointer<UInt8>, at place: Int) -> Int {
    let lead = text[place]
    if lead < 0x80 { return 1 }
    let needed: Int
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    switch lead {
    case 0xC2...0xDF: needed = 2
    case 0xE0: (needed, low) = (3, 0xA0)
    case 0xED: (needed, high) = (3, 0x9F)
    case 0xE1...0xEF: needed = 3
    case 0xF0: (needed, low) = (4, 0x90)
    case 0xF4: (needed, high) = (4, 0x8F)
    case 0xF1...0xF3: needed = 4
    default: return -1
    }
    for offset in 1..<needed {
      guard place + offset < text.count else { return -offset }
      let byte = text[place + offset]
      guard byte >= low, byte <= high else { return -offset }
      (low, high) = (0x80, 0xBF)
    }
    return needed
  }

  /// The offset of the first byte that is not UTF-8.
  static func firstOffset(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    var place = 0
    while place < text.count {
      let length = step(text, at: place)
      if length < 0 { return place }
      place += length
    }
    return nil
  }

  /// The bytes with U+FFFD for each malformed part.
  static func replacing(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var place = 0
    while place < bytes.count {
      let length = step(bytes, at: place)
      if length > 0 {
        result += bytes[place..<place + length]
      } else {
        result += [0xEF, 0xBF, 0xBD]
      }
      place += abs(length)
    }
    return result
  }

  /// The text with U+FFFD for each malformed part.
  static func replacing(_ text: TrackedText, tracks: Bool) -> TrackedText {
    var rewriter = TextRewriter(text, tracks: tracks)
    text.bytes.withUnsafeBufferPointer { bytes in
      var kept = 0
      var place = 0
      while place < bytes.count {
        let length = step(bytes, at: place)
        if length > 0 {
          place += length
        } else {
          if kept < place { rewriter.keep(kept..<place) }
          rewriter.put([0xEF, 0xBF, 0xBD], for: place..<place - length)
          place -= length
          kept = place
        }
      }
      if kept < place { rewriter.keep(kept..<place) }
    }
    return rewriter.finish()
  }
}
