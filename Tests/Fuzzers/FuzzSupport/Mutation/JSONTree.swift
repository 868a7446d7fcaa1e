/// A JSON text as a tree that can be changed and written again.
///
/// Not a reader for anything but mutation: numbers, strings and names are kept as they are spelt, so that what a mutation
/// does not touch stays as it was.
indirect enum JSONTree {
  /// `true`, `false`, `null` or a number, as it is spelt; or whatever a mutation puts in a value's place.
  case scalar([UInt8])
  /// What stands between the quotes.
  case string([UInt8])
  case array([JSONTree])
  /// Names as between their quotes.
  case object([(name: [UInt8], value: JSONTree)])

  /// Reads a whole text; nil for what is no JSON, or is nested deeper than trees are changed.
  init?(_ text: some Collection<UInt8>) {
    var parser = Parser(Array(text))
    guard let tree = parser.value(depth: 0) else { return nil }
    parser.skipBlanks()
    guard parser.place == parser.text.count else { return nil }
    self = tree
  }

  /// How many values there are, this one included.
  var count: Int {
    switch self {
    case .scalar, .string: 1
    case .array(let elements): elements.reduce(1) { $0 + $1.count }
    case .object(let members): members.reduce(1) { $0 + $1.value.count }
    }
  }

  /// Writes the tree to the end of a text.
  func write(to text: inout [UInt8]) {
    switch self {
    case .scalar(let bytes): text += bytes
    case .string(let bytes): text += [0x22] + bytes + [0x22]
    case .array(let elements):
      text.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        element.write(to: &text)
      }
      text.append(UInt8(ascii: "]"))
    case .object(let members):
      text.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        text += [0x22] + member.name + [0x22, UInt8(ascii: ":")]
        member.value.write(to: &text)
      }
      text.append(UInt8(ascii: "}"))
    }
  }

  /// The value of a number in the order of writing, from 0.
  func value(at index: Int) -> JSONTree {
    if index == 0 { return self }
    var left = index - 1
    for child in children {
      let count = child.count
      if left < count { return child.value(at: left) }
      left -= count
    }
    return self
  }

  /// Changes the value of a number in place.
  mutating func change(at index: Int, _ body: (inout JSONTree) -> Void) {
    guard index > 0 else { return body(&self) }
    var left = index - 1
    switch self {
    case .scalar, .string: break
    case .array(var elements):
      for place in elements.indices {
        let count = elements[place].count
        if left < count {
          elements[place].change(at: left, body)
          break
        }
        left -= count
      }
      self = .array(elements)
    case .object(var members):
      for place in members.indices {
        let count = members[place].value.count
        if left < count {
          members[place].value.change(at: left, body)
          break
        }
        left -= count
      }
      self = .object(members)
    }
  }

  /// The values in it.
  var children: [JSONTree] {
    switch self {
    case .scalar, .string: []
    case .array(let elements): elements
    case .object(let members): members.map(\.value)
    }
  }
}

/// Reads a JSON text, leniently.
private struct Parser {
  let text: [UInt8]
  var place = 0

  init(_ text: [UInt8]) { self.text = text }

  mutating func skipBlanks() {
    while place < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[place]) { place += 1 }
  }

  private mutating func takes(_ byte: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard place < text.count, text[place] == UInt8(ascii: byte) else { return false }
    place += 1
    return true
  }

  private mutating func quoted() -> [UInt8]? {
    guard takes("\"") else { return nil }
    let start = place
    while place < text.count, text[place] != 0x22 { place += text[place] == UInt8(ascii: "\\") ? 2 : 1 }
    guard place < text.count else { return nil }
    place += 1
    return Array(text[start..<place - 1])
  }

  mutating func value(depth: Int) -> JSONTree? {
    guard depth < 100 else { return nil }
    if takes("[") {
      var elements: [JSONTree] = []
      if takes("]") { return .array([]) }
      repeat {
        guard let element = value(depth: depth + 1) else { return nil }
        elements.append(element)
      } while takes(",")
      return takes("]") ? .array(elements) : nil
    }
    if takes("{") {
      var members: [(name: [UInt8], value: JSONTree)] = []
      if takes("}") { return .object([]) }
      repeat {
        guard let name = quoted(), takes(":"), let value = value(depth: depth + 1) else { return nil }
        members.append((name, value))
      } while takes(",")
      return takes("}") ? .object(members) : nil
    }
    if place < text.count, text[place] == 0x22 { return quoted().map { .string($0) } }
    let start = place
    while place < text.count, !Array(",]} \t\r\n".utf8).contains(text[place]) { place += 1 }
    return start < place ? .scalar(Array(text[start..<place])) : nil
  }
}
