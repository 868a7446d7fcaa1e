#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Texts as bytes: what is done with long ones is done in the time of a copy.
extension TemplateText {
  /// Runs a body over a text's UTF-8.
  static func withBytes<Result>(
    _ text: some StringProtocol, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    text.utf8.withContiguousStorageIfAvailable(body) ?? Array(text.utf8).withUnsafeBufferPointer(body)
  }

  /// Whether two texts have the same code points; Swift's own equality is another.
  ///
  /// - Complexity: O(text).
  static func areEqual(_ a: String, _ b: String) -> Bool {
    guard a.utf8.count == b.utf8.count else { return false }
    return order(a, b) == 0
  }

  /// Below 0 where the first comes before the second by code points, above where it comes after, else 0.
  ///
  /// - Complexity: O(the shorter text).
  static func order(_ a: String, _ b: String) -> Int {
    withBytes(a) { a in
      withBytes(b) { b in
        let count = min(a.count, b.count)
        if count > 0, let a = a.baseAddress, let b = b.baseAddress {
          let order = memcmp(a, b, count)
          if order != 0 { return Int(order) }
        }
        return a.count - b.count
      }
    }
  }

  /// A text so many times.
  ///
  /// - Complexity: O(result), in copies of ever larger parts.
  static func repeated(_ text: String, _ count: Int) -> String {
    let size = text.utf8.count * max(0, count)
    guard size > 0 else { return "" }
    return withBytes(text) { bytes in
      String(unsafeUninitializedCapacity: size) { result in
        guard let target = result.baseAddress, let source = bytes.baseAddress else { return 0 }
        target.update(from: source, count: bytes.count)
        var done = bytes.count
        while done < size {
          let part = min(done, size - done)
          (target + done).update(from: target, count: part)
          done += part
        }
        return size
      }
    }
  }

  /// Some of a text's code points.
  ///
  /// - Parameter places: The first place, the place behind the last, and the step, of a number of code points.
  /// - Complexity: O(text).
  static func slice(_ text: String, _ places: (Int) -> StrideTo<Int>) -> String {
    let bytes = Array(text.utf8)
    if bytes.allSatisfy({ $0 < 0x80 }) {
      return String(decoding: places(bytes.count).map { bytes[$0] }, as: UTF8.self)
    }
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    for place in places(scalars.count) { result.append(scalars[place]) }
    return String(result)
  }

  /// How many lines a text has at most, at all ends that Python knows.
  ///
  /// - Complexity: O(text).
  static func lineCount(_ text: String) -> Int {
    withBytes(text) { bytes in
      var count = 1
      for (place, byte) in bytes.enumerated() {
        switch byte {
        case 0x0A...0x0D, 0x1C...0x1E: count += 1
        case 0x85 where place > 0 && bytes[place - 1] == 0xC2: count += 1
        case 0xA8, 0xA9:
          if place > 1, bytes[place - 1] == 0x80, bytes[place - 2] == 0xE2 { count += 1 }
        default: break
        }
      }
      return count
    }
  }
}
