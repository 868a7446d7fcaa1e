/// Python's operations on texts, on code points.
enum TemplateText {
  /// Without certain code points at its ends; white space where none are named.
  static func stripped(_ text: String, _ characters: String? = nil, start: Bool = true, end: Bool = true)
    -> String
  {
    let set = characters.map { Set($0.unicodeScalars) }
    func goes(_ scalar: Unicode.Scalar) -> Bool { set?.contains(scalar) ?? isPythonSpace(scalar) }
    var scalars = Array(text.unicodeScalars)[...]
    while start, let first = scalars.first, goes(first) { scalars.removeFirst() }
    while end, let last = scalars.last, goes(last) { scalars.removeLast() }
    return makeString(scalars)
  }

  /// Parts between separators, or between runs of white space; nil for an empty separator.
  ///
  /// - Parameter limit: How often it is cut at most; below 0 there is no limit.
  static func split(_ text: String, _ separator: String?, limit: Int) -> [String]? {
    guard let separator else { return words(text, limit: limit) }
    if separator.isEmpty { return nil }
    var parts: [String] = []
    var start = text.utf8.startIndex
    while limit < 0 || parts.count < limit {
      guard let place = text.utf8.firstPlace(of: separator.utf8, from: start) else { break }
      parts.append(String(decoding: text.utf8[start..<place], as: UTF8.self))
      start = text.utf8.index(place, offsetBy: separator.utf8.count)
    }
    return parts + [String(decoding: text.utf8[start...], as: UTF8.self)]
  }

  private static func words(_ text: String, limit: Int) -> [String] {
    var parts: [String] = []
    var rest = Array(text.unicodeScalars)[...]
    while true {
      rest = rest.drop(while: isPythonSpace)
      if rest.isEmpty { return parts }
      if limit >= 0, parts.count >= limit { break }
      let end = rest.firstIndex(where: isPythonSpace) ?? rest.endIndex
      parts.append(makeString(rest[..<end]))
      rest = rest[end...]
    }
    return parts + [makeString(rest)]
  }

  /// With a part exchanged; an empty one stands between all code points.
  static func replaced(_ text: String, _ old: String, _ new: String, limit: Int) -> String {
    if old.isEmpty {
      var result = ""
      var count = 0
      for scalar in text.unicodeScalars {
        if limit < 0 || count < limit { result += new }
        count += 1
        result.unicodeScalars.append(scalar)
      }
      return limit < 0 || count < limit ? result + new : result
    }
    return split(text, old, limit: limit)?.joined(separator: new) ?? text
  }

  /// Each word with a capital.
  static func title(_ text: String) -> String {
    var result = ""
    var isInside = false
    for scalar in text.unicodeScalars {
      let isLetter = scalar.properties.isCased
      if isLetter {
        result += isInside ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
      } else {
        result.unicodeScalars.append(scalar)
      }
      isInside = isLetter
    }
    return result
  }

  /// With a capital at the beginning and none after.
  static func capitalized(_ text: String) -> String {
    guard let first = text.unicodeScalars.first else { return text }
    return first.properties.titlecaseMapping + String(text.unicodeScalars.dropFirst()).lowercased()
  }

  /// Each line but the first moved to the right.
  static func indented(_ text: String, by prefix: String, first: Bool, blank: Bool) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { index, line in
      (index == 0 ? first : blank || !line.isEmpty) ? prefix + line : String(line)
    }.joined(separator: "\n")
  }
}
