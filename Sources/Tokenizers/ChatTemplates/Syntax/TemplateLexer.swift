/// Cuts a template into tokens, white space as Jinja treats it with `trim_blocks` and `lstrip_blocks`.
///
/// So transformers sets it: the line end after a tag goes, and so do blanks before a tag at the beginning of a line.
struct TemplateLexer {
  /// The most tokens in a tag.
  static let tagLimit = 500
  /// The most bytes of a template: its tokens take many times the memory.
  static let sizeLimit = 1 << 20
  /// The most characters of a name: each use of it looks it up.
  static let nameLimit = 1024

  let source: [Unicode.Scalar]
  var place = 0
  private(set) var line = 1
  private(set) var tokens: [TemplateToken] = []
  /// Whether what came before the current text ended with a line end.
  private var startsLine = true

  private init(_ text: String) {
    var scalars: [Unicode.Scalar] = []
    var isAfterReturn = false
    for scalar in text.unicodeScalars {
      if scalar != "\n" || !isAfterReturn { scalars.append(scalar == "\r" ? "\n" : scalar) }
      isAfterReturn = scalar == "\r"
    }
    // One line end at the end of a file is not part of the template.
    if scalars.last == "\n" { scalars.removeLast() }
    source = scalars
  }

  /// All tokens, the last being the end.
  static func tokens(_ text: String) throws(ChatTemplateError) -> [TemplateToken] {
    guard text.utf8.count <= sizeLimit else {
      throw .syntax(line: 1, reason: "a template of more than \(sizeLimit) bytes")
    }
    var lexer = TemplateLexer(text)
    while lexer.place < lexer.source.count { try lexer.readText() }
    lexer.add(.end)
    return lexer.tokens
  }

  mutating func add(_ kind: TemplateToken.Kind) {
    tokens.append(TemplateToken(kind: kind, line: line))
  }

  func scalar(at index: Int) -> Unicode.Scalar? { index < source.count ? source[index] : nil }

  func starts(_ text: String, at index: Int) -> Bool {
    source[min(index, source.count)...].starts(with: text.unicodeScalars)
  }

  mutating func advance(to end: Int) {
    line += source[place..<end].count { $0 == "\n" }
    place = end
  }

  /// Text up to the next tag, and the tag.
  private mutating func readText() throws(ChatTemplateError) {
    var end = place
    var opening: String?
    while end < source.count, opening == nil {
      opening = source[end] == "{" ? ["{{", "{%", "{#"].first { starts($0, at: end) } : nil
      if opening == nil { end += 1 }
    }
    var text = source[place..<end]
    if let opening {
      switch scalar(at: end + 2) {
      case "-": while text.last.map(isPythonSpace) == true { text.removeLast() }
      case "+": break
      default: if opening != "{{" { text = withoutIndentation(text) }
      }
    }
    if !text.isEmpty { add(.text(makeString(text))) }
    advance(to: end)
    guard let opening else { return }
    let sign = scalar(at: end + 2)
    advance(to: end + (sign == "-" || sign == "+" ? 3 : 2))
    if opening == "{%", let start = wordTag("raw", at: place, allowsPlus: false) {
      return try readRaw(from: start)
    }
    switch opening {
    case "{#": try skipComment()
    case "{%":
      add(.tagBegin)
      try readTag(closing: "%}", end: .tagEnd)
    default:
      add(.outputBegin)
      try readTag(closing: "}}", end: .outputEnd)
    }
  }

  /// Text without the blanks of its last line, where it has no others and the line begins in it.
  private func withoutIndentation(_ text: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
    let start = text.lastIndex(of: "\n").map { $0 + 1 } ?? text.startIndex
    guard start > text.startIndex || startsLine, text[start...].allSatisfy(isPythonSpace) else { return text }
    return text[..<start]
  }

  /// The place behind a tag that has only this word, where the tag's beginning ends at a place.
  ///
  /// White space that its end takes away is gone over; a line end is left.
  private func wordTag(_ word: String, at start: Int, allowsPlus: Bool) -> Int? {
    var place = start
    func skipBlanks() { while let next = scalar(at: place), isPythonSpace(next) { place += 1 } }
    skipBlanks()
    guard starts(word, at: place) else { return nil }
    place += word.unicodeScalars.count
    skipBlanks()
    if starts("-%}", at: place) {
      place += 3
      skipBlanks()
      return place
    }
    if allowsPlus, starts("+%}", at: place) { return place + 3 }
    return starts("%}", at: place) ? place + 2 : nil
  }

