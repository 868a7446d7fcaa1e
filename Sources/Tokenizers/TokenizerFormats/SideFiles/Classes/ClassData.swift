/// Tables of lines: names with blanks between them, a tab, and what they have.
enum ClassData {
  /// What the line of a name has behind the tab; no other line is looked into.
  ///
  /// - Complexity: O(bytes of the table).
  static func line(named name: String, in table: [UInt8]) -> ArraySlice<UInt8>? {
    guard !name.isEmpty, !name.utf8.contains(where: { $0 <= 0x20 }) else { return nil }
    var rest = table[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = rest[..<end]
      rest = rest[(end + 1)...]
      guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else { continue }
      let names = line[..<tab].split(separator: UInt8(ascii: " "))
      if names.contains(where: { $0.elementsEqual(name.utf8) }) { return line[(tab + 1)...] }
    }
    return nil
  }
}
