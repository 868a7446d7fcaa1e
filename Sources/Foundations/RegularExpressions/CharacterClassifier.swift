/// Maps each code point to the class of those that a pattern does not tell apart.
///
/// A pattern names a handful of sets. Two characters that are in the same of these sets are the same to it, so text can
/// be rewritten to one byte a character and matched without any knowledge of Unicode: the versions of Unicode and of
/// the engine no longer matter, and the engine works on bytes, where it is fastest.
struct CharacterClassifier: Sendable {
  /// The class of each code point, from 1 on.
  let classes: [UInt8]
  /// The classes that make up each set, ascending.
  let members: [ScalarSet: [UInt8]]

  /// Finds the classes of some sets, or nil where they are more than 255.
  ///
  /// - Complexity: O(ranges of all sets · sets) and the 1.1 MB of the table.
  init?(_ sets: some Collection<ScalarSet>) {
    let sets = Array(Set(sets))
    var edges: Set<UInt32> = [0]
    for set in sets {
      for range in set.ranges {
        edges.insert(range.lowerBound)
        if range.upperBound < 0x10FFFF { edges.insert(range.upperBound + 1) }
      }
    }
    let starts = edges.sorted()
    var classOfSignature: [[Bool]: UInt8] = [:]
    var classes = [UInt8](repeating: 0, count: 0x110000)
    for (index, start) in starts.enumerated() {
      let signature = sets.map { $0.contains(start) }
      let number: UInt8
      if let known = classOfSignature[signature] {
        number = known
      } else {
        guard classOfSignature.count < 255 else { return nil }
        number = UInt8(classOfSignature.count + 1)
        classOfSignature[signature] = number
      }
      let end = index + 1 < starts.count ? starts[index + 1] : 0x110000
      for value in Int(start)..<Int(end) { classes[value] = number }
    }
    self.classes = classes
    var members: [ScalarSet: [UInt8]] = [:]
    for (index, set) in sets.enumerated() {
      members[set] = classOfSignature.filter { $0.key[index] }.values.sorted()
    }
    self.members = members
  }

  /// Appends the class of each character of well-formed UTF-8.
  func classify(_ text: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
    output.reserveCapacity(output.count + text.count)
    classes.withUnsafeBufferPointer { classes in
      var i = 0
      while i < text.count {
        let lead = UInt32(text[i])
        if lead < 0x80 {
          output.append(classes[Int(lead)])
          i += 1
          continue
        }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        // Only well-formed text comes here; the bound keeps a mistake elsewhere from reading beyond the end.
        guard i + length <= text.count else { return }
        var value = lead & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
        for step in 1..<length { value = value << 6 | UInt32(text[i + step] & 0x3F) }
        output.append(classes[Int(min(value, 0x10FFFF))])
        i += length
      }
    }
  }
}
