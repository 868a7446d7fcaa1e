#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finding parts of texts and cutting texts.
extension TemplateText {
  /// Looks for bytes in time that grows with the text alone, whatever is looked for (Knuth, Morris, Pratt).
  struct Search {
    private let part: [UInt8]
    /// How much of the part is still there where the byte behind a beginning of it differs.
    private let fallback: [Int32]
    /// How much of the part is there before the place that comes next.
    private var length = 0
    private var place = 0

    /// - Parameter part: What is looked for: not empty.
    init(_ part: [UInt8]) {
      self.part = part
      var fallback = [Int32](repeating: 0, count: part.count)
      var length = 0
      for index in part.indices.dropFirst() {
        while length > 0, part[index] != part[length] { length = Int(fallback[length - 1]) }
        if part[index] == part[length] { length += 1 }
        fallback[index] = Int32(length)
      }
      self.fallback = fallback
    }

    /// Where the part begins next.
    ///
    /// - Parameter overlaps: Whether what was found may share bytes with what is found.
    /// - Complexity: O(bytes) for all calls together.
    mutating func next(in bytes: UnsafeBufferPointer<UInt8>, overlaps: Bool = false) -> Int? {
      guard let first = part.first else { return nil }
      if length == part.count { length = overlaps ? Int(fallback[length - 1]) : 0 }
      return part.withUnsafeBufferPointer { part in
        while place < bytes.count {
          if length == 0 {
            // The next byte that can begin it, as fast as the system looks for one.
            let rest = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[place...])
            guard let found = rest.baseAddress.flatMap({ memchr($0, Int32(first), rest.count) }) else {
              place = bytes.count
              return nil
            }
            place += UnsafeRawPointer(found) - (rest.baseAddress ?? UnsafeRawPointer(found))
          }
          let byte = bytes[place]
          while length > 0, byte != part[length] { length = Int(fallback[length - 1]) }
          if byte == part[length] { length += 1 }
          place += 1
          if length == part.count { return place - length }
        }
        return nil
      }
    }
  }

  /// How many bytes are before a part.
  ///
  /// - Parameter isLast: Whether the last place is wanted; parts may overlap.
  static func place(of part: String, in text: some StringProtocol, isLast: Bool = false) -> Int? {
    withBytes(text) { bytes in
      var search = Search(Array(part.utf8))
      var last = search.next(in: bytes)
      while isLast, let place = search.next(in: bytes, overlaps: true) { last = place }
      return last
    }
  }

  /// How often a part is in a text, up to a limit.
  static func count(of part: String, in text: some StringProtocol, limit: Int) -> Int {
    withBytes(text) { bytes in
      var search = Search(Array(part.utf8))
      var count = 0
      while count < limit, search.next(in: bytes) != nil { count += 1 }
      return count
    }
  }

  /// A text with the first places of a part exchanged.
  static func replaced(_ old: String, by new: String, in text: String, count: Int) -> String {
    let (old, new) = (Array(old.utf8), Array(new.utf8))
    return withBytes(text) { bytes in
      var search = Search(old)
      var result: [UInt8] = []
      result.reserveCapacity(max(0, bytes.count + count * (new.count - old.count)))
      var start = 0
      for _ in 0..<count {
        guard let place = search.next(in: bytes) else { break }
        result += bytes[start..<place]
        result += new
        start = place + old.count
      }
      result += bytes[start...]
      return String(decoding: result, as: UTF8.self)
    }
  }

  /// A text with another before each of its first code points, and at its end where the count goes so far.
  static func spaced(_ text: String, by new: String, count: Int) -> String {
    let new = Array(new.utf8)
    return withBytes(text) { bytes in
      var result: [UInt8] = []
      result.reserveCapacity(bytes.count + count * new.count)
      var left = count
      for byte in bytes {
        // Where a code point begins.
        if byte & 0xC0 != 0x80, left > 0 {
          left -= 1
          result += new
        }
        result.append(byte)
      }
      if left > 0 { result += new }
      return String(decoding: result, as: UTF8.self)
    }
  }

  /// Where a part is, up to a number of places.
  private static func places(of part: [UInt8], in bytes: [UInt8], limit: Int) -> [Int] {
    bytes.withUnsafeBufferPointer { bytes in
      var search = Search(part)
      var places: [Int] = []
      while places.count < limit, let place = search.next(in: bytes) { places.append(place) }
      return places
    }
  }

  /// Parts between separators.
  ///
  /// - Parameters:
  ///   - limit: How often it is cut at most; below 0 there is no limit.
  ///   - fromEnd: Whether the last separators count.
  static func split(_ text: String, _ separator: String, limit: Int, fromEnd: Bool) -> [String] {
    var bytes = Array(text.utf8)
    var part = Array(separator.utf8)
    if fromEnd {
      bytes.reverse()
      part.reverse()
    }
    let places = places(of: part, in: bytes, limit: limit < 0 ? .max : limit)
    var parts: [ArraySlice<UInt8>] = []
    var start = 0
    for place in places {
      parts.append(bytes[start..<place])
      start = place + part.count
    }
    parts.append(bytes[start...])
    return fromEnd
      ? parts.reversed().map { String(decoding: $0.reversed(), as: UTF8.self) }
      : parts.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Parts between runs of white space.
  static func words(_ text: String, limit: Int, fromEnd: Bool) -> [String] {
    var parts: [String] = []
    var scalars = Array(text.unicodeScalars)
    if fromEnd { scalars.reverse() }
    func word(_ part: ArraySlice<Unicode.Scalar>) -> String {
      fromEnd ? makeString(Array(part.reversed())[...]) : makeString(part)
    }
    var rest = scalars[...]
    while true {
      rest = rest.drop(while: isPythonSpace)
      if rest.isEmpty { break }
      if limit >= 0, parts.count >= limit {
        parts.append(word(rest))
        break
      }
      let end = rest.firstIndex(where: isPythonSpace) ?? rest.endIndex
      parts.append(word(rest[..<end]))
      rest = rest[end...]
    }
    return fromEnd ? parts.reversed() : parts
  }

  /// Lines, at all ends that Python knows; nothing behind the last end.
  static func lines(_ text: String, keepsEnds: Bool = false) -> [String] {
    var lines: [String] = []
    let scalars = Array(text.unicodeScalars)
    var start = 0
    var place = 0
    while place < scalars.count {
      switch scalars[place].value {
      case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029:
        let isPair = scalars[place] == "\r" && place + 1 < scalars.count && scalars[place + 1] == "\n"
        let end = place + (isPair ? 2 : 1)
        lines.append(makeString(scalars[start..<(keepsEnds ? end : place)]))
        (start, place) = (end, end)
      default: place += 1
      }
    }
    return start < scalars.count ? lines + [makeString(scalars[start...])] : lines
  }
}
