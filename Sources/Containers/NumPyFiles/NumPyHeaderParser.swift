import CMCPrimitives

/// Reads the Python literal of a `.npy` header: one flat dictionary of strings, booleans and tuples of integers.
struct NumPyHeaderParser {
  private let text: UnsafeRawBufferPointer
  /// The byte of the file where the text begins, for errors.
  private let base: Int
  private let dropsOnes: Bool
  private var position = 0

  /// - Parameters:
  ///   - text: The dictionary.
  ///   - base: The byte of the file where it begins.
  ///   - dropsOnes: Whether axes of length 1 before the last two are left out.
  init(_ text: UnsafeRawBufferPointer, base: Int, droppingOnes dropsOnes: Bool) {
    self.text = text
    self.base = base
    self.dropsOnes = dropsOnes
  }

  /// The whole dictionary.
  mutating func header() throws(NumPyError) -> NumPyHeader {
    var elementType: ElementType?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !take("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr": elementType = try ElementType(numPyDescr: try descr())
      case "fortran_order": isFortranOrder = try boolean()
      case "shape": shape = try tuple()
      default: throw failure("unknown key '\(key)'")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipBlanks()
    guard position == text.count else { throw failure("text after the dictionary") }
    guard let elementType else { throw .missingKey("descr") }
    guard let isFortranOrder else { throw .missingKey("fortran_order") }
    guard var shape else { throw .missingKey("shape") }
    if dropsOnes { while shape.count > 2, shape[0] == 1 { shape.removeFirst() } }
    guard (1...2).contains(shape.count) else { throw .dimensions(shape.count) }
    return NumPyHeader(elementType: elementType, isFortranOrder: isFortranOrder, shape: shape)
  }

  /// The element type's string; a list describes a structure.
  private mutating func descr() throws(NumPyError) -> String {
    if peek() == UInt8(ascii: "[") { throw .elementType("a structure") }
    return try string()
  }

  private mutating func string() throws(NumPyError) -> String {
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw failure("a quoted string expected")
    }
    position += 1
    let start = position
    while position < text.count, text[position] != quote {
      guard text[position] != UInt8(ascii: "\\") else { throw failure("an escape where none can be") }
      position += 1
    }
    guard position < text.count else { throw failure("a string without an end") }
    position += 1
    return String(decoding: text[start..<position - 1], as: UTF8.self)
  }

  private mutating func boolean() throws(NumPyError) -> Bool {
    if takeWord("True") { return true }
    if takeWord("False") { return false }
    throw failure("True or False expected")
  }

  private mutating func tuple() throws(NumPyError) -> [Int] {
    try expect("(")
    var axes: [Int] = []
    while !take(")") {
      // The number of axes is bounded here so that a header of a million of them costs nothing.
      guard axes.count < 32 else { throw .dimensions(axes.count + 1) }
      axes.append(try integer())
      if !take(",") {
        try expect(")")
        break
      }
    }
    return axes
  }

  private mutating func integer() throws(NumPyError) -> Int {
    skipBlanks()
    let start = position
    var value = 0
    while position < text.count, (48...57).contains(text[position]) {
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = shifted.addingReportingOverflow(Int(text[position] - 48))
      guard !overflow, !carry else { throw failure("a number beyond 63 bits") }
      value = sum
      position += 1
    }
    guard position > start else { throw failure("a length of zero or more expected") }
    // Python 2 wrote long integers with an L.
    if position < text.count, text[position] == UInt8(ascii: "L") { position += 1 }
    return value
  }

  private mutating func skipBlanks() {
    while position < text.count, [0x20, 0x0A, 0x09, 0x0D].contains(text[position]) { position += 1 }
  }

  private mutating func peek() -> UInt8? {
    skipBlanks()
    return position < text.count ? text[position] : nil
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func takeWord(_ word: StaticString) -> Bool {
    skipBlanks()
    let wanted = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard text[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(NumPyError) {
    guard take(character) else { throw failure("'\(character)' expected") }
  }

  private func failure(_ reason: String) -> NumPyError { .header(at: base + position, reason: reason) }
}
