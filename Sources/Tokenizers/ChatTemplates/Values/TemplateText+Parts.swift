/// Finding parts of texts and cutting texts.
extension TemplateText {
  /// Looks for bytes in time that grows with the text alone, whatever is looked for (Knuth, Morris, Pratt).
  struct Search {
    private let part: [UInt8]
    /// How much of the part is still there where the byte behind a beginning of it differs.
    private let fallback: [Int32]

    init(_ part: some Collection<UInt8>) {
      self.part = Array(part)
      var fallback = [Int32](repeating: 0, count: self.part.count)
      var length = 0
      for index in self.part.indices.dropFirst() {
        while length > 0, self.part[index] != self.part[length] { length = Int(fallback[length - 1]) }
        if self.part[index] == self.part[length] { length += 1 }
        fallback[index] = Int32(length)
      }
      self.fallback = fallback
    }

    /// Where the part first begins, from a place on.
    mutating func next<Bytes: BidirectionalCollection<UInt8>>(in bytes: Bytes, from start: Bytes.Index)
      -> Bytes.Index?
    {
      var length = 0
      var place = start
      while place < bytes.endIndex {
        let byte = bytes[place]
        while length > 0, byte != part[length] { length = Int(fallback[length - 1]) }
        if byte == part[length] { length += 1 }
        bytes.formIndex(after: &place)
        if length == part.count { return bytes.index(place, offsetBy: -length) }
      }
      return nil
    }
  }

  /// Where a part first is.
  static func place<Bytes: BidirectionalCollection<UInt8>>(
    of part: some Collection<UInt8>, in bytes: Bytes, from start: Bytes.Index
  ) -> Bytes.Index? {
    var search = Search(part)
    return search.next(in: bytes, from: start)
  }

  /// Where a part is, up to a number of places.
  static func places<Bytes: BidirectionalCollection<UInt8>>(
    of part: some Collection<UInt8>, in bytes: Bytes, limit: Int, overlaps: Bool
  ) -> [Bytes.Index] {
    var search = Search(part)
    var places: [Bytes.Index] = []
    var start = bytes.startIndex
    while places.count < limit, let place = search.next(in: bytes, from: start) {
      if overlaps { places.removeAll(keepingCapacity: true) }
      places.append(place)
      // A part's own beginning can be in it: only the last place is wanted then, and half a part back is enough.
      start = overlaps ? bytes.index(after: place) : bytes.index(place, offsetBy: part.count)
    }
    return places
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
    let places = places(of: part, in: bytes, limit: limit < 0 ? .max : limit, overlaps: false)
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