  /// A block whose text is no template.
  private mutating func readRaw(from start: Int) throws(ChatTemplateError) {
    var end = start
    while end < source.count {
      guard starts("{%", at: end) else {
        end += 1
        continue
      }
      let sign = scalar(at: end + 2) ?? " "
      let isSigned = sign == "-" || sign == "+"
      guard let after = wordTag("endraw", at: end + (isSigned ? 3 : 2), allowsPlus: true) else {
        end += 1
        continue
      }
      var text = source[start..<end]
      startsLine = false
      if sign == "-" {
        while text.last.map(isPythonSpace) == true { text.removeLast() }
      } else if sign != "+" {
        text = withoutIndentation(text)
      }
      if !text.isEmpty { add(.text(makeString(text))) }
      advance(to: after)
      if source[after - 1] == "}" {
        close(sign: source[after - 3] == "+" ? "+" : " ", trimsLineEnd: true)
      } else {
        startsLine = source[after - 1] == "\n"
      }
      return
    }
    throw .syntax(line: line, reason: "{% endraw %} is missing")
  }

  private mutating func skipComment() throws(ChatTemplateError) {
    var end = place
    while end < source.count, !starts("#}", at: end) { end += 1 }
    guard end < source.count else { throw .syntax(line: line, reason: "a comment has no end") }
    let sign = end > place ? source[end - 1] : " "
    advance(to: end + 2)
    close(sign: sign, trimsLineEnd: true)
  }

  /// What follows a tag's end.
  private mutating func close(sign: Unicode.Scalar, trimsLineEnd: Bool) {
    startsLine = false
    if sign == "-" {
      var end = place
      while end < source.count, isPythonSpace(source[end]) { end += 1 }
      startsLine = end > place && source[end - 1] == "\n"
      advance(to: end)
    } else if trimsLineEnd, sign != "+", scalar(at: place) == "\n" {
      startsLine = true
      advance(to: place + 1)
    }
  }

  private mutating func readTag(closing: String, end: TemplateToken.Kind) throws(ChatTemplateError) {
    // What closes the brackets that are open: }} may close dictionaries too.
    var open: [String] = []
    let first = tokens.count
    while true {
      // A longer expression could need more stack than there is.
      guard tokens.count - first <= Self.tagLimit else {
        throw .syntax(line: line, reason: "a tag has more than \(Self.tagLimit) words and signs")
      }
      while let blank = scalar(at: place), isPythonSpace(blank) { advance(to: place + 1) }
      guard let first = scalar(at: place) else { throw .syntax(line: line, reason: "a tag has no end") }
      let signed = (first == "-" || first == "+" && end == .tagEnd) && starts(closing, at: place + 1)
      if open.isEmpty, signed || starts(closing, at: place) {
        add(end)
        advance(to: place + closing.unicodeScalars.count + (signed ? 1 : 0))
        close(sign: signed ? first : " ", trimsLineEnd: end == .tagEnd)
        return
      }
      switch first {
      case "'", "\"": try readString(first)
      case "0"..."9": try readNumber()
      case "_", "a"..."z", "A"..."Z": try readName()
      default:
        let two = ["==", "!=", "<=", ">=", "//", "**"].first { starts($0, at: place) }
        let symbol = two ?? String(Character(first))
        if first.properties.isAlphabetic, !first.isASCII {
          throw .unsupported(line: line, what: "a name with '\(symbol)'")
        }
        guard two != nil || "+-*/%~<>=()[]{}.,:|;".unicodeScalars.contains(first) else {
          throw .syntax(line: line, reason: "'\(symbol)' has no meaning here")
        }
        if let closer = ["(": ")", "[": "]", "{": "}"][symbol] { open.append(closer) }
        if ")]}".contains(symbol), open.popLast() != symbol {
          throw .syntax(line: line, reason: "'\(symbol)' is not expected here")
        }
        add(.symbol(symbol))
        advance(to: place + symbol.unicodeScalars.count)
      }
    }
  }

  private mutating func readName() throws(ChatTemplateError) {
    var end = place
    while let next = scalar(at: end),
      next == "_" || (next.isASCII && next.properties.isAlphabetic) || isDigit(next)
    {
      end += 1
    }
    guard end - place <= Self.nameLimit else {
      throw .syntax(line: line, reason: "a name of more than \(Self.nameLimit) characters")
    }
    add(.name(makeString(source[place..<end])))
    advance(to: end)
  }

  func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}

/// A string of scalars.
func makeString(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
  var text = String.UnicodeScalarView()
  text.append(contentsOf: scalars)
  return String(text)
}

/// What Python's `strip` takes away.
func isPythonSpace(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.isASCII {
    return scalar == " " || (0x09...0x0D).contains(scalar.value) || (0x1C...0x1F).contains(scalar.value)
  }
  return scalar.properties.isWhitespace
}
