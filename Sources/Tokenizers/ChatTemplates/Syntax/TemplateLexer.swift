/// Cuts a template into tokens, white space as Jinja treats it with `trim_blocks` and `lstrip_blocks`.
///
/// So transformers sets it: the line end after a tag goes, and so do blanks before a tag at the beginning of a line.
struct TemplateLexer {
  /// The most tokens in a tag.
  static let tagLimit = 500

  private let source: [Unicode.Scalar]
  private var place = 0
  private var line = 1
  private var tokens: [TemplateToken] = []
  /// Whether what came before the current text ended with a line end.
  private var startsLine = true

  private init(_ text: String) {
    var scalars: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
      scalars.append(scalar)
    }
    // One line end at the end of a file is not part of the template.
    if scalars.last == "\n" { scalars.removeLast() }
    source = scalars
  }

  /// All tokens, the last being the end.
  static func tokens(_ text: String) throws(ChatTemplateError) -> [TemplateToken] {
    var lexer = TemplateLexer(text)
    while lexer.place < lexer.source.count { try lexer.readText() }
    lexer.add(.end)
    return lexer.tokens
  }

  private mutating func add(_ kind: TemplateToken.Kind) {
    tokens.append(TemplateToken(kind: kind, line: line))
  }

  private func scalar(at index: Int) -> Unicode.Scalar? { index < source.count ? source[index] : nil }

  private func starts(_ text: String, at index: Int) -> Bool {
    source[min(index, source.count)...].starts(with: text.unicodeScalars)
  }

  private mutating func advance(to end: Int) {
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
    // Brackets that are open: }} may close dictionaries too.
    var open = 0
    let first = tokens.count
    while true {
      // A longer expression could need more stack than there is.
      guard tokens.count - first <= Self.tagLimit else {
        throw .syntax(line: line, reason: "a tag has more than \(Self.tagLimit) words and signs")
      }
      while let blank = scalar(at: place), isPythonSpace(blank) { advance(to: place + 1) }
      guard let first = scalar(at: place) else { throw .syntax(line: line, reason: "a tag has no end") }
      let signed = (first == "-" || first == "+") && starts(closing, at: place + 1)
      if open == 0, signed || starts(closing, at: place) {
        add(end)
        advance(to: place + closing.unicodeScalars.count + (signed ? 1 : 0))
        close(sign: signed ? first : " ", trimsLineEnd: end == .tagEnd)
        return
      }
      switch first {
      case "'", "\"": try readString(first)
      case "0"..."9": try readNumber()
      case "_", "a"..."z", "A"..."Z": readName()
      default:
        let two = ["==", "!=", "<=", ">=", "//", "**"].first { starts($0, at: place) }
        let symbol = two ?? String(Character(first))
        guard two != nil || "+-*/%~<>=()[]{}.,:|".unicodeScalars.contains(first) else {
          throw .syntax(line: line, reason: "'\(symbol)' has no meaning here")
        }
        if "([{".contains(symbol) { open += 1 }
        if ")]}".contains(symbol) { open -= 1 }
        add(.symbol(symbol))
        advance(to: place + symbol.unicodeScalars.count)
      }
    }
  }

  private mutating func readName() {
    var end = place
    while let next = scalar(at: end),
      next == "_" || (next.isASCII && next.properties.isAlphabetic) || isDigit(next)
    {
      end += 1
    }
    add(.name(makeString(source[place..<end])))
    advance(to: end)
  }

  private mutating func readNumber() throws(ChatTemplateError) {
    var end = place
    while let next = scalar(at: end), isDigit(next) || next == "_" { end += 1 }
    var isFloat = false
    if scalar(at: end) == ".", let next = scalar(at: end + 1), isDigit(next) {
      isFloat = true
      end += 1
      while let next = scalar(at: end), isDigit(next) { end += 1 }
    }
    if let sign = scalar(at: end), sign == "e" || sign == "E" {
      var place = end + 1
      if let next = scalar(at: place), next == "-" || next == "+" { place += 1 }
      if let next = scalar(at: place), isDigit(next) {
        isFloat = true
        while let next = scalar(at: place), isDigit(next) { place += 1 }
        end = place
      }
    }
    let text = makeString(source[place..<end].filter { $0 != "_" }[...])
    if isFloat, let number = Double(text) {
      add(.float(number))
    } else if let number = Int(text) {
      add(.integer(number))
    } else {
      throw .syntax(line: line, reason: "\(text.prefix(20)) is too large a number")
    }
    advance(to: end)
  }

  private mutating func readString(_ quote: Unicode.Scalar) throws(ChatTemplateError) {
    var end = place + 1
    var text: [Unicode.Scalar] = []
    while let next = scalar(at: end), next != quote {
      guard next == "\\" else {
        text.append(next)
        end += 1
        continue
      }
      guard let escaped = scalar(at: end + 1) else { break }
      end += 2
      switch escaped {
      case "n": text.append("\n")
      case "t": text.append("\t")
      case "r": text.append("\r")
      case "b": text.append("\u{8}")
      case "f": text.append("\u{C}")
      case "v": text.append("\u{B}")
      case "a": text.append("\u{7}")
      case "0": text.append("\0")
      case "\\", "'", "\"": text.append(escaped)
      case "\n": break
      case "x", "u", "U":
        let count = escaped == "x" ? 2 : escaped == "u" ? 4 : 8
        let digits = makeString(source[end..<min(source.count, end + count)])
        guard let code = UInt32(digits, radix: 16), digits.utf8.count == count,
          let scalar = Unicode.Scalar(code)
        else { throw .syntax(line: line, reason: "\\\(escaped)\(digits) stands for no character") }
        text.append(scalar)
        end += count
      default: text += ["\\", escaped]
      }
    }
    guard scalar(at: end) == quote else { throw .syntax(line: line, reason: "a text has no end") }
    add(.string(makeString(text[...])))
    advance(to: end + 1)
  }

  private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}

/// A string of scalars.
func makeString(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
  var text = String.UnicodeScalarView()
  text.append(contentsOf: scalars)
  return String(text)
}

/// What Python's `strip` takes away.
func isPythonSpace(_ scalar: Unicode.Scalar) -> Bool {
  scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
}
