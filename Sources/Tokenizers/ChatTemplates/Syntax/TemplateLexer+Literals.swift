/// Numbers and texts within tags.
extension TemplateLexer {
  /// A number: digits, which `_` may part, with a fraction or a power of ten, or 0b, 0o, 0x.
  mutating func readNumber() throws(ChatTemplateError) {
    if scalar(at: place) == "0", let end = try readPrefixed() { return advance(to: end) }
    var end = digits(from: place)
    var isFloat = false
    // Behind a dot there is no fraction: x.1.2 is an item of an item.
    if place == 0 || source[place - 1] != "." {
      if scalar(at: end) == ".", let next = scalar(at: end + 1), isDigit(next) {
        isFloat = true
        end = digits(from: end + 1)
      }
      if let sign = scalar(at: end), sign == "e" || sign == "E" {
        var place = end + 1
        if let next = scalar(at: place), next == "-" || next == "+" { place += 1 }
        if let next = scalar(at: place), isDigit(next) {
          isFloat = true
          end = digits(from: place)
        }
      }
    }
    if !isFloat, scalar(at: place) == "0" {
      // 007 is no number: a 0 that only zeros follow ends it.
      end = place
      while let next = scalar(at: end), next == "0" || next == "_" && scalar(at: end + 1) == "0" { end += 1 }
    }
    let text = makeString(source[place..<end].filter { $0 != "_" }[...])
    if isFloat, let number = Double(text) {
      guard number.isFinite else {
        throw .unsupported(line: line, what: "the infinite number \(text.prefix(20))")
      }
      add(.float(number))
    } else if let number = Int(text) {
      add(.integer(number))
    } else {
      throw .unsupported(line: line, what: "the number \(text.prefix(20)), which has more than 64 bits,")
    }
    advance(to: end)
  }

  /// The end of digits.
  private func digits(from start: Int) -> Int {
    var end = start
    while let next = scalar(at: end), isDigit(next) || next == "_" && scalar(at: end + 1).map(isDigit) == true
    {
      end += 1
    }
    return end
  }

  /// The end of a number that begins with 0b, 0o or 0x, which is added.
  private mutating func readPrefixed() throws(ChatTemplateError) -> Int? {
    guard let letter = scalar(at: place + 1),
      let radix = ["b": 2, "o": 8, "x": 16][Character(letter).lowercased()]
    else { return nil }
    func isDigit(_ scalar: Unicode.Scalar?) -> Bool {
      scalar.flatMap { Character($0).hexDigitValue }.map { $0 < radix } ?? false
    }
    var end = place + 2
    while isDigit(scalar(at: end)) || scalar(at: end) == "_" && isDigit(scalar(at: end + 1)) { end += 1 }
    let text = makeString(source[(place + 2)..<end].filter { $0 != "_" }[...])
    if text.isEmpty { return nil }
    guard let number = Int(text, radix: radix) else {
      throw .unsupported(line: line, what: "the number \(text.prefix(20)), which has more than 64 bits,")
    }
    add(.integer(number))
    return end
  }

  mutating func readString(_ quote: Unicode.Scalar) throws(ChatTemplateError) {
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
      case "0"..."7":
        var code: UInt32 = escaped.value - 0x30
        var count = 1
        while count < 3, let digit = scalar(at: end), ("0"..."7").contains(digit) {
          code = code * 8 + digit.value - 0x30
          count += 1
          end += 1
        }
        if let scalar = Unicode.Scalar(code) { text.append(scalar) }
      case "N": throw .unsupported(line: line, what: "a character by its name in a text")
      case "\\", "'", "\"": text.append(escaped)
      case "\n": break
      case "x", "u", "U":
        let count = escaped == "x" ? 2 : escaped == "u" ? 4 : 8
        let digits = makeString(source[end..<min(source.count, end + count)])
        if let code = UInt32(digits, radix: 16), (0xD800...0xDFFF).contains(code) {
          throw .unsupported(line: line, what: "half a pair of UTF-16, \\\(escaped)\(digits),")
        }
        guard digits.utf8.count == count, digits.unicodeScalars.allSatisfy(\.properties.isASCIIHexDigit),
          let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code)
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
}
